"""What a language model proposes to remember, and why most of it may not be believed.

A proposal counts when its quote stands word for word in a message of the same author, where it states
something, and its value fits the slot.
"""

from bot.memory.extraction import Finding
from bot.memory.extraction.phrasebook import INFERRED_CONFIDENCE, phrasebook
from bot.memory.extraction.sentences import is_asked, is_quoted, sentences
from bot.memory.folded import composed, fold
from bot.memory.secrets import MASK, is_secret
from bot.memory.slots import normalised
from bot.vocabulary.memory import FactOrigin, Lesson, ProposedFact

SHORTEST_QUOTE = 2


def accepted(proposal: ProposedFact, lesson: Lesson | None) -> Finding | None:
    """Return what a proposal says of a lesson's author; None when nothing may be believed of it."""
    if lesson is None or len(proposal.quote.strip()) < SHORTEST_QUOTE:
        return None
    text, quote = composed(lesson.text), composed(proposal.quote)
    place = text.find(quote)
    value = normalised(proposal.slot, proposal.value)
    if place < 0 or value is None or MASK in quote or is_secret(quote):
        return None
    if not _is_stated(text, place):
        return None
    is_said = fold(value) in fold(quote)
    return Finding(
        slot=proposal.slot,
        value=value,
        quote=quote,
        place=place,
        origin=FactOrigin.STATED if is_said else FactOrigin.INFERRED,
        confidence=1.0 if is_said else INFERRED_CONFIDENCE,
    )


def _is_stated(text: str, place: int) -> bool:
    """Whether a place is in no question and in no quote of somebody else's words."""
    for sentence in sentences(text, phrasebook().signs):
        within = place - sentence.start
        if 0 <= within < len(sentence.text):
            return not is_quoted(sentence, within) and not is_asked(sentence, within)
    return True
