"""Runs a past conversation through the behaviour, turn by turn: no platform, no store, no case.

What the customer wrote next was an answer to the human of then, and stays what it was. What the bot leaves for
its next turn (mood, what it has said, who has the word) is carried on as the engine would; once it has passed
the customer on, the rest is people's.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice

from bot.replay.costs import metering
from bot.replay.judging import DEFAULT_MINUTES, Finding, TurnFinding, judged, minutes_of
from bot.replay.past import Exchange, PastConversation
from bot.vocabulary.conversations import Conversation, OwnerKind
from bot.vocabulary.messages import (
    Author,
    ConversationRef,
    IncomingMessage,
    Platform,
    Principal,
)
from bot.vocabulary.turns import Plan, Turn, TurnHandler

_TENANT, _CUSTOMER = "replay", "customer"
_BETWEEN = timedelta(minutes=2)
"""Between two turns whose times are not known, so that nobody seems to write too fast."""
_BEGIN = datetime(2026, 1, 5, 10, tzinfo=UTC)
_HISTORY_LINES = 40

TopicOf = Callable[[str, str], str]
"""The topic of a text in a language, empty where it is of none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaying:
    """Today's bot, for conversations of the past; ``wide`` are run side by side.

    What models cost is known where the handler's knowledge is ``Metered``.
    """

    handler: TurnHandler
    topic_of: TopicOf
    minutes_a_message: float = DEFAULT_MINUTES
    wide: int = 1

    async def run(self, conversations: Iterable[PastConversation]) -> AsyncIterator[Finding]:
        """Give what became of each, in their order."""
        waiting = iter(conversations)
        while some := list(islice(waiting, self.wide)):
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(self.one(past)) for past in some]
            for task in running:
                yield task.result()

    async def one(self, past: PastConversation) -> Finding:
        """Say what became of one conversation."""
        conversation = Conversation(ref=_place(past.id))
        found: list[TurnFinding] = []
        exchanges = list(past.exchanges())
        at = _BEGIN
        for number, exchange in enumerate(exchanges):
            at = max(at + _BETWEEN, exchange.asked[-1].at or at)
            turn = _turn(conversation, exchange, past, number, at)
            with metering() as costs:
                plan = await self.handler.customer_turn(turn)
            found.append(self._judged(exchange, plan, sum(costs)))
            conversation = _after(conversation, plan)
            if conversation.owner.kind is not OwnerKind.BOT:
                break
        left = exchanges[len(found) :]
        return Finding(
            id=past.id,
            turns=tuple(found),
            left=len(left),
            left_minutes=sum(minutes_of(one, self.minutes_a_message) for one in left),
        )

    def _judged(self, exchange: Exchange, plan: Plan, cost: float) -> TurnFinding:
        language = plan.receipt.language
        return judged(
            exchange,
            plan,
            language=language,
            topic=self.topic_of(exchange.asked[-1].text, language),
            cost=cost,
            minutes_a_message=self.minutes_a_message,
        )


def _place(name: str) -> ConversationRef:
    return ConversationRef(platform=Platform.PLAYGROUND, tenant_id=_TENANT, channel_id=name)


def _turn(
    conversation: Conversation,
    exchange: Exchange,
    past: PastConversation,
    number: int,
    at: datetime,
) -> Turn:
    author = Author(user_id=_CUSTOMER, display_name=_CUSTOMER, locale=past.language)
    principal = Principal(platform=Platform.PLAYGROUND, tenant_id=_TENANT, user_id=_CUSTOMER)
    keys = count()
    messages = tuple(
        IncomingMessage(
            event_key=f"{number}.{key}",
            id=f"{number}.{key}",
            conversation=conversation.ref,
            author=author,
            text=line.text,
            sent_at=at,
            principal=principal,
        )
        for key, line in zip(keys, exchange.asked, strict=False)
    )
    return Turn(
        id=f"{_TENANT}.{number}", conversation=conversation, messages=messages, started_at=at
    )


def _after(conversation: Conversation, plan: Plan) -> Conversation:
    """Return the conversation as the engine would store it, bounded as it does."""
    return replace(
        conversation,
        memo=plan.memo or conversation.memo,
        owner=plan.owner or conversation.owner,
        case=plan.case or conversation.case,
        history=(*conversation.history, *plan.history)[-_HISTORY_LINES:],
    )
