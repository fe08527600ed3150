"""The escalation policy: pure, so every rule is one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.cases import CaseReason
from bot.vocabulary.handover import Failure, Signals
from bot.vocabulary.turns import Decision
from handoff.policy import ThresholdPolicy, Thresholds

POLICY = ThresholdPolicy(Thresholds(answer_above=0.5, unsure_limit=2, rejection_limit=2))


@pytest.mark.parametrize(
    ("signals", "decision", "reason"),
    [
        (Signals(confidence=0.9), Decision.ANSWER, None),
        (Signals(confidence=0.5), Decision.ANSWER, None),
        (Signals(confidence=0.49, unsure=1), Decision.UNKNOWN, None),
        (Signals(confidence=0.2, unsure=2), Decision.HAND_OVER, CaseReason.LOW_CONFIDENCE),
        (Signals(confidence=0.9, unsure=2), Decision.ANSWER, None),
        (Signals(wish="agent please"), Decision.HAND_OVER, CaseReason.REQUESTED),
        (Signals(failure=Failure.KNOWLEDGE), Decision.HAND_OVER, CaseReason.FAILURE),
        (Signals(rejected=True, rejections=1, confidence=0.8), Decision.ANSWER, None),
        (Signals(rejected=True, rejections=1, confidence=0.2), Decision.OFFER_HUMAN, None),
        (
            Signals(rejected=True, rejections=2, confidence=0.9),
            Decision.HAND_OVER,
            CaseReason.REJECTED,
        ),
    ],
)
def test_each_rule(signals: Signals, decision: Decision, reason: CaseReason | None) -> None:
    verdict = POLICY.decide(signals)
    assert (verdict.decision, verdict.case_reason) == (decision, reason)
    assert verdict.reasons
    assert all(verdict.reasons)


def test_nothing_found_is_never_an_answer_however_low_the_threshold() -> None:
    eager = ThresholdPolicy(Thresholds(answer_above=0.0))
    assert eager.decide(Signals(confidence=None, unsure=1)).decision is Decision.UNKNOWN
    assert eager.decide(Signals(confidence=0.0, unsure=1)).decision is Decision.ANSWER


@given(
    st.builds(
        Signals,
        wish=st.none() | st.text(min_size=1),
        failure=st.none() | st.sampled_from(Failure),
        confidence=st.none() | st.floats(0, 1),
        unsure=st.integers(0, 5),
        rejections=st.integers(0, 5),
        rejected=st.booleans(),
    )
)
def test_a_hand_over_always_has_a_category_and_nothing_else_does(signals: Signals) -> None:
    verdict = POLICY.decide(signals)
    assert (verdict.decision is Decision.HAND_OVER) == (verdict.case_reason is not None)
    if signals.wish is not None:
        assert verdict.case_reason is CaseReason.REQUESTED
