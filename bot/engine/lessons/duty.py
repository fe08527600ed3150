"""Learns from a conversation once its turns are over.

Whatever it is stopped by, the lessons stay until what they say is written: then they are learnt once
more, which changes nothing. To fail is not to find nothing: only what was read to its end is dropped.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from weakref import WeakValueDictionary

from bot.engine import metrics
from bot.engine.lessons.owners import Change, Changed, Standing, Teaching
from bot.engine.lessons.queue import LessonQueue, Settlement, Stretch, Taken
from bot.engine.mailbox import Mailbox
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.errors import LearningDelayedError, UnreadableMemoryError
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.memory import Learner, Lesson, Memory
from bot.vocabulary.messages import ConversationRef

logger = logging.getLogger(__name__)

MOST_TRIES = 5
"""Failed tries of a lesson before it is given up: with their pauses, a good hour.

The last one is left to whoever learns without a language model.
"""


class Learning:
    """Turns what waits to be learnt into memory. Any number may work, in any number of processes."""

    def __init__(self, queue: LessonQueue, mailbox: Mailbox, teaching: Teaching) -> None:
        self._queue = queue
        self._mailbox = mailbox
        self._learner = teaching.learner
        self._simpler = teaching.simpler or teaching.learner
        self._owners = teaching.owners
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def learn(self, conversation: str) -> None:
        """Learn from a conversation, and conclude it when it is over, if its time has come."""
        taken = await self._queue.take(ConversationRef.parse(conversation), secrets.token_hex(8))
        if taken is None:
            return
        failpoint("leased")
        if taken.tries > MOST_TRIES:
            settlement = _given_up(taken)
        else:
            settlement = await self._tried(taken)
        await self._queue.settle(taken, settlement)
        failpoint("settled")

    async def _tried(self, taken: Taken) -> Settlement:
        """Learn and conclude; what has to wait holds up nothing else."""
        is_learnt = await self._done(taken, self._learnt(taken))
        if not taken.stretch.is_over:
            return Settlement(stays=not is_learnt)
        conversation, _ = await self._mailbox.read(taken.ref)
        if conversation.case is not None and conversation.case.is_open:
            return Settlement(stays=not is_learnt, waits=True)
        is_concluded = await self._done(taken, self._concluded(taken, conversation))
        return Settlement(
            stays=not (is_learnt and is_concluded),
            concluded=_end(taken, conversation) if is_concluded else None,
        )

    async def _done(self, taken: Taken, work: Awaitable[None]) -> bool:
        """Wait for a part of it; False when it must be tried again."""
        try:
            await work
        except LearningDelayedError as error:
            metrics.lessons.labels("delayed").inc(len(taken.texts))
            logger.warning("learning delayed", extra={"error": str(error), "tries": taken.tries})
            return False
        except UnreadableMemoryError as error:
            metrics.unreadable.inc()
            logger.warning("memory not readable", extra={"error": str(error)})
            return False
        return True

    async def _learnt(self, taken: Taken) -> None:
        """Learn what was said, each lesson into the memory that it belongs to."""
        lessons = await self._by_owner(taken.lessons)
        learner = self._learner if taken.tries < MOST_TRIES else self._simpler
        for owner, theirs in lessons.items():
            await self._learn(learner, owner, theirs, taken.at)
        known = sum(map(len, lessons.values()))
        metrics.lessons.labels("learnt").inc(known)
        metrics.lessons.labels("dropped").inc(len(taken.texts) - known)

    async def _by_owner(self, lessons: Sequence[Lesson]) -> dict[str, list[Lesson]]:
        """Return what may be learnt, under whose memory it belongs to."""
        found: dict[str, list[Lesson]] = {}
        standings: dict[tuple[str, bool], Standing | None] = {}
        for lesson in lessons:
            author, is_direct = who = (lesson.author_id, lesson.is_direct)
            if who not in standings:
                standings[who] = await self._owners.standing(
                    author, lesson.place, is_direct=is_direct
                )
            standing = standings[who]
            if standing is not None and standing.keeps(lesson.at):
                found.setdefault(standing.owner, []).append(lesson)
        return found

    async def _learn(
        self, learner: Learner, owner: str, lessons: Sequence[Lesson], now: datetime
    ) -> None:
        async def change(memory: Memory) -> Memory:
            learnt = await learner.learn(memory, lessons, now)
            return learner.kept(learnt, now)

        authors = {lesson.author_id for lesson in lessons}
        metrics.facts.inc(_new_facts(await self._changed(owner, change, authors)))
        failpoint("committed")

    async def _concluded(self, taken: Taken, conversation: Conversation) -> None:
        """Make an episode of what was said since the last one."""
        said = _said(taken, conversation)
        owner = await self._owner_of(taken, said[0]) if said else None
        if owner is None:
            return
        stretch, now = taken.stretch, taken.at

        async def change(memory: Memory) -> Memory:
            concluded = self._learner.conclude(memory, conversation, stretch.since, now)
            return self._learner.kept(_signed(concluded, memory, stretch), now)

        changed = await self._changed(owner, change, stretch.speakers)
        metrics.episodes.inc(len(changed.after.episodes) > len(changed.before.episodes))
        failpoint("committed")

    async def _changed(self, owner: str, change: Change, accounts: Collection[str]) -> Changed:
        """Change a memory, one conversation after the other here: else models are asked in vain."""
        async with self._locks.setdefault(owner, asyncio.Lock()):
            return await self._owners.change(owner, change, accounts=accounts)

    async def _owner_of(self, taken: Taken, at: datetime) -> str | None:
        """Return whose episode it is; None unless everybody who wrote lets it be remembered."""
        owners: set[str] = set()
        for speaker in taken.stretch.speakers:
            standing = await self._owners.standing(
                speaker, taken.ref, is_direct=taken.stretch.is_direct
            )
            if standing is None or not standing.keeps(at):
                return None
            owners.add(standing.owner)
        return owners.pop() if len(owners) == 1 else None


def _given_up(taken: Taken) -> Settlement:
    """Drop what has failed again and again, so that what came after it is learnt."""
    metrics.lessons.labels("given_up").inc(len(taken.texts))
    logger.error("learning given up", extra={"conversation": str(taken.ref)})
    is_last = taken.stretch.is_over and not taken.texts
    return Settlement(concluded=taken.at if is_last else None)


def _said(taken: Taken, conversation: Conversation) -> list[datetime]:
    """Return when the lines since the last episode were written, the earliest first."""
    since = taken.stretch.since
    return sorted(line.at for line in conversation.history if since is None or line.at > since)


def _end(taken: Taken, conversation: Conversation) -> datetime:
    """Return until when a conversation is concluded: its lines' own times count, not our clock."""
    said = _said(taken, conversation)
    return said[-1] if said else taken.stretch.since or taken.at


def _signed(memory: Memory, before: Memory, stretch: Stretch) -> Memory:
    """Note in a new episode whose words it holds: they may have them erased."""
    known = {episode.id for episode in before.episodes}
    episodes = (
        episode if episode.id in known else replace(episode, author_ids=stretch.speakers)
        for episode in memory.episodes
    )
    return replace(memory, episodes=tuple(episodes))


def _new_facts(changed: Changed) -> int:
    return len(
        {fact.id for fact in changed.after.facts} - {fact.id for fact in changed.before.facts}
    )
