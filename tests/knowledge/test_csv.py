"""A spreadsheet of questions and answers is read whatever program saved it."""

from pathlib import Path

import pytest

from bot.vocabulary.errors import DocumentError
from tests.knowledge.reading import documents, read, refusal, texts, write

PAIRS = [("Do you ship to Peru?", ["Do you ship to Peru?", "Yes, in 9 days."])]


@pytest.mark.parametrize(
    "source",
    [
        "question,answer\nDo you ship to Peru?,\"Yes, in 9 days.\"\n",
        "Question;Answer\nDo you ship to Peru?;Yes, in 9 days.\n",
        "answer\tnotes\tquestion\r\nYes, in 9 days.\tx\tDo you ship to Peru?\r\n",
        "\ufeffpregunta;respuesta\nDo you ship to Peru?;Yes, in 9 days.\n",
        '"PREGUNTA","Respuesta"\n\n"Do you ship to Peru?","Yes, in 9 days."\n,,\n',
        "sep=;\nquestion;answer\nDo you ship to Peru?;Yes, in 9 days.",
        " question , answer \nDo you ship to Peru?,\"Yes, in 9 days.\"",
    ],
)  # fmt: skip
def test_delimiters_headers_and_marks(source: str, tmp_path: Path) -> None:
    found = documents(write(tmp_path / "faq.csv", source))
    assert [(document.title, texts(document)) for document in found] == PAIRS


def test_quotes_newlines_and_markdown_in_a_cell(tmp_path: Path) -> None:
    source = 'question,answer\n"The ""big"" pan?","First\n\n- one\n- two"\n"Next?",Yes.\n'
    first, second = documents(write(tmp_path / "faq.csv", source))
    assert texts(first) == ['The "big" pan?', "First", "one", "two"]
    assert [first.line, second.line] == [2, 6]


def test_optional_columns(tmp_path: Path) -> None:
    source = (
        "id,título,pregunta,respuesta,enlace,idioma\nr1,Envíos,¿Cuánto?,3 €,https://x.example,es\n"
    )
    (found,) = documents(write(tmp_path / "faq.csv", source))
    assert (found.doc_id, found.title, found.language) == ("r1", "Envíos", "es")
    assert found.url == "https://x.example"


def test_windows_1252_as_excel_saves_it(tmp_path: Path) -> None:
    source = "pregunta;respuesta\n¿Cuánto cuesta?;Tres € al día, señora.\n".encode("cp1252")
    (found,) = documents(write(tmp_path / "faq.csv", source))
    assert found.title == "¿Cuánto cuesta?"


def test_the_same_question_keeps_its_id(tmp_path: Path) -> None:
    (first,) = documents(write(tmp_path / "a.csv", "question,answer\nWhy?,A\n"))
    (second,) = documents(write(tmp_path / "b.jsonl", '{"question": "Why?", "answer": "B"}'))
    assert first.doc_id == second.doc_id


def test_other_columns_are_named_in_the_refusal(tmp_path: Path) -> None:
    sentence = refusal(write(tmp_path / "prices.csv", "Product;Price\nPan;30\n"))
    assert "'Product', 'Price'" in sentence
    assert "'pregunta'" in sentence


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Why?,", "line 3 has an empty question or answer"),
        ("only", "line 3 has an empty question or answer"),
        ("Why?,Yes, really", "line 3 has 3 cells under 2 columns"),
        ('"Why" not?,Yes', "line 3 has a quotation mark"),
        ('Why?,"' + "x" * 200_000 + '"', "line 3 has a quotation mark that is not doubled or"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_is_read(row: str, words: str, tmp_path: Path) -> None:
    source = f"question,answer\nA?,a\n{row}\nB?,b\n"
    found = read(write(tmp_path / "faq.csv", source))
    errors = [str(one) for one in found if isinstance(one, DocumentError)]
    assert len(errors) == 1
    assert words in errors[0]
    assert len(found) == 3


def test_a_quotation_that_never_ends_is_told_with_its_line(tmp_path: Path) -> None:
    found = read(write(tmp_path / "faq.csv", 'question,answer\nA?,a\nB?,"b\nC?,c\n'))
    assert "line 3 " in str(found[-1])
