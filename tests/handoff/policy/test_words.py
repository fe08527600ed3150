"""What a receipt says: the issue's own example, and each cause in both languages."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.handover import Signals
from bot.vocabulary.mood import Concern, Heard, MoodCurve
from handoff.policy import Action, EscalationRule, ThresholdPolicy, Thresholds
from tests.handoff.policy.signals import a_curve, a_point, any_signals

RULE = EscalationRule(topics=frozenset({"refunds"}), action=Action.HAND_OVER)


def said(signals: Signals, language: str = "en", **thresholds: int) -> str:
    limits = replace(Thresholds(answer_above=0.4), **thresholds)
    policy = ThresholdPolicy(limits, rules=(RULE,), language=language)
    return ", ".join(policy.decide(signals).reasons)


THIRD = Signals(
    rejected=True,
    rejections=3,
    confidence=0.2,
    best_source=0.31,
    mood=a_curve(0.5, anger=0.8),
)


def test_a_receipt_reads_like_a_sentence() -> None:
    assert said(THIRD) == (
        "third rejection in a row, confidence 0.20, needed 0.40, best source 0.31, "
        "mood fell from neutral to angry"
    )
    assert said(THIRD, "es") == (
        "tercera respuesta rechazada seguida, confianza 0.20, hace falta 0.40, mejor fuente 0.31, "
        "el ánimo ha caído de neutral a enfado"
    )


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        (Signals(confidence=0.9), "confidence 0.90, needed 0.40"),
        (Signals(wish="a person please"), "asked for a human (a person please)"),
        (
            Signals(confidence=0.9, mood=a_curve(0.7)),
            "mood fell from neutral to frustrated (0.70), confidence 0.90, needed 0.40",
        ),
        (
            Signals(
                confidence=0.9,
                mood=replace(a_curve(0.76, before=0.6), offered_at=0.6, offers=1, stands=True),
            ),
            "a person was offered, and it got worse (mood: frustrated, 0.76), confidence 0.90",
        ),
        (
            Signals(confidence=0.9, mood=MoodCurve(points=(a_point(0.9), a_point(0.1)), level=0.4)),
            "confidence 0.90, needed 0.40, mood rose from frustrated to neutral",
        ),
        (
            Signals(confidence=0.9, subject="refunds"),
            "a rule for refunds, confidence 0.90, needed 0.40",
        ),
        (Signals(confidence=0.9, repeats=2), "asks the same for the third time"),
        (Signals(confidence=0.1, unsure=2), "second unsure answer in a row, confidence 0.10"),
        (Signals(confidence=0.1, waited_minutes=45.2), "no good answer for 45 minutes"),
        (Signals(confidence=0.3, choices=3), "3 documents are about equally near"),
        (Signals(topic="taxes"), "a topic that the bot does not talk about: taxes"),
        (
            Signals(confidence=0.9, concern=Heard(concern=Concern.LEGAL, words="my lawyer")),
            "speaks of legal steps (my lawyer)",
        ),
        (Signals(confidence=0.1, rejections=14), "umpteenth rejection in a row"),
        (Signals(confidence=0.9, repeats=14), "asks the same for the umpteenth time"),
    ],
)
def test_each_cause_has_its_words(signals: Signals, expected: str) -> None:
    assert expected in said(signals)


@given(any_signals(), st.sampled_from(["en", "es"]))
def test_there_is_always_a_reason_in_words(signals: Signals, language: str) -> None:
    words = said(signals, language, repeat_limit=1)
    asked = signals.confidence is not None or signals.unsure or signals.topic or signals.rejected
    assert words or not asked
    # What a customer wrote stands as it is, and may look like a hole that nobody has filled.
    assert not re.search(r"\{[a-z]", words.replace(signals.wish or "", ""))
