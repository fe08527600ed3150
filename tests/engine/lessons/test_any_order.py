"""Whatever happens in whatever order, what people said last is known in the end, and nothing twice."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.client.connection import connect, run_command
from bot.engine.keys import ConversationKeys
from bot.engine.lessons.duty import MOST_TRIES
from bot.vocabulary.messages import IncomingMessage, MessageKind
from tests.builders import a_conversation, a_customer
from tests.engine.lessons.kit import KilledError, School

PEOPLE = ("Carla", "Bea")
PLACES = ("c1", "c2", "c3")
SLOTS = ("plan", "version")

Step = tuple[str, Any, Any]

steps: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from(PLACES), st.sampled_from(SLOTS)),
        st.tuples(st.just("edit"), st.integers(0, 5), st.none()),
        st.tuples(st.just("delete"), st.integers(0, 5), st.none()),
        st.tuples(st.just("learn"), st.sampled_from(PLACES), st.none()),
        st.tuples(st.just("crash"), st.sampled_from(PLACES), st.booleans()),
        st.tuples(st.just("late"), st.sampled_from(PLACES), st.none()),
    ),
    max_size=14,
)


async def killed() -> None:
    raise KilledError


@dataclass
class World:
    """An installation, and what it ought to know in the end: the newest words that still stand."""

    school: School
    said: list[tuple[IncomingMessage, str]] = field(
        default_factory=list["tuple[IncomingMessage, str]"]
    )
    number: int = 0
    crashes: int = 0

    def _word(self) -> str:
        self.number += 1
        return f"w{self.number}"

    async def do(self, what: str, where: Any, how: Any) -> None:
        """Take one step."""
        await getattr(self, f"_{what}")(where, how)

    async def _say(self, place: str, slot: str) -> None:
        who = a_customer(PEOPLE[PLACES.index(place) % 2])
        text = f"my {slot} is {self._word()}"
        message = await self.school.say(text, conversation=a_conversation(place), author=who)
        self.said.append((message, slot))

    async def _edit(self, index: int, _: None) -> None:
        if index < len(self.said):
            message, slot = self.said[index]
            text = f"my {slot} is {self._word()}"
            edited = replace(message, event_key=self._word(), kind=MessageKind.EDITED, text=text)
            self.said[index] = (replace(message, text=text), slot)
            await self.school.hear(edited)

    async def _delete(self, index: int, _: None) -> None:
        if index < len(self.said):
            message, _slot = self.said.pop(index)
            await self.school.hear(
                replace(message, event_key=self._word(), kind=MessageKind.DELETED, text="")
            )

    async def _learn(self, place: str, _: None) -> None:
        await self.school.learn(a_conversation(place))

    async def _crash(self, place: str, late: bool) -> None:  # noqa: FBT001 - drawn
        self.crashes += 1
        if self.crashes >= MOST_TRIES:
            return
        if late:
            self.school.shelf.written = killed
        else:
            self.school.learner.meanwhile = killed
        with suppress(KilledError):
            await self.school.learn(a_conversation(place))
        self.school.shelf.written = self.school.learner.meanwhile = None

    async def _late(self, place: str, _: None) -> None:
        await self.school.pass_time(a_conversation(place))

    async def end(self) -> None:
        """Let everything be learnt that is still to be."""
        for place in PLACES:
            keys = ConversationKeys(a_conversation(place))
            while await self.school.redis.zscore(keys.learning, keys.reference) is not None:
                await self.school.pass_time(a_conversation(place))
                await self.school.learn(a_conversation(place))

    async def check(self) -> None:
        """Each word that stands is known once, by whom it is from, and nothing else is."""
        for who in PEOPLE:
            account = f"playground:demo:{who.lower()}"
            memory = await self.school.shelf.memory(f"person:{account}")
            known = [fact.value for fact in (*memory.facts, *memory.replaced)]
            stand = {
                message.text.rpartition(" ")[2]
                for message, _ in self.said
                if message.author.display_name == who
            }
            assert sorted(known) == sorted(stand)
            assert len({fact.slot for fact in memory.facts}) == len(memory.facts)
            assert {fact.author_id for fact in memory.facts} <= {account}
            ids = [episode.id for episode in memory.episodes]
            assert len(ids) == len(set(ids))


@settings(max_examples=20)
@given(history=steps)
def test_in_any_order_what_stands_is_known_once(redis_url: str, history: list[Step]) -> None:
    async def live() -> None:
        redis = connect(redis_url, pool_size=8, deadline_seconds=5)
        try:
            await run_command(redis, "FLUSHALL")
            world = World(School(redis))
            for what, where, how in history:
                await world.do(what, where, how)
            await world.end()
            await world.check()
        finally:
            await redis.aclose()

    asyncio.run(live())
