"""A message as words, and slips of the finger in key words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.understanding.typos import TypoIndex, is_one_slip
from bot.conversation.understanding.words import by_clause, by_sentence, fold, split_words


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("Nooo", "no"),
        ("don’t", "dont"),
        ("DON'T", "dont"),
        ("Pásame", "pasame"),
        ("pa\u0301same", "pasame"),
        ("Straße", "strase"),
        ("ﬁne", "fine"),
        ("1000", "1000"),
        ("\u0301", ""),
    ],
)
def test_folds_what_makes_no_difference(word: str, form: str) -> None:
    assert fold(word) == form


@given(st.text())
def test_folding_is_done_once(word: str) -> None:
    assert fold(fold(word)) == fold(word)


def test_words_know_their_places_clauses_and_sentences() -> None:
    text = "No, that's not it.\nWhere’s my hi-fi?"
    words = split_words(text)
    assert [text[word.start : word.end] for word in words] == [
        *("No", "that's", "not", "it", "Where’s", "my", "hi", "fi"),
    ]
    assert [word.clause for word in words] == [0, 1, 1, 1, 2, 2, 2, 2]
    assert [word.sentence for word in words] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert [word.form for word in words if word.tied] == ["fi"]
    assert list(map(len, by_clause(words))) == [1, 3, 4]
    assert list(map(len, by_sentence(words))) == [4, 4]


def test_markup_and_quotes_part_no_clause() -> None:
    assert {word.clause for word in split_words('I *want* "a" **human** (please)')} == {0}


KEY_WORDS = ("agent", "human", "person", "connect", "talk")


@pytest.mark.parametrize(
    ("form", "meant"),
    [
        ("agnet", "agent"),
        ("agemt", "agent"),
        ("agen", "agent"),
        ("hhuman", "human"),
        ("uman", "human"),
        ("conect", "connect"),
        ("agenda", "agenda"),
        ("parson", "parson"),
        ("tal", "tal"),
        ("walk", "walk"),
        ("", ""),
        ("a" * 10_000, "a" * 10_000),
    ],
)
def test_forgives_one_slip_in_a_key_word(form: str, meant: str) -> None:
    index = TypoIndex(key_words=KEY_WORDS, known_words=["parson"])
    assert index.correct(form) == meant


@given(st.sampled_from(KEY_WORDS), st.integers(0, 10), st.characters(categories=["Ll"]))
def test_any_single_change_is_one_slip(word: str, place: int, letter: str) -> None:
    place = min(place, len(word) - 1)
    inserted = word[:place] + letter + word[place:]
    left_out = word[:place] + word[place + 1 :]
    assert is_one_slip(inserted, word)
    assert is_one_slip(word, inserted)
    assert is_one_slip(left_out, word)
    assert not is_one_slip(left_out[1:], word + letter)
