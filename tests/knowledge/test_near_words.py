"""Words near in meaning, and yes or no: what a question finds beside its own words."""

from pathlib import Path

import pytest

from bot.vocabulary.knowledge import Query
from knowledge import ingest, open_embedded
from knowledge.answering.verdicts import gives_verdict, wants_verdict
from knowledge.language.near_words import near_words
from knowledge.questions import Question


@pytest.mark.parametrize(
    ("word", "language", "near"),
    [
        ("formatting", "es", "formatos"),
        ("permisos", "en", "permissions"),
        ("delete", "en", "remove"),
    ],
)
def test_near_words_are_found_within_and_across_languages(
    word: str, language: str, near: str
) -> None:
    found = near_words(word, language)
    assert near in dict(found)
    cosines = [cosine for _, cosine in found]
    assert cosines == sorted(cosines, reverse=True)
    assert all(0.4 <= cosine <= 1 for cosine in cosines)


@pytest.mark.parametrize(("word", "language"), [("xyzzyq", "en"), ("cells", "fr"), ("", "es")])
def test_of_unknown_words_and_languages_nothing_is_said(word: str, language: str) -> None:
    assert near_words(word, language) == ()


def test_an_unknown_ending_is_passed_over() -> None:
    assert near_words("formattings", "es") == near_words("formatting", "es")


def test_a_near_word_counts_less_than_the_word_itself() -> None:
    question = Question.of(Query(text="How do I delete it?", language="en"))
    [term] = [term for term in question.terms("en") if term.word == "delete"]
    assert dict(term.readings)[term.term] == 1
    assert all(0 < part < 0.5 for _, part in term.near)
    assert len({name for name, _ in term.readings}) == len(term.readings)


def test_a_question_finds_an_article_of_the_other_language_by_near_words(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.md").write_text("# Formatos\n\nAsí se aplican los formatos a las celdas.")
    (folder / "b.md").write_text("# Filtros\n\nAsí se aplican los filtros a las columnas.")
    knowledge = open_embedded(tmp_path)
    ingest(knowledge, [folder])
    found = knowledge.search_now(Query(text="Applying formatting", language="en"), 2)
    knowledge.close_now()
    assert found[0].doc_id == "docs/a.md"


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("Can I return it?", True),
        ("I bought a pan. Is it dishwasher safe?", True),
        ("Don't you ship to Spain?", True),
        ("¿Puedo devolverla?", True),
        ("How can I return it?", False),
        ("What is a pan?", False),
        ("¿Cómo puedo devolverla?", False),
        ("Devolver un pedido", False),
    ],
)
def test_what_yes_or_no_may_answer(question: str, *, wants: bool) -> None:
    assert wants_verdict(question) is wants


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("Yes, within 30 days.", True),
        ("**No.** It is not.", True),
        ("Sí, claro.", True),
        ("Not yet.", True),
        ("No data is kept.", False),
        ("Si quiere, llame.", False),
        ("Within 30 days.", False),
    ],
)
def test_what_begins_with_yes_or_no(text: str, *, gives: bool) -> None:
    assert gives_verdict(text) is gives


def test_the_answer_that_says_yes_comes_first_when_that_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "faq.jsonl"
    file.write_text(
        '{"doc_id": "how", "content": "Pans are washed by hand.", "format": "text", "lang": "en"}\n'
        '{"doc_id": "may", "content": "No. Pans are washed by hand.", "format": "text", "lang": "en"}\n'
    )
    knowledge = open_embedded(tmp_path)
    ingest(knowledge, [file])
    asked = {
        text: knowledge.search_now(Query(text=text, language="en"), 2)[0].doc_id
        for text in ("Are pans washed by hand?", "How are pans washed by hand?")
    }
    knowledge.close_now()
    assert list(asked.values()) == ["may", "how"]
