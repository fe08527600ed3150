"""The notation of phrases, how they are found, and the phrase files themselves."""

import pytest

from bot.conversation.understanding.notation import read_phrase
from bot.conversation.understanding.patterns import Forms, PhraseTable
from bot.conversation.understanding.phrasebook import books_for, phrasebooks

GROUPS = {"who": ["human", "real person"], "filler": ["a", "the"], "bot": ["bot"]}


@pytest.mark.parametrize(
    ("phrase", "text", "ends"),
    [
        ("talk", "talk", {1}),
        ("talk", "walk", set[int]()),
        ("talk|chat", "chat", {1}),
        ("talk to", "talk", set[int]()),
        ("talk to? human", "talk human", {2}),
        ("talk to? human", "talk to human", {3}),
        ("a {who}", "a real person", {3}),
        ("a {who}", "a real human", set[int]()),
        ("{who}|{bot}|sales_team", "sales team", {2}),
        ("{filler}* human", "a the a the human", {5}),
        ("{filler}* human", "a a a a a human", set[int]()),
        ("human {filler}*", "human a the", {1, 2, 3}),
        ("thanks for _*", "thanks for one two three four five six", {2, 3, 4, 5, 6, 7}),
        ("thanks !to", "thanks to you", set[int]()),
        ("thanks !to", "thanks", {1}),
        ("thanks !to", "thanks you", {1}),
        ("thanks !real_person", "thanks real deal", {1}),
        ("no &that|it", "no that", {1}),
        ("no &that|it", "no", set[int]()),
        ("Síii QUÉ", "si que", {2}),
    ],
)
def test_a_phrase_ends_where_its_notation_says(phrase: str, text: str, ends: set[int]) -> None:
    assert read_phrase(phrase, GROUPS).ends(text.split(), 0) == ends


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("{nobody}", "no group 'nobody'"),
        ("a?", "at least one word"),
        ("a* &b", "at least one word"),
        ("_* a", "must begin with a word"),
        ("!a b", "must begin with a word"),
    ],
)
def test_refuses_phrases_that_cannot_work(phrase: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_phrase(phrase, GROUPS)


def test_finds_every_phrase_where_it_stands() -> None:
    phrases = ("talk to {filler}* {who}", "a? human", "nowhere")
    table = PhraseTable((read_phrase(phrase, GROUPS), phrase) for phrase in phrases)
    hits = list(table.hits(Forms.of(["i", "talk", "to", "a", "human"])))
    assert [(hit.label, hit.start, hit.end) for hit in hits] == [
        ("talk to {filler}* {who}", 1, 5),
        ("a? human", 3, 5),
        ("a? human", 4, 5),
    ]


def test_there_are_books_in_english_and_spanish_and_the_customers_comes_first() -> None:
    assert set(phrasebooks()) == {"en", "es"}
    assert [book.language for book in books_for("es")] == ["es", "en"]
    assert [book.language for book in books_for("fr")] == ["en", "es"]
