"""How a customer's mood is followed over a conversation (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.mood import Feeling, Mood, MoodCurve, MoodPoint, Said

POINTS_KEPT = 12

LATE = 0.5
"""How much the last message weighs against all before it: one alone raises no calm level above this."""

RELIEF = 0.5
"""What a satisfied message leaves of the level before it is counted itself."""

HALF_LIFE = timedelta(hours=3)
"""The pause in which a bad mood is half forgotten."""

A_NEW_DAY = timedelta(hours=12)
"""The pause after which offers of a person are forgotten."""

CONTEXT_LINES = 6

_TOLD = {Speaker.BOT, Speaker.AGENT}


def follow(curve: MoodCurve, mood: Mood, feeling: Feeling, at: datetime) -> MoodCurve:
    """Return the curve with the mood of one more turn, at ``at``."""
    curve = _after_a_pause(curve, at)
    before = curve.level * (RELIEF if feeling is Feeling.SATISFIED else 1.0)
    level = before + LATE * (mood.negative - before)
    is_better = level < curve.level
    lowest = min(curve.offered_at, level) if curve.offered_at is not None else None
    point = MoodPoint(at=at, mood=mood, feeling=feeling)
    return replace(
        curve,
        points=(*curve.points, point)[-POINTS_KEPT:],
        level=level,
        offered_at=lowest,
        stands=curve.stands and not is_better,
        silent=max(0, curve.silent - 1),
    )


def _after_a_pause(curve: MoodCurve, at: datetime) -> MoodCurve:
    """Let the level fade while nobody writes."""
    if not curve.points:
        return curve
    pause = max(at - curve.points[-1].at, timedelta())
    faded = replace(curve, level=curve.level * 0.5 ** (pause / HALF_LIFE))
    if pause < A_NEW_DAY:
        return faded
    return replace(faded, offered_at=None, offers=0, stands=False, silent=0)


def said_before(history: Sequence[HistoryLine]) -> tuple[Said, ...]:
    """Return the last lines of a conversation that customer and helpers could both read."""
    spoken = [line for line in history if line.speaker is Speaker.CUSTOMER or line.speaker in _TOLD]
    return tuple(
        Said(text=line.text, by_customer=line.speaker is Speaker.CUSTOMER)
        for line in spoken[-CONTEXT_LINES:]
    )
