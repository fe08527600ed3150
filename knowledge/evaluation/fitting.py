"""Fits the confidence to labelled questions: how much the evidence weighs in one's own knowledge.

Three curves stand for choice: the one that is shipped; the same stretched and shifted (two numbers,
Platt 1999); and, where there are labels enough, one with coefficients of its own, held to the shipped
ones by a ridge. The one that says best what is right in questions it was not fitted on (log loss, five-fold
cross-validation) is taken, so that a fit is never worse than none.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bot.vocabulary.errors import DocumentError
from knowledge.answering.confidence import SHIPPED, Curve, Features
from knowledge.base import EmbeddedKnowledge
from knowledge.evaluation import metrics
from knowledge.evaluation.labelled import LabelledQuestion

Numbers = NDArray[np.float64]
FEWEST_LABELS = 30
FEWEST_OF_A_KIND = 5
FOLDS = 5
REFIT_FROM = 300
"""Labels from which on all weights may be fitted."""
HELD_BACK = 3
"""Then every third label is kept for the threshold alone."""
_STIFFNESS = 2.0
"""How strongly a fit is held to the shipped curve, in labels' worth of evidence."""
_ROUNDS = 50
_SMALLEST = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """The evidence for one question, and whether the answer that it led to was right."""

    features: Features
    right: bool
    answerable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How good confidences are: AUROC of answerable against not, and calibration error."""

    answerable_auroc: float
    ece: float
    log_loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A curve and how it was come by; ``before`` and ``after`` are of questions not fitted on.

    ``method`` is "shipped" when nothing was better, "stretched" or "refitted".
    """

    curve: Curve
    method: str
    labels: int
    before: Quality
    after: Quality

    @property
    def keeps_order(self) -> bool:
        """Whether the labels had no say in which answers are surer than which."""
        return self.method != "refitted"


def evidence_of(knowledge: EmbeddedKnowledge, question: LabelledQuestion) -> Labelled | None:
    """Ask a question; None when nothing was found, and there is no evidence."""
    draft = knowledge.draft_now(question.query)
    if draft is None or draft.features is None:
        return None
    return Labelled(
        features=draft.features,
        right=draft.found.hits[0].doc_id in question.gold,
        answerable=question.answerable,
    )


def fit_labels(labelled: Sequence[Labelled]) -> tuple[Fit, Sequence[Labelled]]:
    """Fit; beside it the labels that choose the threshold, for they had no say in the order.

    Raises:
        DocumentError: There are too few labels.
    """
    # Every third line may be of one kind, and then so would every third label be.
    labelled = random.Random(0).sample(labelled, len(labelled))  # noqa: S311 - the same each time
    used = [one for place, one in enumerate(labelled) if place % HELD_BACK]
    if len(used) >= REFIT_FROM:
        fit = fit_curve(used, may_refit=True)
        if not fit.keeps_order:
            return fit, labelled[::HELD_BACK]
    return fit_curve(labelled, may_refit=False), labelled


def fit_curve(labelled: Sequence[Labelled], *, may_refit: bool) -> Fit:
    """Fit to one's own questions; ``may_refit`` allows coefficients of their own.

    Raises:
        DocumentError: There are too few labels, or nearly all are of one kind.
    """
    _check(labelled)
    right = np.array([float(one.right) for one in labelled])
    methods: dict[str, Callable[[Sequence[Labelled]], Curve]] = {
        "shipped": lambda _: SHIPPED,
        "stretched": _stretch,
    }
    if may_refit:
        methods["refitted"] = _refit
    unseen = {name: _cross_validated(labelled, method) for name, method in methods.items()}
    losses = {name: _log_loss(values, right) for name, values in unseen.items()}
    best = min(losses, key=lambda name: losses[name])
    return Fit(
        curve=methods[best](labelled),
        method=best,
        labels=len(labelled),
        before=_quality(unseen["shipped"], labelled),
        after=_quality(unseen[best], labelled),
    )


def confidences(labelled: Sequence[Labelled], curve: Curve) -> Numbers:
    """What a curve says of each question."""
    return np.array([curve.probability(one.features) for one in labelled])


def fit_ridge(
    inputs: Numbers,
    right: Numbers,
    *,
    ridge: float,
    weights: Numbers | None = None,
    towards: Numbers | None = None,
) -> Numbers:
    """Logistic regression by Newton's method: the intercept, then a coefficient for each column.

    Coefficients are drawn ``towards`` given ones (the first is the intercept's), else to zero with
    a free intercept.
    """
    columns = np.column_stack([np.ones(len(inputs)), inputs])
    weighed = np.ones(len(inputs)) if weights is None else weights
    penalty = np.full(columns.shape[1], ridge)
    penalty[0] = 0.0 if towards is None else ridge
    goal = np.zeros(columns.shape[1]) if towards is None else towards
    found = goal.copy()
    for _ in range(_ROUNDS):
        chances = _logistic(columns @ found)
        slope = columns.T @ (weighed * (chances - right)) + penalty * (found - goal)
        curvature = (columns.T * (weighed * chances * (1 - chances))) @ columns
        found = found - np.linalg.solve(curvature + np.diag(penalty + _SMALLEST), slope)
    return found


def chances_of(inputs: Numbers, curve: Numbers) -> Numbers:
    """What fitted numbers (intercept first) say of rows of features."""
    return _logistic(curve[0] + inputs @ curve[1:])


def _stretch(labelled: Sequence[Labelled]) -> Curve:
    """The shipped curve's log-odds times one number plus another; the order of answers stays."""
    logits = _logits(labelled)
    shift, factor = fit_ridge(
        logits[:, None], _right(labelled), ridge=_STIFFNESS, towards=np.array([0.0, 1.0])
    )
    factor = max(float(factor), 0.05)
    return Curve(
        intercept=factor * SHIPPED.intercept + float(shift),
        coefficients=tuple(factor * one for one in SHIPPED.coefficients),
    )


def _refit(labelled: Sequence[Labelled]) -> Curve:
    inputs = np.array([one.features.values() for one in labelled])
    goal = np.array([SHIPPED.intercept, *SHIPPED.coefficients])
    found = fit_ridge(inputs, _right(labelled), ridge=_STIFFNESS, towards=goal)
    return Curve(intercept=float(found[0]), coefficients=tuple(float(value) for value in found[1:]))


def _cross_validated(
    labelled: Sequence[Labelled], method: Callable[[Sequence[Labelled]], Curve]
) -> Numbers:
    """Confidences of each question by a curve that has not seen it; every fifth is left out at once."""
    values = np.zeros(len(labelled))
    for fold in range(FOLDS):
        curve = method([one for place, one in enumerate(labelled) if place % FOLDS != fold])
        values[fold::FOLDS] = confidences(labelled[fold::FOLDS], curve)
    return values


def _quality(values: Numbers, labelled: Sequence[Labelled]) -> Quality:
    return Quality(
        answerable_auroc=metrics.auroc(values, [one.answerable for one in labelled]),
        ece=metrics.calibration_error(values, _right(labelled)),
        log_loss=_log_loss(values, _right(labelled)),
    )


def _check(labelled: Sequence[Labelled]) -> None:
    right = sum(one.right for one in labelled)
    if len(labelled) < FEWEST_LABELS or min(right, len(labelled) - right) < FEWEST_OF_A_KIND:
        raise DocumentError(
            f"{len(labelled)} questions, {right} of them answered right, are too few to fit the "
            f"confidence: give {FEWEST_LABELS} or more, with {FEWEST_OF_A_KIND} answered right and "
            f"{FEWEST_OF_A_KIND} not."
        )


def _right(labelled: Sequence[Labelled]) -> Numbers:
    return np.array([float(one.right) for one in labelled])


def _logits(labelled: Sequence[Labelled]) -> Numbers:
    values = np.clip(confidences(labelled, SHIPPED), _SMALLEST, 1 - _SMALLEST)
    return np.log(values / (1 - values))


def _log_loss(values: ArrayLike, right: Numbers) -> float:
    sure = np.clip(np.asarray(values, float), _SMALLEST, 1 - _SMALLEST)
    return float(-np.mean(right * np.log(sure) + (1 - right) * np.log(1 - sure)))


def _logistic(logits: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-np.clip(logits, -30.0, 30.0)))
