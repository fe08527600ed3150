"""The threshold that keeps wrong answers rare: what it promises, and how often that holds."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.evaluation.risk import DOUBT, choose_threshold, is_proven


@pytest.mark.parametrize(
    ("wrong", "answered", "doubt", "bound"),
    [(0, 45, 0.1, 0.0499), (0, 10, 0.05, 0.2589), (3, 50, 0.05, 0.1478), (5, 5, 0.1, 1.0)],
)
def test_the_bound_is_that_of_clopper_and_pearson(
    wrong: int, answered: int, doubt: float, bound: float
) -> None:
    assert bound == 1 or is_proven(wrong, answered, bound + 2e-4, doubt)
    assert not is_proven(wrong, answered, bound - 2e-4, doubt)


@given(st.integers(1, 200), st.integers(0, 200), st.floats(0.01, 0.5))
def test_more_wrong_answers_prove_no_more(answered: int, wrong: int, risk: float) -> None:
    wrong = min(wrong, answered - 1)
    if is_proven(wrong + 1, answered, risk, DOUBT):
        assert is_proven(wrong, answered, risk, DOUBT)
        assert wrong / answered <= risk


def test_few_wrong_answers_among_many_are_certified() -> None:
    values = [1 - place / 1_000 for place in range(1_000)]
    right = [place < 600 for place in range(1_000)]
    chosen = choose_threshold(values, right, 0.05)
    assert chosen is not None
    assert chosen.certified
    assert 0.5 < chosen.coverage < 0.63
    assert chosen.seen <= 0.05


def test_with_few_labels_nothing_is_certified() -> None:
    values = [1 - place / 40 for place in range(40)]
    chosen = choose_threshold(values, [place < 30 for place in range(40)], 0.05)
    assert chosen is not None
    assert not chosen.certified
    assert chosen.coverage == pytest.approx(31 / 40)


def test_there_may_be_no_threshold() -> None:
    values = [place / 100 for place in range(100)]
    assert choose_threshold(values, [place < 50 for place in range(100)], 0.05) is None
    assert choose_threshold([], [], 0.05) is None


def test_equal_confidences_are_answered_together() -> None:
    chosen = choose_threshold([0.9] * 30 + [0.5] * 30, [True] * 30 + [False] * 30, 0.05)
    assert chosen is not None
    assert (chosen.value, chosen.coverage) == (0.9, 0.5)


def test_the_promise_is_broken_no_more_often_than_it_says() -> None:
    """Questions are right with the probability of their confidence, so the true risk is known."""
    chance = random.Random(5)
    broken = certified = 0
    for _ in range(80):
        values = [chance.random() ** 0.2 for _ in range(300)]
        right = [chance.random() < value for value in values]
        chosen = choose_threshold(values, right, 0.1)
        if chosen is not None and chosen.certified:
            certified += 1
            answered = [value for value in values if value >= chosen.value]
            broken += 1 - sum(answered) / len(answered) > 0.1
    assert certified > 50
    assert broken / certified <= 1.5 * DOUBT


def test_a_threshold_that_only_kept_to_it_breaks_the_promise_about_two_times_in_three() -> None:
    """As above, with too few labels for a promise: the luckiest of many thresholds is taken."""
    chance = random.Random(5)
    broken = uncertified = 0
    for _ in range(80):
        values = [chance.random() ** 0.3 for _ in range(100)]
        right = [chance.random() < value for value in values]
        chosen = choose_threshold(values, right, 0.05)
        if chosen is not None and not chosen.certified:
            uncertified += 1
            answered = [value for value in values if value >= chosen.value]
            broken += 1 - sum(answered) / len(answered) > 0.05
    assert uncertified > 50
    assert 0.5 < broken / uncertified < 0.85


def test_so_many_answers_without_a_mistake_certify_five_percent() -> None:
    for answered, certified in ((71, False), (72, True)):
        chosen = choose_threshold([0.9] * answered, [True] * answered, 0.05)
        assert chosen is not None
        assert chosen.certified is certified
