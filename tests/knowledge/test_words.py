"""Index terms: accents, stems, codes; vectors: typos."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language.words import plain_text, terms


@pytest.mark.parametrize(
    ("language", "left", "right"),
    [
        ("en", "How do I return an item?", "returning items"),
        ("es", "devolución", "devoluciones"),
        ("es", "DEVOLUCION", "devolución"),
        ("es", "envíos", "envio"),
        ("pt", "devolução", "devolucoes"),
        ("en", "E-mail", "e-mails"),
        ("de", "Rücksendungen", "Rucksendung"),
    ],
)
def test_forms_of_a_word_meet(language: str, left: str, right: str) -> None:
    assert set(terms(left, language)) == set(terms(right, language))


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("lnk2019", "error LNK2019:"),
        ("E4512", "code E-4512"),
        ("e-4512", "code E-4512"),
        ("2.4.0", "since version 2.4.0"),
        ("2.4", "Commerce 2.4.6-p1"),
        ("2.4.6-p1", "Commerce 2.4.6-p1"),
        ("C++", "for C++ programs"),
        ("wifi", "the Wi-Fi network"),
    ],
)
def test_codes_are_found_with_or_without_punctuation(asked: str, written: str) -> None:
    assert set(terms(asked, "en")) & set(terms(written, "en"))


def test_other_codes_are_not_confused() -> None:
    assert not set(terms("LNK2019", "en")) & set(terms("LNK2001 and 2019", "en"))


def test_only_stop_words_leave_nothing() -> None:
    assert terms("how do I do that, please?", "en") == []
    assert terms("¿cómo lo puedo hacer?", "es") == []


def test_marks_are_no_words() -> None:
    assert plain_text("- **Go** to [the page](https://x.example/abc)").split() == [
        "Go", "to", "the", "page",
    ]  # fmt: skip


@given(st.text(max_size=200), st.sampled_from(["en", "es", "xx"]))
def test_any_text_gives_terms(text: str, language: str) -> None:
    assert all(term and " " not in term for term in terms(text, language))
