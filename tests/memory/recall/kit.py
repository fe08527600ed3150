"""Builds episodes, facts and open threads in one line each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.memory.recall.recaller import Recaller
from bot.vocabulary.memory import Episode, Fact, FactOrigin, Memory, OpenThread, Recalled, Slot
from bot.vocabulary.messages import ConversationRef, Platform

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
HERE = ConversationRef(platform=Platform.SLACK, tenant_id="T1", channel_id="D1")


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def episode(problem: str, days: float = 30, **fields: Any) -> Episode:
    made = Episode(
        id=f"{problem[:20]}/{days}",
        place=HERE,
        began_at=ago(days),
        ended_at=ago(days),
        language="en",
        problem=problem,
    )
    return replace(made, **fields)


def fact(slot: Slot, value: str, days: float = 30, **fields: Any) -> Fact:
    made = Fact(
        id=f"{slot}/{value}/{days}",
        slot=slot,
        value=value,
        origin=FactOrigin.STATED,
        source="m1",
        place=HERE,
        author_id="slack:T1:carla",
        at=ago(days),
    )
    return replace(made, **fields)


def thread(about: str, days: float = 30, **fields: Any) -> OpenThread:
    made = OpenThread(id=f"{about}/{days}", about=about, since=ago(days), place=HERE, episode="e")
    return replace(made, **fields)


def recalled(question: str, *episodes: Episode, budget: int = 400, **recaller: Any) -> Recalled:
    by_time = tuple(sorted(episodes, key=lambda one: one.ended_at))
    return Recaller(budget, **recaller).recall(Memory(episodes=by_time), question, NOW)
