"""An installation that learns: real engines over Redis, a small learner, and where memories are kept."""

import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.exceptions import WatchError

from bot.engine.engine import Engine, EngineOptions
from bot.engine.keys import ConversationKeys
from bot.engine.lessons import Changed, Standing, Teaching
from bot.vocabulary.conversations import Conversation, Speaker
from bot.vocabulary.errors import LearningDelayedError
from bot.vocabulary.memory import (
    Episode,
    Fact,
    FactOrigin,
    Lesson,
    LessonKind,
    Memory,
    Slot,
)
from bot.vocabulary.messages import ConversationRef, IncomingMessage
from tests.builders import a_conversation, a_message, an_agent
from tests.engine_kit import EchoHandler, NotingScheduler, build_engine
from tests.fakes import RecordingAdapter

CUSTOMER = a_conversation()
KEYS = ConversationKeys(CUSTOMER)
CARLA = "playground:demo:carla"
OPTIONS = EngineOptions(join=0, lease=5, learn=0, idle=1800, learn_lease=60)
NOBODY = Memory()

_memory = TypeAdapter(Memory)
_STATED = re.compile(r"my (plan|product|version) is (\w+)", re.IGNORECASE)


class KilledError(BaseException):
    """The process is gone."""


@dataclass
class SmallLearner:
    """Learns ``my plan is Pro``. It says what it has read, and does what a test wants meanwhile."""

    read: list[Lesson] = field(default_factory=list[Lesson])
    concluded: list[datetime | None] = field(default_factory=list["datetime | None"])
    meanwhile: Callable[[], Awaitable[None]] | None = None
    refuses: str = ""
    """Lessons with this word can't be learnt now."""

    async def learn(self, memory: Memory, lessons: Sequence[Lesson], now: datetime) -> Memory:
        self.read += lessons
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        if self.refuses and any(self.refuses in lesson.text for lesson in lessons):
            raise LearningDelayedError("The model rests.")
        for lesson in lessons:
            memory = _with(memory, lesson)
        return memory

    def conclude(
        self, memory: Memory, conversation: Conversation, since: datetime | None, now: datetime
    ) -> Memory:
        self.concluded.append(since)
        lines = [line for line in conversation.history if since is None or line.at > since]
        asked = next((line for line in lines if line.speaker is Speaker.CUSTOMER), None)
        if asked is None:
            return memory
        episode = Episode(
            id=f"{conversation.ref}@{asked.at.isoformat()}",
            place=conversation.ref,
            began_at=lines[0].at,
            ended_at=lines[-1].at,
            language="en",
            problem=asked.text,
        )
        others = (one for one in memory.episodes if one.id != episode.id)
        return replace(memory, episodes=(*others, episode))

    def kept(self, memory: Memory, now: datetime) -> Memory:
        return memory


def _with(memory: Memory, lesson: Lesson) -> Memory:
    """Take the place of what the same message said before; what was learnt before changes nothing."""
    if lesson.kind in {LessonKind.CHANGED, LessonKind.TAKEN_BACK}:
        left, past = (
            tuple(fact for fact in facts if fact.source != lesson.message_id)
            for facts in (memory.facts, memory.replaced)
        )
        memory = replace(memory, facts=left, replaced=past)
    known = {fact.id for fact in (*memory.facts, *memory.replaced)}
    for slot, value in _stated(lesson):
        fact = Fact(
            id=f"{lesson.message_id}/{slot}",
            slot=slot,
            value=value,
            origin=FactOrigin.AGENT if lesson.noted_by else FactOrigin.STATED,
            source=lesson.message_id,
            place=lesson.place,
            author_id=lesson.noted_by or lesson.author_id,
            at=lesson.at,
        )
        if fact.id not in known:
            memory = _superseded(memory, fact)
    return memory


def _superseded(memory: Memory, fact: Fact) -> Memory:
    before = tuple(one for one in memory.facts if one.slot is fact.slot)
    others = tuple(one for one in memory.facts if one.slot is not fact.slot)
    return replace(memory, facts=(*others, fact), replaced=(*memory.replaced, *before))


def _stated(lesson: Lesson) -> list[tuple[Slot, str]]:
    if lesson.kind is LessonKind.NOTED and lesson.slot is not None:
        return [(lesson.slot, lesson.text)]
    return [(Slot(slot.lower()), value) for slot, value in _STATED.findall(lesson.text)]


@dataclass
class Shelf:
    """Memories in Redis, each changed against the one that was read."""

    redis: Redis
    silent: set[str] = field(default_factory=set[str])
    """Identities that have switched their memory off."""
    erased: dict[str, datetime] = field(default_factory=dict[str, datetime])
    written: Callable[[], Awaitable[None]] | None = None
    """What happens once a memory is written."""
    writes: int = 0

    async def standing(
        self, author_id: str, place: ConversationRef, *, is_direct: bool
    ) -> Standing | None:
        if author_id in self.silent:
            return None
        group = f"group:{replace(place, thread_id=None)}"
        owner = f"person:{author_id}" if is_direct else group
        return Standing(owner=owner, erased_at=self.erased.get(author_id))

    async def change(
        self,
        owner: str,
        change: Callable[[Memory], Awaitable[Memory]],
        *,
        accounts: Collection[str],
    ) -> Changed:
        async with self.redis.pipeline(transaction=True) as pipeline:
            while True:
                await pipeline.watch(_key(owner))
                before = await self.memory(owner)
                after = await change(before)
                if after == before:
                    return Changed(before=before, after=after)
                pipeline.multi()
                pipeline.set(_key(owner), _memory.dump_json(after))
                try:
                    await pipeline.execute()
                except WatchError:
                    continue
                break
        self.writes += 1
        written, self.written = self.written, None
        if written is not None:
            await written()
        return Changed(before=before, after=after)

    async def memory(self, owner: str = f"person:{CARLA}") -> Memory:
        stored = cast("str | None", await self.redis.get(_key(owner)))
        return _memory.validate_json(stored) if stored else NOBODY


def _key(owner: str) -> str:
    return f"test:memory:{owner}"


@dataclass
class School:
    """One or more workers over one Redis, what they show, and what they learn."""

    redis: Redis
    learner: SmallLearner = field(default_factory=SmallLearner)
    adapter: RecordingAdapter = field(default_factory=RecordingAdapter)
    scheduler: NotingScheduler = field(default_factory=NotingScheduler)
    handler: EchoHandler = field(default_factory=EchoHandler)
    options: EngineOptions = OPTIONS
    simpler: SmallLearner | None = None

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.redis)

    def engine(self) -> Engine:
        """A worker of its own."""
        return build_engine(
            self.redis,
            self.adapter,
            self.handler,
            scheduler=self.scheduler,
            options=self.options,
            teaching=Teaching(learner=self.learner, owners=self.shelf, simpler=self.simpler),
        )

    async def say(self, text: str, **fields: object) -> IncomingMessage:
        """Let a customer write, and handle it."""
        message = a_message(text, **fields)
        await self.hear(message)
        return message

    async def hear(self, *messages: IncomingMessage) -> None:
        """Handle messages of one conversation as one turn."""
        engine = self.engine()
        for message in messages:
            await engine.inbox.accept(message)
        await engine.worker.serve(str(messages[0].conversation))

    async def agent(self, text: str) -> None:
        """Let an agent write in the newest case's thread."""
        await self.say(text, conversation=self.adapter.threads()[-1], author=an_agent())

    async def learn(self, conversation: ConversationRef = CUSTOMER) -> None:
        """Let a worker learn from a conversation, if its time has come."""
        learning = self.engine().learning
        assert learning is not None
        await learning.learn(str(conversation))

    async def pass_time(self, conversation: ConversationRef = CUSTOMER) -> None:
        """Let everything that a conversation waits for come: silence, pauses, leases."""
        keys = ConversationKeys(conversation)
        await self.redis.zadd(keys.learning, {keys.reference: 0}, xx=True)
        for name in ("spoken", "held"):
            if await self.redis.hexists(keys.learnt, name):
                await self.redis.hset(keys.learnt, name, "1")

    async def facts(self, owner: str = f"person:{CARLA}") -> dict[str, str]:
        """What is known of an owner."""
        memory = await self.shelf.memory(owner)
        return {str(fact.slot): fact.value for fact in memory.facts}

    async def problems(self, owner: str = f"person:{CARLA}") -> list[str]:
        """The problems of an owner's episodes."""
        return [episode.problem for episode in (await self.shelf.memory(owner)).episodes]

    async def waiting(self) -> list[str]:
        """Lessons that are not learnt yet."""
        return cast("list[str]", await self.redis.lrange(KEYS.lessons, 0, -1))
