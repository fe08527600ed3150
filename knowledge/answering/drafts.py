"""A possible answer: what one language's search found, what is quoted of it, and how sure it is."""

from dataclasses import dataclass, replace

from bot.vocabulary.knowledge import Confidence
from knowledge.answering.confidence import SHIPPED, Curve, Features, judge, measure
from knowledge.answering.excerpts import extract
from knowledge.answering.kinds import wish_of
from knowledge.answering.known import wants_brief
from knowledge.index.hits import Found, Hit
from knowledge.language.words import fold, plain_text
from knowledge.questions import Question

CONSIDERED = 6
"""How many documents stand behind an answer or were looked at for it, for the receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A possible answer from the documents of one language; ``features`` is None without hits.

    Of what was found only the best ``CONSIDERED`` documents are kept.
    """

    found: Found
    text: str
    features: Features | None
    confidence: Confidence


def build_draft(
    found: Found, question: Question, curve: Curve = SHIPPED, *, is_second: bool = False
) -> Draft:
    """Quote the passage that answers best and judge how sure that is.

    ``is_second`` says that the index has documents in the question's language beside those.
    """
    abroad = 0.0 if found.language == question.language else -1.0 if is_second else 1.0
    features = measure(found, abroad=abroad)
    confidence = judge(features, curve)
    if found.note:
        confidence = replace(confidence, reasons=(*confidence.reasons, found.note))
    return Draft(
        found=replace(found, hits=found.hits[:CONSIDERED]),
        text=_quote(found, question),
        features=features,
        confidence=confidence,
    )


def _quote(found: Found, question: Question) -> str:
    """The excerpt under its section's heading, without which it might be taken for the opposite."""
    if not found.answering:
        return ""
    cited = found.answering[0]
    wish = wish_of(question.text)
    above = " ".join((cited.title, *cited.headings))
    excerpt = extract(
        cited.text,
        found.interest,
        found.language,
        wish=wish,
        context=above,
        brief=wants_brief(question.known),
    )
    heading = _heading(cited)
    return f"**{heading}**\n\n{excerpt.text}" if heading and excerpt.text else excerpt.text


def _heading(hit: Hit) -> str:
    """The heading right above a passage; empty at the document's opening."""
    heading = " ".join(plain_text(hit.headings[-1]).split()) if hit.headings else ""
    return "" if fold(heading) == fold(hit.title) else heading.replace("*", "")
