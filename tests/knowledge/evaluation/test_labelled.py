"""Files of labelled questions: what they may leave out, and what is said of a wrong line."""

import json
from pathlib import Path

import pytest

from bot.vocabulary.errors import DocumentError
from knowledge.evaluation import read_questions


def write(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_all_that_a_line_may_hold(tmp_path: Path) -> None:
    turns = [
        {"role": "user", "text": "Hola"},
        {"role": "assistant", "text": "¿Sí?"},
        {"role": "user", "text": "Una pregunta"},
    ]
    line = {"id": "q1", "question": "¿Y cuánto?", "history": turns, "doc_ids": ["d1"]}
    [question] = read_questions(
        write(tmp_path, line | {"answers": ["Tres"], "answerable": True, "lang": "es"})
    )
    assert (question.id, question.query.text, question.query.language) == ("q1", "¿Y cuánto?", "es")
    assert question.query.history == ("Hola", "Una pregunta")
    assert (question.gold, question.answers) == ({"d1"}, ("Tres",))


@pytest.mark.parametrize(
    ("fields", "answerable"),
    [
        ({}, True),
        ({"doc_ids": []}, False),
        ({"answers": ["x"]}, True),
        ({"doc_ids": ["d"], "answerable": False}, False),
        ({"doc_ids": None, "answerable": True}, True),
    ],
)
def test_whether_there_is_an_answer(
    tmp_path: Path, fields: dict[str, object], *, answerable: bool
) -> None:
    [question] = read_questions(write(tmp_path, {"question": "How long is it?"} | fields))
    assert question.answerable is answerable
    assert (question.id, question.query.language) == ("1", "en")


def test_empty_lines_and_a_byte_order_mark_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"question": "a\\u2028b"}\n\n{"question": "c"}\n')
    assert [question.id for question in read_questions(path)] == ["1", "3"]


@pytest.mark.parametrize(
    "line", ["{", "[]", '"x"', "{}", '{"question": 5}', '{"question": " "}']
    + ['{"question": "x", "doc_ids": "d"}', '{"question": "x", "history": ["y"]}']
    + ['{"question": "x", "history": [{"role": "user", "text": null}]}', "[" * 100_000],
)  # fmt: skip
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "fine"}\n' + line, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"^Line 2 of .*questions\.jsonl is no"):
        read_questions(path)


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="can't be read"):
        read_questions(tmp_path / "none.jsonl")
    (tmp_path / "latin").write_bytes(b"\xff\xfe")
    with pytest.raises(DocumentError, match="UTF-8"):
        read_questions(tmp_path / "latin")
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(DocumentError, match="no questions"):
        read_questions(tmp_path / "empty")
