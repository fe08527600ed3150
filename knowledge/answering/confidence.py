"""How likely an answer is right: a few features of the evidence and one logistic curve.

The value is the probability that the best document really answers the question. Coefficients were
fitted by ``python -m benchmarks.fit_confidence`` (ridge-regularised logistic regression) on public
support questions in English and Spanish, against whole knowledge bases and against parts of a 7th
and a 30th of them, so that half of the questions had no answer and most knowledge bases were small.
They are rounded. The curve is the same for any size of knowledge base: each feature is relative to
the question, and the size itself as a feature made the curve worse on sets it was not fitted on.

Customers ask a shop about its business more often than not: the intercept is corrected from one
question in two that has an answer to seven in ten (prior correction, King & Zeng 2001, "Logistic
regression in rare events data"). The share was chosen on the sample's questions, on which nothing
else is fitted: with three in four a sixth of the questions without an answer got one.
"""

import math
from dataclasses import dataclass

from bot.vocabulary.knowledge import Confidence
from knowledge.index.hits import Found

OTHER_LANGUAGE_FACTOR = 0.75


_FIELD = 5
FEATURE_NAMES = ("coverage", "named", "cosine", "lead", "words", "lexical")
PRIOR_CORRECTION = math.log(7 / 3)
INTERCEPT = -4.54 + PRIOR_CORRECTION
COEFFICIENTS = (0.49, 0.54, 3.29, 4.91, 0.69, 0.75)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The evidence; all but ``words`` in 0..1.

    ``coverage`` is the idf share of the question's words that the best passage holds, ``named``
    the same for its title and headings alone, ``cosine`` its similarity in meaning and spelling,
    ``lexical`` its share of the best possible score by words. ``lead`` is how far its score
    stands above the mean of the next five documents (relative to itself; 1 when there are none)
    times ``coverage``, because a lead in next to nothing tells nothing; ``words`` the logarithm
    of 1 + the number of the question's telling words: more of them make a chance match less
    likely.
    """

    coverage: float
    named: float
    cosine: float
    lead: float
    words: float
    lexical: float

    def values(self) -> tuple[float, ...]:
        """The features in the order of ``FEATURE_NAMES`` and ``COEFFICIENTS``."""
        return (self.coverage, self.named, self.cosine, self.lead, self.words, self.lexical)


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
        lexical=best.lexical,
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
