"""What is known, as the knowledge base takes it and as a receipt says it."""

from datetime import UTC, date, datetime

import pytest

from bot.conversation.recalling.knowing import in_words, known_of, preferred_language
from bot.texts.days import day_in_words
from bot.vocabulary.memory import FactOrigin, Recalled, Slot
from tests.memory_commands_kit import SAID, a_fact

TODAY = date(2026, 11, 27)
FACTS = (
    a_fact(Slot.LANGUAGE, "es"),
    a_fact(Slot.VERSION, "4"),
    a_fact(Slot.TIME_ZONE, "Europe/Madrid"),
    a_fact(Slot.LENGTH, "short", at=datetime(2025, 12, 24, tzinfo=UTC)),
)
RECALLED = Recalled(facts=FACTS)


def test_an_answer_knows_what_can_matter_to_it() -> None:
    known = known_of(RECALLED)
    assert [(one.slot, one.value, one.origin) for one in known] == [
        ("version", "4", "stated"),
        ("length", "short", "stated"),
    ]
    assert known[0].since == SAID.date()


def test_a_receipt_says_what_was_used_and_since_when() -> None:
    assert in_words(RECALLED, TODAY, {"version"}) == "knows: version 4, since 3 May"
    assert in_words(RECALLED, TODAY, {"version", "length"}) == (
        "knows: version 4, since 3 May; length short, since 24 December 2025"
    )
    assert "time zone Europe/Madrid" in in_words(RECALLED, TODAY)
    assert in_words(RECALLED, TODAY, ()) == in_words(Recalled(), TODAY) == ""


def test_a_long_value_is_shortened_in_a_receipt() -> None:
    words = in_words(Recalled(facts=(a_fact(Slot.PRODUCT, "x" * 200),)), TODAY)
    assert len(words) < 100


@pytest.mark.parametrize("origin", FactOrigin)
def test_a_guess_at_a_language_is_no_wish(origin: FactOrigin) -> None:
    fact = a_fact(Slot.LANGUAGE, "es", origin=origin)
    expected = None if origin is FactOrigin.INFERRED else "es"
    assert preferred_language(Recalled(facts=(fact,))) == expected


def test_the_newest_of_several_counts() -> None:
    facts = (a_fact(Slot.VERSION, "3"), a_fact(Slot.VERSION, "4"))
    newest = Recalled(facts=facts).fact(Slot.VERSION)
    assert newest is not None
    assert newest.value == "4"
    assert Recalled(facts=facts).fact(Slot.PLAN) is None


def test_a_day_has_its_year_only_when_it_is_another_one() -> None:
    day = date(2026, 5, 3)
    assert day_in_words(day, TODAY, "es") == "3 de mayo"
    assert day_in_words(day, date(2027, 1, 1), "en") == "3 May 2026"
