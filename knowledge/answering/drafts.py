"""A possible answer: what one language's search found, what is quoted of it, and how sure it is."""

from dataclasses import dataclass, replace

from bot.vocabulary.knowledge import Confidence
from knowledge.answering.confidence import Features, judge, measure
from knowledge.answering.excerpts import extract
from knowledge.answering.kinds import wish_of
from knowledge.index.hits import Found, Hit
from knowledge.language.words import fold, plain_text
from knowledge.questions import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A possible answer from the documents of one language; ``features`` is None without hits."""

    found: Found
    text: str
    features: Features | None
    confidence: Confidence


def build_draft(found: Found, question: Question) -> Draft:
    """Quote the passage that answers best and judge how sure that is."""
    features = measure(found)
    confidence = judge(features, is_other_language=found.language != question.language)
    if found.note:
        confidence = replace(confidence, reasons=(*confidence.reasons, found.note))
    return Draft(
        found=found, text=_quote(found, question), features=features, confidence=confidence
    )


def _quote(found: Found, question: Question) -> str:
    """The excerpt under its section's heading, without which it might be taken for the opposite."""
    if not found.answering:
        return ""
    cited = found.answering[0]
    wish = wish_of(question.text)
    above = " ".join((cited.title, *cited.headings))
    excerpt = extract(cited.text, found.interest, found.language, wish=wish, context=above)
    heading = _heading(cited)
    return f"**{heading}**\n\n{excerpt.text}" if heading and excerpt.text else excerpt.text


def _heading(hit: Hit) -> str:
    """The heading right above a passage; empty at the document's opening."""
    heading = " ".join(plain_text(hit.headings[-1]).split()) if hit.headings else ""
    return "" if fold(heading) == fold(hit.title) else heading.replace("*", "")
