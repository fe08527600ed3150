"""The escalation policy: pure, so every rule is one line."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.cases import CaseReason
from bot.vocabulary.handover import Failure, Signals, Verdict
from bot.vocabulary.mood import URGENT, Concern, Heard, MoodCurve
from bot.vocabulary.turns import Decision
from handoff.policy import Action, EscalationRule, ThresholdPolicy, Thresholds
from tests.handoff.policy.signals import a_curve, any_signals, rank

POLICY = ThresholdPolicy(Thresholds(answer_above=0.5, cost_limit=1.0))

SURE = Signals(confidence=0.9)
UNSURE = Signals(confidence=0.2, unsure=1)
LOW = a_curve(0.7)
ANGRY = a_curve(0.85, anger=0.9)
OFFERED = replace(a_curve(0.6), offers=1, stands=True, offered_at=0.6)
STILL_FALLING = replace(a_curve(0.76), offers=1, stands=True, offered_at=0.6)
REFUSED = replace(STILL_FALLING, stands=False)


def heard(concern: Concern) -> Heard:
    return Heard(concern=concern, words="their words")


@pytest.mark.parametrize(
    ("signals", "decision", "reason"),
    [
        (SURE, Decision.ANSWER, None),
        (Signals(confidence=0.5), Decision.ANSWER, None),
        (Signals(confidence=0.49, unsure=1), Decision.UNKNOWN, None),
        (Signals(confidence=0.49, unsure=1, choices=1), Decision.UNKNOWN, None),
        (Signals(confidence=0.3, unsure=1, choices=3), Decision.CLARIFY, None),
        (Signals(confidence=0.1, unsure=1, choices=3), Decision.UNKNOWN, None),
        (replace(UNSURE, unsure=2), Decision.HAND_OVER, CaseReason.LOW_CONFIDENCE),
        (Signals(confidence=0.9, unsure=2), Decision.ANSWER, None),
        (Signals(wish="agent please"), Decision.HAND_OVER, CaseReason.REQUESTED),
        (Signals(failure=Failure.KNOWLEDGE), Decision.HAND_OVER, CaseReason.FAILURE),
        (Signals(rejected=True, rejections=1, confidence=0.8), Decision.ANSWER, None),
        (Signals(rejected=True, rejections=1, confidence=0.2), Decision.OFFER_HUMAN, None),
        (replace(SURE, rejected=True, rejections=2), Decision.HAND_OVER, CaseReason.REJECTED),
        (replace(SURE, repeats=2), Decision.HAND_OVER, CaseReason.REPEATED),
        (replace(UNSURE, waited_minutes=31), Decision.HAND_OVER, CaseReason.LOW_CONFIDENCE),
        (replace(SURE, waited_minutes=31), Decision.ANSWER, None),
        (replace(UNSURE, cost=1.2), Decision.HAND_OVER, CaseReason.COST),
        (Signals(topic="taxes"), Decision.OFFER_HUMAN, None),
        (replace(UNSURE, mood=LOW), Decision.OFFER_HUMAN, None),
        (replace(UNSURE, mood=ANGRY), Decision.HAND_OVER, CaseReason.MOOD),
        (replace(SURE, mood=STILL_FALLING), Decision.HAND_OVER, CaseReason.MOOD),
        (replace(UNSURE, mood=REFUSED), Decision.OFFER_HUMAN, None),
    ],
)
def test_each_ground(signals: Signals, decision: Decision, reason: CaseReason | None) -> None:
    verdict = POLICY.decide(signals)
    assert (verdict.decision, verdict.case_reason, verdict.offers) == (decision, reason, False)
    assert verdict.reasons
    assert all(verdict.reasons)


@pytest.mark.parametrize(
    "signals",
    [
        replace(SURE, mood=LOW),
        replace(SURE, mood=ANGRY),
        replace(SURE, mood=REFUSED),
        replace(SURE, repeats=1),
        replace(SURE, cost=1.2),
        replace(SURE, concern=heard(Concern.COMPLAINT)),
        replace(SURE, concern=heard(Concern.VULNERABLE)),
    ],
)
def test_a_sure_answer_is_given_with_the_offer_of_a_person(signals: Signals) -> None:
    verdict = POLICY.decide(signals)
    assert (verdict.decision, verdict.offers) == (Decision.ANSWER, True)


@pytest.mark.parametrize(
    "mood",
    [
        OFFERED,
        replace(REFUSED, silent=1),
        replace(REFUSED, offers=3),
        replace(REFUSED, offered_at=0.7),
        a_curve(0.55),
        a_curve(0.5, anger=1.0),
    ],
)
def test_an_offer_is_not_repeated_and_never_nags(mood: MoodCurve) -> None:
    verdict = POLICY.decide(replace(SURE, mood=mood))
    assert (verdict.decision, verdict.offers) == (Decision.ANSWER, False)


@pytest.mark.parametrize("concern", Concern)
def test_each_concern_has_its_default(concern: Concern) -> None:
    verdict = POLICY.decide(replace(SURE, concern=heard(concern)))
    at_once = concern in URGENT or concern is Concern.LEGAL
    assert (verdict.decision is Decision.HAND_OVER) == at_once
    assert verdict.case_reason == (CaseReason(concern) if at_once else None)


def test_danger_names_the_case_even_where_a_person_was_asked_for() -> None:
    signals = Signals(wish="a person", concern=heard(Concern.DANGER))
    verdict = POLICY.decide(signals)
    assert verdict.case_reason is CaseReason.DANGER
    assert any("asked for a human" in reason for reason in verdict.reasons)


def test_nothing_found_is_never_an_answer_however_low_the_threshold() -> None:
    eager = ThresholdPolicy(Thresholds(answer_above=0.0))
    assert eager.decide(Signals(confidence=None, unsure=1)).decision is Decision.UNKNOWN
    assert eager.decide(Signals(confidence=0.0, unsure=1)).decision is Decision.ANSWER


def test_the_threshold_is_asked_for_anew_unless_a_rule_has_its_own() -> None:
    needed = [0.95]
    rule = EscalationRule(topics=frozenset({"billing"}), changes={"answer_above": 0.6})
    policy = ThresholdPolicy(Thresholds(), rules=(rule,), needed=lambda: needed[0])
    assert not policy.is_sure(SURE)
    assert policy.is_sure(replace(SURE, subject="billing"))
    needed[0] = 0.3
    assert policy.is_sure(SURE)


RULES = (
    EscalationRule(tiers=frozenset({"gold"}), changes={"mood_offer": 0.5, "rejection_limit": 1}),
    EscalationRule(topics=frozenset({"refunds"}), action=Action.HAND_OVER),
    EscalationRule(topics=frozenset({"shipping"}), action=Action.OFFER),
    EscalationRule(teams=frozenset({"night"}), languages=frozenset({"es"}), action=Action.ANSWER),
)
WITH_RULES = ThresholdPolicy(Thresholds(answer_above=0.5), rules=RULES)


@pytest.mark.parametrize(
    ("signals", "decision", "offers"),
    [
        (replace(SURE, tier="gold", mood=a_curve(0.52)), Decision.ANSWER, True),
        (replace(SURE, tier="iron", mood=a_curve(0.52)), Decision.ANSWER, False),
        (replace(SURE, tier="gold", rejected=True, rejections=1), Decision.HAND_OVER, False),
        (replace(SURE, subject="refunds"), Decision.HAND_OVER, False),
        (replace(SURE, subject="shipping"), Decision.ANSWER, True),
        (replace(UNSURE, subject="shipping"), Decision.OFFER_HUMAN, False),
        (replace(UNSURE, team="night", language="es", mood=ANGRY), Decision.UNKNOWN, False),
        (replace(UNSURE, team="night", language="en", mood=ANGRY), Decision.HAND_OVER, False),
        (Signals(team="night", language="es", wish="a person"), Decision.HAND_OVER, False),
        (
            Signals(team="night", language="es", concern=heard(Concern.SELF_HARM)),
            Decision.HAND_OVER,
            False,
        ),
    ],
)
def test_rules_change_what_holds(signals: Signals, decision: Decision, offers: bool) -> None:  # noqa: FBT001
    verdict = WITH_RULES.decide(signals)
    assert (verdict.decision, verdict.offers) == (decision, offers)


def test_of_two_rules_that_fit_the_later_one_counts() -> None:
    first = EscalationRule(topics=frozenset({"a"}), action=Action.HAND_OVER)
    later = EscalationRule(topics=frozenset({"a"}), tiers=frozenset({"t"}), action=Action.ANSWER)
    policy = ThresholdPolicy(Thresholds(), rules=(first, later))
    assert policy.decide(replace(SURE, subject="a")).decision is Decision.HAND_OVER
    assert policy.decide(replace(SURE, subject="a", tier="t")).decision is Decision.ANSWER


@given(any_signals())
def test_a_hand_over_always_has_a_category_and_nothing_else_does(signals: Signals) -> None:
    verdict = POLICY.decide(signals)
    assert (verdict.decision is Decision.HAND_OVER) == (verdict.case_reason is not None)
    assert not verdict.offers or verdict.decision is Decision.ANSWER


@given(any_signals(), st.sampled_from([POLICY, WITH_RULES]))
def test_an_explicit_wish_and_danger_always_hand_over(
    signals: Signals, policy: ThresholdPolicy
) -> None:
    wished = policy.decide(replace(signals, wish="a person"))
    assert wished.decision is Decision.HAND_OVER
    for concern in URGENT:
        verdict = policy.decide(replace(signals, concern=heard(concern)))
        assert verdict.case_reason is CaseReason(concern)


@given(any_signals())
def test_a_worse_mood_brings_a_person_no_later(signals: Signals) -> None:
    curve = signals.mood or MoodCurve()
    worse = replace(curve, level=min(1.0, curve.level + 0.1))
    assert _rank(replace(signals, mood=worse)) >= _rank(signals)


@given(any_signals(), st.sampled_from(["rejections", "repeats", "unsure", "cost"]))
def test_more_of_what_went_wrong_brings_a_person_no_later(signals: Signals, name: str) -> None:
    more = replace(signals, **{name: getattr(signals, name) + 1})
    assert _rank(more) >= _rank(signals)


@given(any_signals(), st.floats(0, 1))
def test_a_surer_answer_brings_a_person_no_sooner(signals: Signals, confidence: float) -> None:
    low, high = sorted((confidence, signals.confidence or 0.0))
    assert _rank(replace(signals, confidence=high)) <= _rank(replace(signals, confidence=low))


@given(any_signals())
def test_mood_alone_takes_no_sure_answer_from_whoever_was_not_offered_a_person(
    signals: Signals,
) -> None:
    curve = replace(signals.mood or MoodCurve(), stands=False)
    verdict = POLICY.decide(replace(SURE, mood=curve))
    assert verdict.decision is Decision.ANSWER


@given(any_signals())
def test_it_is_the_same_each_time(signals: Signals) -> None:
    assert POLICY.decide(signals) == POLICY.decide(signals)


def _rank(signals: Signals) -> int:
    verdict: Verdict = POLICY.decide(signals)
    return rank(verdict)
