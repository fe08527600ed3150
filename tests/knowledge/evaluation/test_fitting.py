"""Fitting the confidence: what it may change, and that it is never worse than what is shipped."""

import math
import random

import pytest

from bot.vocabulary.errors import DocumentError
from knowledge.answering.confidence import FEATURE_NAMES, SHIPPED, Curve, Features
from knowledge.evaluation.fitting import Labelled, confidences, fit_curve


def asked(count: int, truth: Curve, seed: int = 1) -> list[Labelled]:
    """Questions whose answers are right as often as a curve says."""
    chance = random.Random(seed)
    found: list[Labelled] = []
    for _ in range(count):
        values = {name: chance.random() for name in FEATURE_NAMES}
        features = Features(**values | {"words": 1 + 2 * values["words"]})
        right = chance.random() < truth.probability(features)
        found.append(Labelled(features=features, right=right, answerable=right))
    return found


def shifted(factor: float, shift: float) -> Curve:
    return Curve(
        intercept=factor * SHIPPED.intercept + shift,
        coefficients=tuple(factor * one for one in SHIPPED.coefficients),
    )


def test_what_is_wrong_by_a_shift_is_stretched_and_shifted_right() -> None:
    fit = fit_curve(asked(250, shifted(0.6, 1.5)), may_refit=False)
    assert fit.method == "stretched"
    assert fit.keeps_order
    assert fit.after.log_loss < fit.before.log_loss
    assert fit.after.ece < 0.6 * fit.before.ece


def test_the_order_of_answers_stays_when_it_is_stretched() -> None:
    questions = asked(200, shifted(0.5, -2.0))
    fit = fit_curve(questions, may_refit=False)
    before = confidences(questions, SHIPPED).argsort(kind="stable").tolist()
    assert confidences(questions, fit.curve).argsort(kind="stable").tolist() == before


def test_other_weights_are_found_with_labels_enough() -> None:
    other = Curve(intercept=1.0, coefficients=(-4.0, 3.0, 0.0, -1.0, 5.0, -2.0, 2.0))
    fit = fit_curve(asked(500, other), may_refit=True)
    assert fit.method == "refitted"
    assert not fit.keeps_order
    assert fit.after.answerable_auroc > fit.before.answerable_auroc


def test_a_curve_that_fits_stays() -> None:
    fit = fit_curve(asked(60, SHIPPED, seed=4), may_refit=True)
    assert fit.method == "shipped"
    assert fit.curve == SHIPPED
    assert fit.after == fit.before


def test_a_curve_never_leaves_the_probabilities() -> None:
    steep = Curve(intercept=1e9, coefficients=(1e9,) * len(FEATURE_NAMES))
    [one] = asked(1, SHIPPED)
    assert 0.99 < steep.probability(one.features) <= 1
    assert math.isfinite(steep.probability(one.features))


@pytest.mark.parametrize("count", [0, 29])
def test_too_few_labels_are_refused(count: int) -> None:
    with pytest.raises(DocumentError, match="too few to fit"):
        fit_curve(asked(count, SHIPPED), may_refit=False)


def test_labels_of_one_kind_are_refused() -> None:
    never = Curve(intercept=-40.0, coefficients=(0.0,) * len(FEATURE_NAMES))
    with pytest.raises(DocumentError, match="0 of them answered right"):
        fit_curve(asked(100, never), may_refit=False)
