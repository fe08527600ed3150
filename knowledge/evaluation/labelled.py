"""Labelled questions: what is asked, and which documents and words are right."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from bot.vocabulary.errors import DocumentError
from bot.vocabulary.knowledge import Query
from knowledge.language.languages import detect_language


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledQuestion:
    """A question and what is right for it.

    ``gold`` are the ``doc_id`` of documents that answer it, none when no document does; ``answers``
    are good answers in words. A question may be ``answerable`` without gold: nobody has named the
    document yet, and its rank is not measured.
    """

    id: str
    query: Query
    gold: frozenset[str] = frozenset()
    answers: tuple[str, ...] = ()
    answerable: bool = True


def read_questions(path: Path) -> list[LabelledQuestion]:
    """Read a file with one JSON object a line, as design.md §4 describes them for ``relevo eval``.

    Only ``question`` must be there. ``history`` may hold both sides' turns; a question that does not
    say whether it is ``answerable`` is, if it has documents or answers, or says nothing of either.

    Raises:
        DocumentError: The file or a line of it can't be read, or there is none; the sentence names it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DocumentError(f"{path} can't be read ({error.strerror}): check the path.") from None
    except UnicodeDecodeError:
        raise DocumentError(f"{path} is not in UTF-8: save it in that encoding.") from None
    lines = enumerate(text.split("\n"), start=1)
    questions = [_read(line, number, path) for number, line in lines if line.strip()]
    if not questions:
        raise DocumentError(f"{path} holds no questions: put one JSON object on each line.")
    return questions


def _read(line: str, number: int, path: Path) -> LabelledQuestion:
    try:
        fields = json.loads(line)
        return _question(fields, number)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise DocumentError(
            f"Line {number} of {path} is no labelled question: it needs an object with "
            '"question", and lists in "history" ({"role", "text"}), "doc_ids" and "answers" if it '
            "has them."
        ) from None


def _question(fields: dict[str, object], number: int) -> LabelledQuestion:
    text = fields["question"]
    if not isinstance(text, str) or not text.strip():
        raise ValueError(text)
    gold, answers = _texts(fields, "doc_ids"), _texts(fields, "answers")
    says_nothing = "doc_ids" not in fields and "answers" not in fields
    language = fields.get("lang")
    return LabelledQuestion(
        id=str(fields.get("id") or number),
        query=Query(
            text=text,
            language=str(language) if language else detect_language(text),
            history=_asked_before(fields),
        ),
        gold=frozenset(gold),
        answers=tuple(answers),
        answerable=bool(fields.get("answerable", gold or answers or says_nothing)),
    )


def _asked_before(fields: dict[str, object]) -> tuple[str, ...]:
    turns = cast("Sequence[dict[str, object]]", fields.get("history") or ())
    return tuple(_text(turn) for turn in turns if turn["role"] in {"user", "customer"})


def _text(turn: dict[str, object]) -> str:
    text = turn["text"]
    if not isinstance(text, str):
        raise TypeError(text)
    return text


def _texts(fields: dict[str, object], name: str) -> list[str]:
    """Return a list of texts; none when it is not there."""
    value = fields.get(name)
    if value is not None and not isinstance(value, list):
        raise TypeError(name)
    return [str(item) for item in cast("list[object]", value or [])]
