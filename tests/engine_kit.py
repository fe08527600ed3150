"""Builds engines for tests: the real stores and scripts, with a scheduler that only notes."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from redis.asyncio import Redis

from bot.engine.engine import Engine, EngineOptions
from bot.engine.keys import ConversationKeys
from bot.engine.lessons import Teaching
from bot.engine.scheduler import Scheduler
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.files import FileMaker
from bot.vocabulary.folding import bot_line, customer_lines, fold
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.messages import ConversationRef, IncomingMessage, OutgoingMessage, Platform
from bot.vocabulary.people import Authority
from bot.vocabulary.platforms import ChatAdapter
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import (
    AlarmTurn,
    Delivery,
    DeskTurn,
    Lane,
    Outcome,
    Plan,
    ShowDraft,
    Turn,
    TurnHandler,
    unseen,
)
from handoff.aftercare import Aftercare
from handoff.desk.chat import ChatDesk
from tests.builders import DESK

ADMIN = "root"
"""Who is an admin on the recording platform."""


@dataclass
class NotingScheduler:
    """Keeps what was asked for; a test decides when, where and how often it is done."""

    wakes: deque[str] = field(default_factory=deque[str])
    lanes: deque[tuple[str, float]] = field(default_factory=deque[tuple[str, float]])
    rings: deque[tuple[str, float]] = field(default_factory=deque[tuple[str, float]])
    lessons: deque[str] = field(default_factory=deque[str])
    erasures: deque[str] = field(default_factory=deque[str])

    async def wake(self, conversation: str, number: int, *, seconds: float = 0.0) -> None:
        self.wakes.append(conversation)

    async def deliver_later(self, lane_name: str, seconds: float) -> None:
        self.lanes.append((lane_name, seconds))

    async def ring(self, conversation: str, number: int, *, seconds: float = 0.0) -> None:
        self.rings.append((conversation, seconds))

    async def learn(self, conversations: Sequence[str], number: int) -> None:
        self.lessons += conversations

    async def erase(self, partition: str, number: int) -> None:
        self.erasures.append(partition)


class EchoHandler:
    """Answers each turn with what it was asked; ``human`` in a text opens a case, a new one each time.

    The words of the bot begin with ``bot:`` and are fenced, as an AI's are.
    """

    def __init__(self) -> None:
        aftercare = Aftercare(reopen_hours=0, csat="off")
        self.desk = ChatDesk(language="en", undo_seconds=0, aftercare=aftercare)
        self.turns: list[Turn] = []

    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        turn = replace(turn, messages=fold(turn.messages))
        self.turns.append(turn)
        if turn.conversation.owner.kind is not OwnerKind.BOT:
            return self.desk.relay(turn, "en")
        text = " ".join(message.text for message in turn.messages)
        if "human" in text:
            return self.desk.hand_over(turn, _request(text))
        return self._echo(turn, text)

    async def desk_turn(self, turn: DeskTurn) -> Plan:
        return await self.desk.agent_turn(turn)

    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        return await self.desk.alarm_turn(turn)

    def dead_letter(self, turn: Turn, error: str) -> Plan:
        if turn.conversation.owner.kind is not OwnerKind.BOT:
            return self.desk.relay(turn, "en")
        return self.desk.hand_over(turn, replace(_request(error), reason=CaseReason.FAILURE))

    def _echo(self, turn: Turn, text: str) -> Plan:
        message = OutgoingMessage(text=f"bot: {text}")
        receipt = receipt_of(
            turn, outcome=Outcome.ANSWERED, language="en", question=text, reasons=("echo",)
        )
        return Plan(
            outcome=Outcome.ANSWERED,
            receipt=receipt,
            deliveries=(Delivery(lane=Lane.CUSTOMER, message=message, fenced=True),),
            history=(*customer_lines(turn.messages), bot_line(message)),
        )


def _request(text: str) -> HandoverRequest:
    return HandoverRequest(
        reason=CaseReason.REQUESTED, reasons=("asked",), language="en", question=text
    )


def build_engine(  # noqa: PLR0913 (one for each part)
    redis: Redis,
    adapter: ChatAdapter,
    handler: TurnHandler,
    *,
    scheduler: Scheduler | None = None,
    options: EngineOptions | None = None,
    teaching: Teaching | None = None,
    maker: FileMaker | None = None,
) -> Engine:
    """Build one worker's engine; several on one Redis play several processes."""
    return Engine(
        redis,
        scheduler or NotingScheduler(),
        adapters={Platform.PLAYGROUND: adapter},
        handler=handler,
        authority=Authority(desk=DESK),
        options=options or EngineOptions(join=0, lease=1.0),
        teaching=teaching,
        maker=maker,
    )


async def outcome_of(redis: Redis, message: IncomingMessage) -> str | None:
    """Read how an accepted message ended."""
    key = ConversationKeys(message.conversation).seen(message.event_key)
    return cast(str | None, await redis.get(key))


async def is_idle(redis: Redis, conversation: ConversationRef) -> bool:
    """Whether nothing of a conversation waits to be handled or shown."""
    keys = ConversationKeys(conversation)
    lanes = [await redis.llen(keys.lane(lane)) for lane in Lane]
    return await redis.llen(keys.mailbox) == 0 and sum(lanes) == 0
