"""How likely an answer is right: a few features of the evidence and one logistic curve.

The value is the probability that the best document really answers the question. Coefficients were
fitted by ``python -m benchmarks.fit_confidence`` (ridge-regularised logistic regression) on public
support questions in English and Spanish, against whole and against thinned-out knowledge bases, so
that half of the questions had no answer. They are rounded; the curve is the same for any size of
knowledge base because each feature is relative to the question.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bot.vocabulary.knowledge import Confidence
from knowledge.index.hits import Found

OTHER_LANGUAGE_FACTOR = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The evidence, each value in 0..1 unless said otherwise.

    ``coverage`` and ``lexical`` belong to the best passage, ``quoted`` is the coverage of the text
    that is quoted from it, ``margin`` its lead over the next document relative to itself,
    ``agreement`` 1 when words and vectors choose the same document, ``words`` the logarithm of the
    number of the question's telling words.
    """

    coverage: float
    lexical: float
    cosine: float
    quoted: float
    margin: float
    agreement: float
    words: float

    def values(self) -> tuple[float, ...]:
        """The features in the order of ``COEFFICIENTS``."""
        return (
            self.coverage,
            self.lexical,
            self.cosine,
            self.quoted,
            self.margin,
            self.agreement,
            self.words,
        )


INTERCEPT = -3.0
COEFFICIENTS = (2.0, 2.0, 2.0, 1.0, 1.0, 0.5, 0.0)


def measure(found: Found, quoted: float) -> Features | None:
    """Take the features of a search; None when it found nothing."""
    if not found.hits:
        return None
    best, *others = found.hits
    nearest = max(found.hits, key=lambda hit: hit.cosine)
    following = others[0].score if others else 0.0
    return Features(
        coverage=best.coverage,
        lexical=best.lexical,
        cosine=best.cosine,
        quoted=quoted,
        margin=(best.score - following) / best.score if best.score else 0.0,
        agreement=float(nearest.doc_id == best.doc_id),
        words=math.log1p(len(found.idf)),
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
    lead = _word(features.margin, {0.05: "no", 0.2: "a small", 1.01: "a clear"})
    agreement = "agree" if features.agreement else "disagree"
    return [
        f"the best passage holds {percent} % of what the question's words weigh",
        f"{lead} lead over the next document",
        f"search by words and by spelling {agreement} on the document",
    ]


def _word(value: float, bounds: Mapping[float, str]) -> str:
    return next(word for bound, word in bounds.items() if value < bound)
