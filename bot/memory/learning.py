"""Learns from lessons by patterns, and by a language model where there is one."""

from asyncio import to_thread
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from typing_extensions import override

from bot.memory import episodes, retention
from bot.memory.extraction import Finding, findings
from bot.memory.extraction.phrasebook import phrasebook
from bot.memory.profile import Scope, fact_id, with_end, with_fact, without_message
from bot.memory.proposals import accepted
from bot.memory.retention import Keeping
from bot.memory.secrets import masked
from bot.memory.slots import lifetime, normalised
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.memory import (
    Fact,
    FactOrigin,
    FactWriter,
    Learner,
    Lesson,
    LessonKind,
    Memory,
)

_WRITTEN = frozenset({LessonKind.SAID, LessonKind.CHANGED})


class PatternLearner(Learner):
    """Learns by careful patterns; what they miss a ``FactWriter`` may propose."""

    def __init__(self, keeping: Keeping | None = None, writer: FactWriter | None = None) -> None:
        """Take how long and how much is kept, and who else reads facts."""
        self._keeping = keeping or Keeping()
        self._writer = writer

    @override
    async def learn(self, memory: Memory, lessons: Sequence[Lesson], now: datetime) -> Memory:
        """Return the memory with what these lessons of its owner say."""
        await to_thread(load_phrases)
        ordered = sorted(lessons, key=lambda lesson: lesson.at)
        proposed = await self._proposed(ordered)
        for lesson in ordered:
            memory = self._learnt(memory, lesson, proposed.get(_key(lesson), ()))
        return self.kept(memory, now)

    @override
    def conclude(
        self, memory: Memory, conversation: Conversation, since: datetime | None, now: datetime
    ) -> Memory:
        """Return the memory with the conversation's stretch after ``since`` as an episode."""
        return self.kept(episodes.conclude(memory, conversation, since, now), now)

    @override
    def kept(self, memory: Memory, now: datetime) -> Memory:
        """Return what of a memory is still to be kept."""
        return retention.kept(memory, now, self._keeping)

    def _learnt(self, memory: Memory, lesson: Lesson, proposed: Sequence[Finding]) -> Memory:
        if lesson.kind is LessonKind.NOTED:
            return self._noted(memory, lesson)
        if lesson.kind is not LessonKind.SAID:
            memory = without_message(memory, lesson.place, lesson.message_id)
        if lesson.kind is LessonKind.TAKEN_BACK:
            return memory
        scope = Scope(author_id=None if lesson.is_direct else lesson.author_id)
        for finding in _together(findings(lesson.text), proposed):
            if finding.ends:
                memory = with_end(memory, finding.slot, finding.value, lesson.at, scope)
            else:
                memory = with_fact(memory, self._fact(finding, lesson), scope)
        return memory

    def _noted(self, memory: Memory, lesson: Lesson) -> Memory:
        value = normalised(lesson.slot, lesson.text) if lesson.slot else None
        if lesson.slot is None or lesson.noted_by is None or value is None:
            return memory
        finding = Finding(
            slot=lesson.slot, value=value, quote=value, place=0, origin=FactOrigin.AGENT
        )
        fact = replace(self._fact(finding, lesson), author_id=lesson.noted_by)
        scope = Scope(author_id=None if lesson.is_direct else lesson.noted_by)
        return with_fact(memory, fact, scope)

    def _fact(self, finding: Finding, lesson: Lesson) -> Fact:
        return Fact(
            id=fact_id(lesson.place, lesson.message_id, finding.slot, finding.value),
            slot=finding.slot,
            value=finding.value,
            origin=finding.origin,
            source=lesson.message_id,
            place=lesson.place,
            author_id=lesson.author_id,
            at=lesson.at,
            confidence=finding.confidence,
            expires_at=lesson.at + lifetime(finding.slot, self._keeping.fact_days),
        )

    async def _proposed(self, lessons: Sequence[Lesson]) -> dict[str, list[Finding]]:
        """Let the model read each author's messages; it never sees what is secret."""
        found: defaultdict[str, list[Finding]] = defaultdict(list)
        if self._writer is None:
            return found
        for theirs in _by_author(lessons):
            for proposal in await self._writer.propose(theirs):
                said = next((one for one in theirs if one.message_id == proposal.message_id), None)
                finding = accepted(proposal, said)
                if said is not None and finding is not None:
                    found[_key(said)].append(finding)
        return found


def load_phrases() -> None:
    """Compile all phrases (about 0.3 s, once), so that nobody's turn waits for it."""
    phrasebook()
    masked("")


def _by_author(lessons: Sequence[Lesson]) -> Iterator[list[Lesson]]:
    """Group what was written by author, as the model may see it: the last version of each message."""
    gone = {_message(lesson) for lesson in lessons if lesson.kind is LessonKind.TAKEN_BACK}
    latest = {_message(lesson): lesson for lesson in lessons if lesson.kind in _WRITTEN}
    grouped: defaultdict[str, list[Lesson]] = defaultdict(list)
    for message, lesson in latest.items():
        if message not in gone and lesson.text.strip():
            grouped[lesson.author_id].append(replace(lesson, text=masked(lesson.text)))
    yield from grouped.values()


def _message(lesson: Lesson) -> str:
    return f"{lesson.place}\0{lesson.message_id}"


def _key(lesson: Lesson) -> str:
    return f"{_message(lesson)}\0{lesson.kind}\0{lesson.at.isoformat()}"


def _together(own: Sequence[Finding], proposed: Sequence[Finding]) -> tuple[Finding, ...]:
    """Trust patterns first: a proposal counts for slots of which they read nothing."""
    read = {finding.slot for finding in own}
    return (*own, *(finding for finding in proposed if finding.slot not in read))
