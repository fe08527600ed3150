"""What is known of whoever asks: as the knowledge base takes it, and in the words of a receipt (pure)."""

from collections.abc import Collection, Iterator
from datetime import date

from bot.texts import shortened
from bot.texts.days import day_in_words
from bot.vocabulary.knowledge import Known
from bot.vocabulary.memory import Fact, FactOrigin, Recalled, Slot

VALUE_LENGTH = 60
"""Characters of a fact's value in a receipt."""

NOT_FOR_ANSWERS = frozenset({Slot.LANGUAGE, Slot.TIME_ZONE})
"""An answer is in the language of its question, and knows no clock."""

_CODES = {
    "english": "en",
    "ingles": "en",
    "inglés": "en",
    "spanish": "es",
    "espanol": "es",
    "español": "es",
    "castellano": "es",
}


def known_of(recalled: Recalled) -> tuple[Known, ...]:
    """Return what may matter to an answer, one for each slot: the newest."""
    found = (recalled.fact(slot) for slot in Slot if slot not in NOT_FOR_ANSWERS)
    return tuple(
        Known(slot=fact.slot, value=fact.value, origin=fact.origin, since=fact.at.date())
        for fact in found
        if fact is not None
    )


def preferred_language(recalled: Recalled) -> str | None:
    """Return the code of the language that a person has asked for; a guess of ours is no wish."""
    fact = recalled.fact(Slot.LANGUAGE)
    if fact is None or fact.origin is FactOrigin.INFERRED:
        return None
    named = fact.value.strip().casefold()
    return _CODES.get(named, named)


def in_words(recalled: Recalled, today: date, slots: Collection[str] | None = None) -> str:
    """Say for a receipt what is known: ``knows: version 4, since 3 May``; empty for nothing.

    ``slots`` are those that were used; None means all.
    """
    said = "; ".join(_each(recalled, today, slots))
    return f"knows: {said}" if said else ""


def _each(recalled: Recalled, today: date, slots: Collection[str] | None) -> Iterator[str]:
    for slot in Slot:
        fact = recalled.fact(slot)
        if fact is not None and (slots is None or slot in slots):
            yield _one(fact, today)


def _one(fact: Fact, today: date) -> str:
    since = day_in_words(fact.at.date(), today, "en")
    return f"{fact.slot.replace('_', ' ')} {shortened(fact.value, VALUE_LENGTH)}, since {since}"
