"""The figures of an evaluation, against hand-made cases and slower definitions."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.evaluation import metrics

OUTCOMES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5001, 0.9, 1.0]), st.booleans()),
    min_size=1,
    max_size=12,
)


def apart(outcomes: list[tuple[float, bool]]) -> tuple[list[float], list[bool]]:
    return [value for value, _ in outcomes], [right for _, right in outcomes]


def test_the_best_right_document_counts() -> None:
    assert metrics.rank_of(["a", "b", "c"], {"c", "b"}) == 2
    assert metrics.rank_of(["a"], {"b"}) == 0
    ranks = [1, 3, 0, 6]
    assert metrics.recall_at(ranks, 1) == 0.25
    assert metrics.recall_at(ranks, 5) == 0.5
    assert metrics.mean_reciprocal_rank(ranks, 5) == pytest.approx((1 + 1 / 3) / 4)


@given(OUTCOMES)
def test_auroc_counts_the_pairs_that_are_in_order(outcomes: list[tuple[float, bool]]) -> None:
    values, positive = apart(outcomes)
    above = [value for value, is_positive in outcomes if is_positive]
    below = [value for value, is_positive in outcomes if not is_positive]
    pairs = [(a > b) + (a == b) / 2 for a, b in itertools.product(above, below)]
    found = metrics.auroc(values, positive)
    assert math.isnan(found) if not pairs else found == pytest.approx(sum(pairs) / len(pairs))


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, unique_by=lambda one: one[0])
)
def test_the_area_is_the_mean_risk_of_the_surest(outcomes: list[tuple[float, bool]]) -> None:
    surest = [not right for _, right in sorted(outcomes, reverse=True)]
    risks = [sum(surest[:count]) / count for count in range(1, len(surest) + 1)]
    assert metrics.area_under_risk_coverage(*apart(outcomes)) == pytest.approx(
        sum(risks) / len(risks)
    )


@given(st.permutations([(0.5, True), (0.5, False), (0.5, True), (0.9, False), (0.9, True)]))
def test_the_order_of_the_file_changes_nothing_among_equals(
    outcomes: list[tuple[float, bool]],
) -> None:
    assert metrics.area_under_risk_coverage(*apart(outcomes)) == pytest.approx(
        (0.5 + 0.5 + (1 + 1 / 3) / 3 + (1 + 2 / 3) / 4 + 2 / 5) / 5
    )


def test_calibration_is_the_distance_between_sure_and_right() -> None:
    values = [0.1] * 10 + [0.9] * 10
    right = [False] * 9 + [True] + [True] * 6 + [False] * 4
    assert metrics.calibration_error(values, right, bins=2) == pytest.approx(0.15)
    assert metrics.calibration_error([0.0, 1.0], [False, True]) == 0.0
    assert metrics.calibration_error([1.0, 1.0], [False, False]) == 1.0


@given(OUTCOMES)
def test_the_curve_goes_from_the_surest_to_all(outcomes: list[tuple[float, bool]]) -> None:
    values, right = apart(outcomes)
    curve = metrics.risk_coverage_curve(values, right)
    coverages = [point.coverage for point in curve]
    assert coverages == sorted(set(coverages))
    assert coverages[-1] == 1.0
    assert curve[-1].selective_accuracy == pytest.approx(sum(right) / len(right))


def test_what_is_answered_from_a_threshold_on() -> None:
    point = metrics.at_threshold([0.2, 0.5, 0.8], [True, False, True], 0.5)
    assert (point.coverage, point.selective_accuracy) == (pytest.approx(2 / 3), 0.5)
    nothing = metrics.at_threshold([0.2], [True], 0.5)
    assert nothing.coverage == 0
    assert math.isnan(nothing.selective_accuracy)


@pytest.mark.parametrize(
    ("said", "wanted", "overlap"),
    [
        ("Within 30 days.", ["within 30 days"], 1.0),
        ("¿Dónde? En Madrid", ["en Madrid, España"], 2 / 3),
        ("yes yes", ["yes no"], 0.5),
        ("", ["yes"], 0.0),
        ("no", ["yes", "no"], 1.0),
    ],
)
def test_words_in_common(said: str, wanted: list[str], overlap: float) -> None:
    assert metrics.word_overlap(said, wanted) == pytest.approx(overlap)


def test_where_nothing_can_be_said_no_number_is() -> None:
    assert all(
        math.isnan(value)
        for value in (
            metrics.recall_at([], 1),
            metrics.mean_reciprocal_rank([]),
            metrics.auroc([0.5], [True]),
            metrics.calibration_error([], []),
            metrics.area_under_risk_coverage([], []),
            metrics.at_threshold([], [], 0.5).coverage,
            metrics.word_overlap("yes", []),
        )
    )
    assert metrics.risk_coverage_curve([], []) == ()
