"""A square full of people who share names, ids and channels, and talk in any order: whose words reach whom?

Each person, and each channel, has a secret word (``canary``) in everything that is remembered of it. The
turns are whole: inbox, worker, behaviour, encrypted memory, desk, receipts. In the place of a language
model stands one that repeats its prompt, so that what it reads is also said.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot.engine.engine import Engine, EngineOptions
from bot.engine.mailbox import Mailbox
from bot.engine.persons.records import Person
from bot.engine.receipts import Receipts
from bot.memory.threads import due_to_raise
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.knowledge import Answer, Confidence, OnDraft, Query, Source
from bot.vocabulary.memory import Memories, Memory, Recalled, identity_of
from bot.vocabulary.messages import Author, ConversationRef, Platform, Principal
from knowledge.answering.evidence import Passage
from knowledge.model.prompt import Asked, build_prompt
from tests.builders import a_message, an_agent
from tests.fakes import RecordingAdapter, ScriptedKnowledge, a_source
from tests.flows.kit import Flow
from tests.memory_kit import (
    a_fact,
    a_principal,
    a_thread,
    an_episode,
    canary,
    learn,
    stores_on,
)

NAME = "Alex"
"""What everybody is called."""

TENANTS = 4
CHANNELS = 3
"""Channels of each tenant; in other tenants they have the same ids."""

SAID = (
    "hello",
    "How long does a refund take?",
    "The same again: how long does a refund take?",
    "no, that's not it",
    "what do you know about me?",
    "/human",
)
ALREADY_OPEN = datetime.now(UTC) - timedelta(days=5)

_here: ContextVar[ConversationRef] = ContextVar("_here")


class EverythingRecalled:
    """Recalls all that is remembered, and takes what is asked "again" for the last episode."""

    def recall(self, memory: Memory, question: str, now: datetime) -> Recalled:
        again = memory.episodes[-1] if "again" in question and memory.episodes else None
        return Recalled(
            facts=memory.facts,
            episodes=memory.episodes,
            threads=memory.threads,
            again=again,
            to_raise=due_to_raise(memory, now),
        )


@dataclass
class Parrot:
    """A knowledge base whose model says all that stands in its prompt; it notes where that was."""

    prompts: list[tuple[ConversationRef, str]] = field(
        default_factory=list[tuple[ConversationRef, str]]
    )

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        asked = Asked(
            question=query.text,
            earlier=query.history,
            language=query.language,
            known=query.known,
        )
        passage = Passage(id="p1", text="The refund takes 5 days.", source=a_source("d1"))
        prompt = build_prompt(asked, [passage], most_tokens=6000)
        self.prompts.append((_here.get(), prompt.user))
        said = "\n".join(("The refund takes 5 days.", *(one.value for one in query.known)))
        return Answer(
            text=said, language="en", sources=(a_source("d1"),), confidence=Confidence(value=0.9)
        )

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        return [a_source("d1")][:limit]


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What was looked at, how many of the words there were allowed, and what was not."""

    seen: dict[str, int]
    told: int
    crossings: list[str]


@dataclass
class Square:
    """All of them, with two workers on one Redis."""

    redis: Redis
    people: list[Principal]
    flows: list[Flow]
    parrot: Parrot
    adapter: RecordingAdapter
    seed: int
    linked: dict[str, str] = field(default_factory=dict[str, str])
    places: set[ConversationRef] = field(default_factory=set[ConversationRef])
    receipts: list[tuple[ConversationRef, str]] = field(
        default_factory=list[tuple[ConversationRef, str]]
    )
    threads: dict[ConversationRef, ConversationRef] = field(
        default_factory=dict[ConversationRef, ConversationRef]
    )

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._number = 0

    async def step(self) -> None:
        """Let somebody say something somewhere; agents give back what they were given."""
        who, place = self._random.choice(self.people), None
        if self._random.random() < 0.5:
            thread = self._random.choice([None, "t1", "t2"])
            place = replace(
                _channel(who.tenant_id, self._random.randrange(CHANNELS)), thread_id=thread
            )
        here = place or direct(who)
        await self._say(who, here, self._random.choice(SAID), is_direct=place is None)
        await self._give_back(here)

    async def looked_at(self, log: str) -> Findings:
        """Look at everything that anybody could read."""
        shown = [(item.conversation, repr(item.message)) for item in self.adapter.shown]
        at_desk = [(self.threads[one], text) for one, text in shown if one in self.threads]
        to_customers = [pair for pair in shown if pair[0] in self.places]
        everywhere = {
            "prompts": self.parrot.prompts,
            "replies": to_customers,
            "messages to the desk": at_desk,
            "receipts": self.receipts,
        }
        assert len(at_desk) + len(to_customers) == len(shown), "somebody reads what nobody looks at"
        crossings = [
            f"{what}: {name} in {place}"
            for what, texts in everywhere.items()
            for place, text in texts
            for name in self._crossed(place, text)
        ]
        crossings += [f"log: {name}" for name in self._names() if canary(name) in log]
        told = sum("cnry" in text for texts in everywhere.values() for _, text in texts)
        seen = {what: len(texts) for what, texts in everywhere.items()}
        return Findings(seen=seen, told=told, crossings=crossings)

    def _crossed(self, place: ConversationRef, text: str) -> list[str]:
        if "cnry" not in text:
            return []
        may = self._may_be_in(place)
        return [name for name in self._names() if name not in may and canary(name) in text]

    def _may_be_in(self, place: ConversationRef) -> set[str]:
        if place.channel_id.startswith("D"):
            who = identity_of(_principal(place.tenant_id, place.channel_id[1:]))
            return {who, self.linked.get(who, who)}
        return {str(replace(place, thread_id=None))}

    def _names(self) -> list[str]:
        return [*map(identity_of, self.people), *map(str, _all_channels())]

    async def _say(
        self, who: Principal, place: ConversationRef, text: str, *, is_direct: bool
    ) -> None:
        self.places.add(place)
        author = Author(user_id=who.user_id, display_name=NAME)
        message = a_message(text, conversation=place, author=author, is_direct=is_direct)
        await self._serve(place, lambda engine: engine.inbox.accept(message))
        latest = await Receipts(self.redis, deadline=5).latest(place, 1)
        self.receipts += [(place, repr(one)) for one in latest]

    async def _give_back(self, place: ConversationRef) -> None:
        conversation, _ = await Mailbox(self.redis, deadline=5, lease_seconds=5).read(place)
        case = conversation.case
        if case is not None and case.thread is not None:
            self.threads[case.thread] = place
        if case is None or case.thread is None or conversation.owner.kind is OwnerKind.BOT:
            return
        for text in ("/claim", "/resolve it was late"):
            message = a_message(text, conversation=case.thread, author=an_agent("Ana"))
            await self._serve(case.thread, lambda engine, item=message: engine.inbox.accept(item))

    async def _serve(
        self, place: ConversationRef, accept: Callable[[Engine], Awaitable[object]]
    ) -> None:
        self._number += 1
        engine = self.flows[self._number % len(self.flows)].engine
        _here.set(place)
        await accept(engine)
        await engine.worker.serve(str(place))


async def a_square(
    redis: Redis,
    persons: int,
    seed: int,
    wrapped: Callable[[Memories], Memories] = lambda memories: memories,
) -> Square:
    """Fill a square; some of the people have an account in a second tenant that is joined to the first."""
    stores = await stores_on(redis)
    people = [_principal(f"T{n % TENANTS}", f"u{n // TENANTS}") for n in range(persons)]
    for who in people:
        await learn(stores, who, _remembered(identity_of(who), who, None))
    for channel in _all_channels():
        known = _remembered(str(channel), people[0], channel)
        await learn(stores, people[0], known, place=channel)
    memories = stores.memories(EverythingRecalled(), _no_export)
    parrot, adapter = Parrot(), RecordingAdapter()
    flows = [_a_flow(redis, adapter, parrot, wrapped(memories)) for _ in range(2)]
    square = Square(redis, people, flows, parrot, adapter, seed)
    for first, second in zip(people[0::10], people[1::10], strict=False):
        code = await memories.offer_code(first)
        await memories.redeem(second, code or "")
        one, other = identity_of(first), identity_of(second)
        square.linked |= {one: other, other: one}
    return square


def direct(who: Principal) -> ConversationRef:
    """Return where somebody is alone with the bot."""
    return _place(who.tenant_id, f"D{who.user_id}")


def _a_flow(redis: Redis, adapter: RecordingAdapter, parrot: Parrot, memories: Memories) -> Flow:
    flow = Flow(redis, ScriptedKnowledge(), adapter=adapter, memories=memories)
    flow.use(parrot, EngineOptions(join=0, lease=5.0))
    return flow


def _remembered(name: str, by: Principal, place: ConversationRef | None) -> Memory:
    """Return a memory in which the secret word stands wherever a word can."""
    word, where = canary(name), place or direct(by)
    episode = replace(
        an_episode(f"it was about {word}", by=by, place=where),
        resolution=f"solved by {word}",
        tried=(f"tried {word}",),
        is_solved=True,
    )
    thread = replace(a_thread(f"what about {word}", episode), since=ALREADY_OPEN)
    return Memory(facts=(a_fact(word, by=by, place=where),), episodes=(episode,), threads=(thread,))


def _all_channels() -> list[ConversationRef]:
    return [_channel(f"T{tenant}", n) for tenant in range(TENANTS) for n in range(CHANNELS)]


def _channel(tenant: str, number: int) -> ConversationRef:
    return _place(tenant, f"c{number}")


def _place(tenant: str, channel: str) -> ConversationRef:
    return ConversationRef(platform=Platform.PLAYGROUND, tenant_id=tenant, channel_id=channel)


def _principal(tenant: str, user: str) -> Principal:
    return a_principal(user, platform=Platform.PLAYGROUND, tenant=tenant)


async def _no_export(person: Person) -> str:
    return person.owner
