"""How likely an answer is right: a few features of the evidence and one logistic curve.

The value is the probability that the best document really answers the question. The coefficients were
fitted by ``python -m benchmarks.fit_confidence`` (ridge-regularised logistic regression) on public
support questions in English and Spanish, within a language and across, against whole knowledge bases
and against parts of a 7th and a 30th of them, and on the sample's questions; ``docs/confidence.md`` says on what, and how well the
curve holds on sets that it was not fitted on. The curve is the same for any knowledge base, unless
``relevo eval --fit`` has fitted it to one (``calibration``).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.vocabulary.knowledge import Confidence
from knowledge.index.hits import Found

FIELD = 20
"""How many documents behind the best one are looked at."""
FEATURE_NAMES = ("coverage", "named", "cosine", "words", "ahead", "ahead_in_words", "abroad")
_IMAGINED, _IMAGINED_SHARE, _IMAGINED_SPREAD = 2, 0.3, 0.3
"""Documents imagined beside those found, their score and its deviation as shares of the best."""
_FARTHEST = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The evidence; all but ``words`` and ``abroad`` in 0..1.

    ``coverage`` is the idf share of the question's words that the best document holds, ``named``
    the same for the title and headings of its best passage, ``cosine`` the root of its similarity in meaning and
    spelling. ``words`` is the logarithm of 1 + the number of the question's words: the more there is
    to find, the less likely a chance match. ``ahead`` is how many standard deviations the
    best score stands above the mean of the next documents (six of them are 1), ``ahead_in_words``
    the same for words alone. ``abroad`` is 1 when the documents are in another language than the
    question: fewer words meet there, so that the same evidence says more. It is -1 when the index
    has documents in the question's language all the same: the best of two searches is the luckier
    one. No labelled set has both, so that this was set by hand.
    """

    coverage: float
    named: float
    cosine: float
    words: float
    ahead: float
    ahead_in_words: float
    abroad: float = 0.0

    def values(self) -> tuple[float, ...]:
        """The features in the order of ``FEATURE_NAMES``."""
        return tuple(getattr(self, name) for name in FEATURE_NAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A logistic curve over the features; ``coefficients`` in the order of ``FEATURE_NAMES``."""

    intercept: float
    coefficients: tuple[float, ...]

    def probability(self, features: Features) -> float:
        """How likely an answer with this evidence is right (0..1)."""
        pairs = zip(self.coefficients, features.values(), strict=True)
        total = self.intercept + sum(weight * value for weight, value in pairs)
        return 1 / (1 + math.exp(-min(max(total, -30.0), 30.0)))


SHIPPED = Curve(intercept=-6.9, coefficients=(1.61, 1.61, 3.74, 0.3, 2.6, 2.8, 0.78))


def measure(found: Found, *, abroad: float = 0.0) -> Features | None:
    """Take the features of a search; None when it found nothing.

    They are comparable only when the search was for ``FIELD`` + 1 documents.
    """
    if not found.hits:
        return None
    best = found.hits[0]
    return Features(
        coverage=best.coverage,
        named=best.named,
        cosine=math.sqrt(best.cosine),
        words=math.log1p(len(found.interest.values)),
        ahead=_ahead([hit.score for hit in found.hits]),
        ahead_in_words=_ahead([hit.lexical for hit in found.hits]),
        abroad=abroad,
    )


def judge(features: Features | None, curve: Curve = SHIPPED) -> Confidence:
    """Turn features into a probability, with the reasons that weighed."""
    if features is None:
        return Confidence(value=0.0, reasons=("no document has any of the question's words",))
    return Confidence(value=round(curve.probability(features), 4), reasons=_reasons(features))


def _ahead(scores: Sequence[float]) -> float:
    """How far the best stands above the others, among whom two imagined ones keep few from being none."""
    best, *others = scores[: FIELD + 1]
    if best <= 0:
        return 0.0
    count = len(others) + _IMAGINED
    mean = (sum(others) + _IMAGINED * _IMAGINED_SHARE * best) / count
    spread = sum((score - mean) ** 2 for score in others)
    spread += _IMAGINED * (_IMAGINED_SPREAD * best) ** 2
    return min(max((best - mean) / math.sqrt(spread / count), 0.0), _FARTHEST) / _FARTHEST


def _reasons(features: Features) -> tuple[str, ...]:
    percent = round(100 * features.coverage)
    lead = next(word for bound, word in _LEADS if features.ahead < bound)
    reasons = (
        f"the best document holds {percent} % of what the question's words weigh",
        f"{lead} lead over the next documents",
    )
    if features.abroad:
        return (*reasons, "the answer is in another language than the question")
    return reasons


_LEADS = ((0.25, "no"), (0.5, "a small"), (math.inf, "a clear"))
