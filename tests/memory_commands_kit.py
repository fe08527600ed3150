"""A memory of people without a store, for the conversation's tests: the whole protocol, in plain values."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.texts.days import day_in_words
from bot.vocabulary.memory import (
    Episode,
    Fact,
    FactOrigin,
    LinkResult,
    Memory,
    MemoryView,
    OpenThread,
    Recalled,
    Slot,
    identity_of,
)
from bot.vocabulary.messages import ConversationRef, Platform, Principal
from tests.builders import a_conversation

SAID = datetime(2026, 5, 3, 9, 30, tzinfo=UTC)
CARLA = Principal(platform=Platform.PLAYGROUND, tenant_id="demo", user_id="carla")
DORA = replace(CARLA, user_id="dora")
TRIES = 5
"""Codes that one account may type, or ask for."""


def said_on() -> str:
    """Return the day of ``SAID`` as it is told today: from the next year on with its year."""
    return day_in_words(SAID.date(), datetime.now(UTC).date(), "en")


def a_fact(slot: Slot = Slot.PLAN, value: str = "Pro", **fields: Any) -> Fact:
    values: dict[str, Any] = {
        "id": f"f-{slot}-{value}",
        "origin": FactOrigin.STATED,
        "source": "m1",
        "place": a_conversation(),
        "author_id": identity_of(CARLA),
        "at": SAID,
    }
    return Fact(slot=slot, value=value, **(values | fields))


def an_episode(problem: str = "The pan arrived broken", **fields: Any) -> Episode:
    values: dict[str, Any] = {
        "id": f"e-{problem}",
        "place": a_conversation(),
        "began_at": SAID,
        "ended_at": SAID,
        "language": "en",
    }
    return Episode(problem=problem, **(values | fields))


def a_thread(about: str = "The refund of order 12", **fields: Any) -> OpenThread:
    values: dict[str, Any] = {
        "id": f"t-{about}",
        "since": SAID,
        "place": a_conversation(),
        "episode": "e",
    }
    return OpenThread(about=about, **(values | fields))


@dataclass
class PlainMemories:
    """See ``Memories``. ``is_on`` is what holds for who has chosen nothing; with ``allowed`` False nobody can.

    Each account is a person of its own until a code joins it with another one.
    """

    is_on: bool = True
    allowed: bool = True
    people: dict[str, str] = field(default_factory=dict[str, str])
    memories: dict[str, Memory] = field(default_factory=dict[str, Memory])
    switches: dict[str, bool] = field(default_factory=dict[str, bool])
    codes: dict[str, str] = field(default_factory=dict[str, str])
    tries: dict[str, int] = field(default_factory=dict[str, int])
    told_at: dict[str, datetime] = field(default_factory=dict[str, datetime])
    calls: list[str] = field(default_factory=list[str])
    visitors: list[str] = field(default_factory=list[str])
    error: Exception | None = None
    given: int = 0
    """How many codes were given."""

    def remember(self, principal: Principal, memory: Memory) -> None:
        """Let this be what is remembered of a person."""
        self.memories[self._person(principal)] = memory

    def memory_of(self, principal: Principal) -> Memory:
        """Return what is remembered of a person."""
        return self.memories.get(self._person(principal), Memory())

    async def recall(
        self, principal: Principal, place: ConversationRef, *, is_direct: bool, question: str
    ) -> Recalled:
        await self._called("recall")
        return Recalled(facts=self.memory_of(principal).facts if is_direct else ())

    async def met(self, principal: Principal, place: ConversationRef, *, is_direct: bool) -> None:
        self.visitors.append(identity_of(principal))

    async def view(self, principal: Principal) -> MemoryView:
        await self._called("view")
        person = self._person(principal)
        linked = tuple(one for one, whose in self.people.items() if whose == person)
        return MemoryView(
            is_on=self.allowed and self.switches.get(person, self.is_on),
            memory=self.memory_of(principal),
            linked=linked,
            told_at=self.told_at.get(person),
        )

    async def told(self, principal: Principal) -> None:
        await self._called("told")
        self.told_at[self._person(principal)] = datetime.now(UTC)

    async def switch(self, principal: Principal, *, on: bool) -> bool:
        await self._called("switch")
        if not self.allowed:
            return False
        self.switches[self._person(principal)] = on
        return True

    async def drop(self, principal: Principal, item: str) -> bool:
        await self._called("drop")
        before = self.memory_of(principal)
        after = replace(
            before,
            facts=tuple(one for one in before.facts if one.id != item),
            episodes=tuple(one for one in before.episodes if one.id != item),
            threads=tuple(one for one in before.threads if one.id != item),
        )
        self.remember(principal, after)
        return after != before

    async def raised(self, principal: Principal, thread: str) -> None:
        await self._called("raised")

    async def export(self, principal: Principal) -> str:
        await self._called("export")
        facts = {fact.slot.value: fact.value for fact in self.memory_of(principal).facts}
        return json.dumps({"person": self._person(principal), "facts": facts})

    async def offer_code(self, principal: Principal) -> str | None:
        await self._called("offer_code")
        if self._is_too_often(principal):
            return None
        code = str(12345678 + 11111111 * self.given)
        self.given += 1
        self.codes[code] = self._person(principal)
        return code

    async def redeem(self, principal: Principal, code: str) -> LinkResult:
        await self._called("redeem")
        if self._is_too_often(principal):
            return LinkResult.TOO_OFTEN
        person = self.codes.get(code)
        if person is None:
            return LinkResult.WRONG
        if person == self._person(principal):
            return LinkResult.OWN
        del self.codes[code]
        self.people[identity_of(principal)] = person
        return LinkResult.LINKED

    async def unlink(self, principal: Principal) -> bool:
        await self._called("unlink")
        own = f"person of {identity_of(principal)}"
        was_joined = self._person(principal) != own
        self.people[identity_of(principal)] = own
        return was_joined

    def _person(self, principal: Principal) -> str:
        who = identity_of(principal)
        return self.people.setdefault(who, f"person of {who}")

    def _is_too_often(self, principal: Principal) -> bool:
        who = identity_of(principal)
        self.tries[who] = self.tries.get(who, 0) + 1
        return self.tries[who] > TRIES

    async def _called(self, name: str) -> None:
        await asyncio.sleep(0)
        self.calls.append(name)
        if self.error is not None:
            raise self.error
