"""What is known of whoever asks: as the knowledge base takes it, and in the words of a receipt (pure)."""

from collections.abc import Collection
from datetime import date

from bot.texts import shortened
from bot.texts.days import day_in_words
from bot.vocabulary.knowledge import Known
from bot.vocabulary.memory import Fact, FactOrigin, Recalled, Slot

VALUE_LENGTH = 60
"""Characters of a fact's value in a receipt."""

NOT_FOR_ANSWERS = frozenset({Slot.LANGUAGE, Slot.TIME_ZONE})
"""An answer is in the language of its question, and knows no clock."""


def known_of(recalled: Recalled) -> tuple[Known, ...]:
    """Return what may matter to an answer."""
    return tuple(
        Known(slot=fact.slot, value=fact.value, origin=fact.origin, since=fact.at.date())
        for fact in recalled.facts
        if fact.slot not in NOT_FOR_ANSWERS
    )


def preferred_language(recalled: Recalled) -> str | None:
    """Return the code of the language that a person has asked for; a guess of ours is no wish."""
    fact = recalled.fact(Slot.LANGUAGE)
    return fact.value if fact is not None and fact.origin is not FactOrigin.INFERRED else None


def in_words(recalled: Recalled, today: date, slots: Collection[str] | None = None) -> str:
    """Say for a receipt what is known: ``knows: version 4, since 3 May``; empty for nothing.

    ``slots`` are those that were used; None means all.
    """
    used = (fact for fact in recalled.facts if slots is None or fact.slot in slots)
    said = "; ".join(_one(fact, today) for fact in used)
    return f"knows: {said}" if said else ""


def _one(fact: Fact, today: date) -> str:
    since = day_in_words(fact.at.date(), today, "en")
    return f"{fact.slot.replace('_', ' ')} {shortened(fact.value, VALUE_LENGTH)}, since {since}"
