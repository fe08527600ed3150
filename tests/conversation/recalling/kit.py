"""A memory with groups, episodes and open threads for turns, and what a turn is made of."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from typing_extensions import override

from bot.conversation.matters import same_matter
from bot.memory.threads import due_to_raise
from bot.vocabulary.conversations import Conversation, Memo
from bot.vocabulary.memory import Episode, Fact, Memory, OpenThread, Recalled, Slot
from bot.vocabulary.messages import ConversationRef, IncomingMessage, Principal
from bot.vocabulary.turns import Turn
from tests.builders import a_conversation, a_message
from tests.memory_commands_kit import CARLA, PlainMemories, a_fact, a_thread, an_episode

NOW = datetime.now(UTC)
LAST_WEEK = NOW - timedelta(days=7)


@dataclass
class RememberingAll(PlainMemories):
    """Recalls all of whoever may be recalled here: the person's own, or the group's."""

    groups: dict[str, Memory] = field(default_factory=dict[str, Memory])
    seconds: float = 0.0

    @override
    async def recall(
        self, principal: Principal, place: ConversationRef, *, is_direct: bool, question: str
    ) -> Recalled:
        await asyncio.sleep(self.seconds)
        await self._called("recall")
        found = self.memory_of(principal) if is_direct else self.groups.get(group(place), Memory())
        again = (one for one in found.episodes if same_matter(question, one.problem))
        return Recalled(
            facts=found.facts,
            episodes=found.episodes,
            threads=found.threads,
            again=next(again, None),
            to_raise=due_to_raise(found, datetime.now(UTC)),
        )

    @override
    async def raised(self, principal: Principal, thread: str) -> None:
        await super().raised(principal, thread)
        memory = self.memory_of(principal)
        threads = (
            replace(one, raised_at=datetime.now(UTC)) if one.id == thread else one
            for one in memory.threads
        )
        self.remember(principal, replace(memory, threads=tuple(threads)))


def group(place: ConversationRef) -> str:
    return f"{place.platform}:{place.tenant_id}:{place.channel_id}"


def knowing(*facts: Fact, **fields: Any) -> RememberingAll:
    """Return a memory in which these are known of Carla."""
    memories = RememberingAll()
    memories.remember(CARLA, Memory(facts=facts, **fields))
    return memories


def version(value: str = "4") -> Fact:
    return a_fact(Slot.VERSION, value, at=LAST_WEEK)


def an_earlier(problem: str, **fields: Any) -> Episode:
    return an_episode(problem, **({"began_at": LAST_WEEK, "ended_at": LAST_WEEK} | fields))


def an_open(about: str = "the refund of order 12", **fields: Any) -> OpenThread:
    return a_thread(about, **({"since": LAST_WEEK} | fields))


def said(text: str, **fields: Any) -> IncomingMessage:
    """Return a message as the inbox hands it on, with who acts."""
    return a_message(text, **({"principal": CARLA} | fields))


def a_turn(*messages: IncomingMessage, memo: Memo | None = None) -> Turn:
    conversation = Conversation(ref=a_conversation(), memo=memo or Memo())
    return Turn(id="0123456789ab", conversation=conversation, messages=messages, started_at=NOW)
