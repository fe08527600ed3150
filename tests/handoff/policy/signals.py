"""Builds signals and moods for tests of the policy."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.vocabulary.handover import Failure, Signals, Verdict
from bot.vocabulary.mood import Concern, Feeling, Heard, Mood, MoodCurve, MoodPoint
from bot.vocabulary.turns import Decision
from tests.memory_commands_kit import an_episode

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def a_point(negative: float = 0.0, anger: float = 0.0) -> MoodPoint:
    feeling = Feeling.NEUTRAL if negative < 0.5 else Feeling.FRUSTRATED
    feeling = Feeling.ANGRY if anger >= 0.5 else feeling
    return MoodPoint(at=NOON, mood=Mood(negative=negative, anger=anger), feeling=feeling)


def a_curve(level: float, *, anger: float = 0.0, before: float = 0.0) -> MoodCurve:
    """A curve at a level whose last message is as negative as that, and as angry as said."""
    return MoodCurve(points=(a_point(before), a_point(level, anger)), level=level)


def curves() -> st.SearchStrategy[MoodCurve]:
    shares = st.floats(0, 1)
    return st.builds(
        MoodCurve,
        points=st.lists(st.builds(a_point, shares, shares), max_size=3).map(tuple),
        level=shares,
        offered_at=st.none() | shares,
        offers=st.integers(0, 4),
        silent=st.integers(0, 2),
        stands=st.booleans(),
    ).map(_possible)


def any_signals() -> st.SearchStrategy[Signals]:
    return st.builds(
        Signals,
        wish=st.none() | st.text(min_size=1, max_size=5),
        concern=st.none()
        | st.builds(Heard, concern=st.sampled_from(Concern), words=st.just("words")),
        mood=st.none() | curves(),
        repeats=st.integers(0, 4),
        subject=st.none() | st.sampled_from(["refunds", "shipping", "other"]),
        team=st.none() | st.sampled_from(["night", "day"]),
        tier=st.none() | st.sampled_from(["gold", "iron"]),
        language=st.sampled_from(["en", "es"]),
        cost=st.floats(0, 3),
        waited_minutes=st.floats(0, 90),
        failure=st.none() | st.sampled_from(Failure),
        confidence=st.none() | st.floats(0, 1),
        choices=st.integers(0, 3),
        unsure=st.integers(0, 5),
        rejections=st.integers(0, 5),
        rejected=st.booleans(),
        topic=st.none() | st.just("taxes"),
        again=st.none() | st.builds(an_episode, is_solved=st.none() | st.booleans()),
    )


def rank(verdict: Verdict) -> int:
    """How far a verdict leads towards a person."""
    if verdict.decision is Decision.HAND_OVER:
        return 3
    if verdict.decision is Decision.OFFER_HUMAN:
        return 2
    return int(verdict.offers or verdict.decision is not Decision.ANSWER)


def _possible(curve: MoodCurve) -> MoodCurve:
    """No offer stands that was never made."""
    if curve.offered_at is not None and curve.offers:
        return curve
    return MoodCurve(points=curve.points, level=curve.level)
