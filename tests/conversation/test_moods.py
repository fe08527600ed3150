"""How a mood is followed: late messages weigh more, pauses heal, offers are remembered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.escalating.moods import LATE, POINTS_KEPT, follow, said_before
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.handover import Signals
from bot.vocabulary.mood import Feeling, Mood, MoodCurve
from bot.vocabulary.turns import Decision
from handoff.policy import ThresholdPolicy, Thresholds

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POLICY = ThresholdPolicy(Thresholds())
SHARES = st.floats(0, 1)


def after(*negatives: float, curve: MoodCurve | None = None, at: datetime = NOON) -> MoodCurve:
    """Follow messages that come a minute apart."""
    found = curve or MoodCurve()
    for number, negative in enumerate(negatives):
        feeling = Feeling.FRUSTRATED if negative >= 0.5 else Feeling.NEUTRAL
        found = follow(found, Mood(negative=negative), feeling, at + number * MINUTE)
    return found


@given(SHARES)
def test_one_message_alone_never_leads_to_a_person(negative: float) -> None:
    curve = after(0.0, negative)
    assert curve.level <= LATE
    verdict = POLICY.decide(Signals(confidence=0.9, mood=curve))
    assert (verdict.decision, verdict.offers) == (Decision.ANSWER, False)


def test_late_messages_weigh_more() -> None:
    assert after(0.0, 0.0, 0.9).level > after(0.9, 0.0, 0.0).level
    assert after(0.9, 0.9).level > after(0.9).level


def test_pauses_of_hours_heal_and_half_a_day_forgets_offers() -> None:
    curve = after(0.9, 0.9).offered()
    later = after(0.0, curve=curve, at=NOON + timedelta(hours=3))
    assert later.level == pytest.approx(curve.level / 4, rel=0.01)
    assert later.offers == 1
    next_day = after(0.9, curve=curve, at=NOON + timedelta(hours=13))
    assert (next_day.offered_at, next_day.offers, next_day.stands) == (None, 0, False)
    assert next_day.level < 0.5


def test_a_clock_that_goes_back_heals_nothing() -> None:
    curve = after(0.9, 0.9)
    assert after(0.9, curve=curve, at=NOON - timedelta(hours=9)).level > curve.level


def test_a_satisfied_message_lowers_it_more_than_a_plain_one() -> None:
    curve = after(0.9, 0.9)
    at = NOON + 2 * MINUTE
    pleased = follow(curve, Mood(negative=0.1), Feeling.SATISFIED, at)
    plain = follow(curve, Mood(negative=0.1), Feeling.NEUTRAL, at)
    assert pleased.level < plain.level < curve.level


def test_an_offer_stands_until_the_customer_feels_better() -> None:
    offered = after(0.9, 0.9).offered()
    assert after(0.9, curve=offered).stands
    better = after(0.1, curve=offered)
    assert not better.stands
    assert better.offered_at == better.level, "only a new fall counts"


@given(st.lists(SHARES, max_size=40))
def test_a_curve_is_bounded(negatives: list[float]) -> None:
    curve = after(*negatives)
    assert 0.0 <= curve.level <= 1.0
    assert len(curve.points) <= POINTS_KEPT
    assert curve.level <= max(negatives, default=0.0)


@given(st.lists(SHARES, max_size=12), SHARES, SHARES)
def test_a_worse_message_leads_to_a_worse_level(
    negatives: list[float], one: float, other: float
) -> None:
    curve = after(*negatives)
    low, high = sorted((one, other))
    assert after(low, curve=curve).level <= after(high, curve=curve).level


@given(st.lists(st.tuples(SHARES, st.booleans(), st.integers(1, 100)), max_size=30))
def test_offers_never_nag(messages: list[tuple[float, bool, int]]) -> None:
    """Over any conversation: each (mood, a no to an offer, minutes since the message before)."""
    curve, at, refused, lowest, offers = MoodCurve(), NOON, False, 0.0, 0
    for negative, says_no, minutes in messages:
        at += minutes * MINUTE
        was_offered = curve.stands
        curve = after(negative, curve=curve, at=at)
        lowest = min(lowest, curve.level)
        if says_no and was_offered:
            curve, refused = curve.refused(), True
            continue
        verdict = POLICY.decide(Signals(confidence=0.9, mood=curve))
        if verdict.decision is Decision.HAND_OVER:
            assert offers, "never without an offer"
            return
        if verdict.offers:
            assert not refused, "never in the reply after a no"
            assert not offers or curve.level >= lowest + Thresholds().mood_margin - 1e-9
            curve, lowest, offers = curve.offered(), curve.level, offers + 1
        refused = False
    assert offers <= Thresholds().most_offers


@given(st.lists(SHARES, min_size=1, max_size=12))
def test_after_people_an_old_mood_leads_to_no_new_case(negatives: list[float]) -> None:
    calmed = after(*negatives).offered().calmed()
    verdict = POLICY.decide(Signals(confidence=0.9, mood=calmed))
    assert (verdict.decision, verdict.offers) == (Decision.ANSWER, False)
    furious = after(1.0, curve=calmed, at=NOON + 20 * MINUTE)
    assert POLICY.decide(Signals(confidence=0.9, mood=furious)).decision is Decision.ANSWER


def test_the_context_is_what_customer_and_helpers_said_to_each_other() -> None:
    spoken = (Speaker.CUSTOMER, Speaker.NOTE, Speaker.BOT, Speaker.MARKER, Speaker.AGENT)
    line = HistoryLine(speaker=Speaker.BOT, name="x", text="", at=NOON)
    lines = [replace(line, speaker=speaker, text=speaker) for speaker in spoken]
    assert [(said.text, said.by_customer) for said in said_before(lines)] == [
        ("customer", True),
        ("bot", False),
        ("agent", False),
    ]
