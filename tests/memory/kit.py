"""Builds lessons, conversations and memories in one line each."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.memory.learning import PatternLearner
from bot.vocabulary.cases import Case, CaseEvent, CaseReason, CaseStatus
from bot.vocabulary.conversations import Conversation, HistoryLine, Speaker
from bot.vocabulary.memory import Fact, Lesson, LessonKind, Memory, Slot
from bot.vocabulary.messages import ConversationRef, Platform
from bot.vocabulary.people import Agent

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
"""A Friday."""

HERE = ConversationRef(platform=Platform.SLACK, tenant_id="T1", channel_id="D1")
CARLA, CARLO = "slack:T1:carla", "slack:T1:carlo"
ANA = Agent(id="slack:T1:ana", name="Ana")

_numbers = itertools.count(1)


def later(minutes: float = 0, *, days: float = 0) -> datetime:
    return NOON + timedelta(minutes=minutes, days=days)


def said(text: str, **fields: Any) -> Lesson:
    number = next(_numbers)
    lesson = Lesson(
        kind=LessonKind.SAID,
        place=HERE,
        is_direct=True,
        author_id=CARLA,
        message_id=f"m{number}",
        text=text,
        at=NOON + timedelta(seconds=number),
        language="en",
    )
    return replace(lesson, **fields)


def changed(lesson: Lesson, text: str, minutes: float = 5) -> Lesson:
    return replace(
        lesson, kind=LessonKind.CHANGED, text=text, at=lesson.at + timedelta(minutes=minutes)
    )


def taken_back(lesson: Lesson) -> Lesson:
    at = lesson.at + timedelta(minutes=5)
    return replace(lesson, kind=LessonKind.TAKEN_BACK, text="", at=at)


def noted(slot: Slot, text: str, **fields: Any) -> Lesson:
    return said(text, kind=LessonKind.NOTED, slot=slot, noted_by=ANA.id, **fields)


async def learnt(*lessons: Lesson, memory: Memory | None = None, **learner: Any) -> Memory:
    return await PatternLearner(**learner).learn(memory or Memory(), lessons, later(60))


def values(memory: Memory, slot: Slot) -> list[str]:
    return [fact.value for fact in memory.facts if fact.slot is slot]


def history(memory: Memory, slot: Slot) -> list[str]:
    return [fact.value for fact in memory.replaced if fact.slot is slot]


def the_fact(memory: Memory, slot: Slot) -> Fact:
    [fact] = [fact for fact in memory.facts if fact.slot is slot]
    return fact


def line(speaker: Speaker, text: str, minutes: float, **fields: Any) -> HistoryLine:
    names = {Speaker.CUSTOMER: "Carla", Speaker.BOT: "Relevo", Speaker.AGENT: "Ana"}
    authors = {Speaker.CUSTOMER: CARLA, Speaker.AGENT: ANA.id}
    written = HistoryLine(
        speaker=speaker,
        name=names.get(speaker, ""),
        text=text,
        at=later(minutes),
        message_id=f"h{minutes}",
        author_id=authors.get(speaker),
    )
    return replace(written, **fields)


def customer(text: str, minutes: float) -> HistoryLine:
    return line(Speaker.CUSTOMER, text, minutes)


def bot(text: str, minutes: float) -> HistoryLine:
    return line(Speaker.BOT, text, minutes, message_id=None)


def agent(text: str, minutes: float) -> HistoryLine:
    return line(Speaker.AGENT, text, minutes)


def talk(*lines: HistoryLine, **fields: Any) -> Conversation:
    return Conversation(ref=HERE, history=lines, **fields)


def a_case(**fields: Any) -> Case:
    case = Case(
        id="case-1",
        conversation=HERE,
        customer="Carla",
        language="en",
        status=CaseStatus.RESOLVED,
        reason=CaseReason.REQUESTED,
        opened_at=later(1),
        changed_at=later(10),
        agent=ANA,
        closed_by=CaseEvent.RESOLVE,
    )
    return replace(case, **fields)
