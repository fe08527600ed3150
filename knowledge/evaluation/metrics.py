"""The figures of an evaluation (pure): ranking, abstention, calibration, words.

All take parallel sequences, one value a question, and give NaN where nothing can be said.
"""

import math
import string
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
NAN = float("nan")
CURVE_POINTS = 20
_PUNCTUATION = str.maketrans("", "", string.punctuation + "¿¡«»“”’‘…–—")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """What happens when all is answered from ``threshold`` on.

    ``coverage`` is the share that is answered, ``selective_accuracy`` how much of that is right.
    """

    threshold: float
    coverage: float
    selective_accuracy: float


def rank_of(found: Sequence[str], gold: Collection[str]) -> int:
    """Return the place (from 1) of the first right document; 0 when there is none."""
    return next((place for place, doc_id in enumerate(found, start=1) if doc_id in gold), 0)


def recall_at(ranks: Sequence[int], most: int) -> float:
    """Return the share of questions whose best right document stands among the first so many."""
    return _mean([0 < rank <= most for rank in ranks])


def mean_reciprocal_rank(ranks: Sequence[int], most: int = 10) -> float:
    """Return the mean of 1/rank; 0 for a document that is not among the first so many."""
    return _mean([1 / rank if 0 < rank <= most else 0.0 for rank in ranks])


def auroc(values: ArrayLike, positive: ArrayLike) -> float:
    """Return the chance that a positive scores above a negative; ties count half."""
    scores, is_positive = np.asarray(values, float), np.asarray(positive, bool)
    above, below = scores[is_positive], np.sort(scores[~is_positive])
    if not len(above) or not len(below):
        return NAN
    lower = np.searchsorted(below, above, side="left")
    not_higher = np.searchsorted(below, above, side="right")
    return float((lower + not_higher).mean() / 2 / len(below))


def calibration_error(values: ArrayLike, right: ArrayLike, bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal size (Nguyen & O'Connor 2015).

    It is the mean distance between how sure the bins are and how often they are right.
    """
    chances, was_right = np.asarray(values, float), np.asarray(right, float)
    if not len(chances):
        return NAN
    groups = np.array_split(np.argsort(chances, kind="stable"), bins)
    gaps = [abs(chances[g].mean() - was_right[g].mean()) * len(g) for g in groups if len(g)]
    return float(sum(gaps) / len(chances))


def area_under_risk_coverage(values: ArrayLike, right: ArrayLike) -> float:
    """Return the mean share of wrong answers over all coverages (Geifman & El-Yaniv 2017); 0 is best.

    Answers of equal confidence count as if they came in every order.
    """
    chances, was_right = np.asarray(values, float), np.asarray(right, float)
    if not len(chances):
        return NAN
    _, group = np.unique(-chances, return_inverse=True)
    wrong = 1 - (np.bincount(group, was_right) / np.bincount(group))[np.sort(group)]
    return float((np.cumsum(wrong) / np.arange(1, len(wrong) + 1)).mean())


def at_threshold(values: ArrayLike, right: ArrayLike, threshold: float) -> CurvePoint:
    """Return what is answered, and how well, when all from a threshold on is."""
    chances, was_right = np.asarray(values, float), np.asarray(right, float)
    sure = chances >= threshold
    return CurvePoint(
        threshold=threshold,
        coverage=float(sure.mean()) if len(sure) else NAN,
        selective_accuracy=float(was_right[sure].mean()) if sure.any() else NAN,
    )


def selective_accuracy_at(values: ArrayLike, right: ArrayLike, coverage: float) -> float:
    """Return how many of the surest answers, a share of all, are right; equals in the given order."""
    chances, was_right = np.asarray(values, float), np.asarray(right, float)
    answered = math.ceil(len(chances) * coverage)
    surest = np.argsort(-chances, kind="stable")[:answered]
    return float(was_right[surest].mean()) if answered else NAN


def risk_coverage_curve(values: ArrayLike, right: ArrayLike) -> tuple[CurvePoint, ...]:
    """Return a point for each twentieth of the questions, the surest first."""
    surest = np.sort(np.asarray(values, float))[::-1]
    counts = {math.ceil(len(surest) * part / CURVE_POINTS) for part in range(1, CURVE_POINTS + 1)}
    thresholds = sorted({float(surest[count - 1]) for count in counts if count}, reverse=True)
    return tuple(at_threshold(values, right, threshold) for threshold in thresholds)


def word_overlap(said: str, wanted: Sequence[str]) -> float:
    """Return the F1 of the words of an answer against the good answer that it is nearest to.

    As in SQuAD (Rajpurkar et al. 2016): case and punctuation aside, each word as often as it stands.
    """
    return max((_overlap(_words(said), _words(good)) for good in wanted), default=NAN)


def _overlap(said: Counter[str], wanted: Counter[str]) -> float:
    common = (said & wanted).total()
    return 2 * common / (said.total() + wanted.total()) if common else 0.0


def _words(text: str) -> Counter[str]:
    return Counter(text.casefold().translate(_PUNCTUATION).split())


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else NAN
