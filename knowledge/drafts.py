"""A possible answer: what one language's search found, what is quoted of it, and how sure it is."""

from dataclasses import dataclass

from bot.vocabulary.knowledge import Confidence
from knowledge.confidence import Features, judge, measure
from knowledge.excerpts import Excerpt, extract, wants_steps
from knowledge.index.hits import Found
from knowledge.questions import Question

_NOTHING = Excerpt(text="", coverage=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A possible answer from the documents of one language; ``features`` is None without hits."""

    found: Found
    text: str
    features: Features | None
    confidence: Confidence


def build_draft(found: Found, question: Question) -> Draft:
    """Quote the passage that answers best and judge how sure that is."""
    excerpt = _quote(found, question)
    features = measure(found)
    is_other_language = found.language != question.language
    return Draft(
        found=found,
        text=excerpt.text,
        features=features,
        confidence=judge(features, is_other_language=is_other_language),
    )


def _quote(found: Found, question: Question) -> Excerpt:
    if not found.answering:
        return _NOTHING
    return extract(
        found.answering[0].text,
        found.interest,
        found.language,
        prefers_steps=wants_steps(question.text),
    )
