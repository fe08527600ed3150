"""How likely an answer is right: a few features of the evidence and one logistic curve.

The value is the probability that the best document really answers the question. Coefficients were
fitted by ``python -m benchmarks.fit_confidence`` (ridge-regularised logistic regression) on public
support questions in English and Spanish, against whole and against thinned-out knowledge bases, so
that half of the questions had no answer. They are rounded; the curve is the same for any size of
knowledge base because each feature is relative to the question.
"""

import math
from dataclasses import dataclass

from bot.vocabulary.knowledge import Confidence
from knowledge.index.hits import Found

OTHER_LANGUAGE_FACTOR = 0.75


_FIELD = 5
FEATURE_NAMES = ("coverage", "named", "cosine", "lead", "words")
INTERCEPT = -3.74
COEFFICIENTS = (0.9, 0.51, 2.08, 4.55, 0.66)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The evidence; all but ``words`` in 0..1.

    ``coverage`` is the idf share of the question's words that the best passage holds, ``named``
    the same for its title and headings alone, ``cosine`` its similarity in spelling, ``lead`` how far its score stands above the mean of the next five
    documents (relative to itself; 1 when there are none) times ``coverage``, because a lead in next
    to nothing tells nothing; ``words`` the logarithm of 1 + the number of the question's telling
    words: more of them make a chance match less likely.
    """

    coverage: float
    named: float
    cosine: float
    lead: float
    words: float

    def values(self) -> tuple[float, ...]:
        """The features in the order of ``FEATURE_NAMES`` and ``COEFFICIENTS``."""
        return (self.coverage, self.named, self.cosine, self.lead, self.words)


def measure(found: Found) -> Features | None:
    """Take the features of a search; None when it found nothing."""
    if not found.hits:
        return None
    best, *others = found.hits[: _FIELD + 1]
    field = sum(hit.score for hit in others) / len(others) if others else 0.0
    return Features(
        coverage=best.coverage,
        named=best.named,
        cosine=best.cosine,
        lead=best.coverage * (best.score - field) / best.score if best.score else 0.0,
        words=math.log1p(len(found.interest.values)),
    )


def judge(features: Features | None, *, is_other_language: bool) -> Confidence:
    """Turn features into a probability, with the reasons that weighed."""
    if features is None:
        return Confidence(value=0.0, reasons=("no document has any of the question's words",))
    total = INTERCEPT + sum(
        weight * value for weight, value in zip(COEFFICIENTS, features.values(), strict=True)
    )
    value = 1 / (1 + math.exp(-total))
    reasons = list(_reasons(features))
    if is_other_language:
        value *= OTHER_LANGUAGE_FACTOR
        reasons.append("the answer is in another language than the question")
    return Confidence(value=round(value, 4), reasons=tuple(reasons))


def _reasons(features: Features) -> list[str]:
    percent = round(100 * features.coverage)
    lead = next(word for bound, word in _LEADS if features.lead < bound)
    return [
        f"the best passage holds {percent} % of what the question's words weigh",
        f"{lead} lead over the next documents",
    ]


_LEADS = ((0.15, "no"), (0.35, "a small"), (math.inf, "a clear"))
