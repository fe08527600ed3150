"""CSV exports of help desks: a ticket a row (question and answer), or a message a row (with a role)."""

import csv
import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.replay.past import Line, PastConversation, Role
from bot.replay.readers.fields import (
    Record,
    kept,
    listed,
    record,
    role_of,
    text_of,
    time_of,
    words_of_html,
)
from bot.replay.readers.limits import MOST_RECORD
from bot.replay.readers.streaming import Text
from bot.vocabulary.errors import DocumentError

_IDS = ("conversation_id", "ticket_id", "conversation", "ticket", "id")
_ROLES = ("role", "author_role", "author_type", "sender_type", "sender", "author", "from")
_TEXTS = ("text", "body", "message", "comment", "plain_body", "content")
_TIMES = ("created_at", "at", "date", "timestamp", "time", "created")
_ASKED = ("description", "question", "first_message", "initial_message", "subject")
_ANSWERED = (
    "comments",
    "answer",
    "reply",
    "resolution",
    "agent_reply",
    "latest_comment",
    "response",
)
_COLUMNS = (
    "its first line names no columns that Relevo knows: it needs description and comments (a ticket "
    "a row), or ticket_id, role and body (a message a row)"
)
_MANY = 100


def is_table(header: str) -> bool:
    """Whether the first line of a file names columns that are known."""
    names = _columns(header)
    return _is_by_message(names) or _is_by_ticket(names)


def read_table(text: Text) -> Iterator[PastConversation]:
    """Give the conversations of a table.

    Raises:
        DocumentError: Columns are missing, or a row can't be read.
    """
    lines = _lines(text)
    header = next(lines, "")
    csv.field_size_limit(MOST_RECORD)
    rows = csv.reader(lines, delimiter=_delimiter(header))
    names = _columns(header)
    if _is_by_message(names):
        yield from _by_message(_records(names, rows))
    elif _is_by_ticket(names):
        for number, fields in enumerate(_records(names, rows), start=1):
            yield _ticket(fields, number)
    else:
        raise DocumentError(_COLUMNS)


def _lines(text: Text) -> Iterator[str]:
    for line in text.lines():
        yield line.removesuffix("\r") + "\n"


def _records(names: Sequence[str], rows: Iterator[list[str]]) -> Iterator[Record]:
    try:
        for row in rows:
            yield dict(zip(names, row, strict=False))
    except csv.Error as error:
        raise DocumentError(f"a row of it can't be read ({error}): export it again") from None


def _by_message(rows: Iterator[Record]) -> Iterator[PastConversation]:
    """The messages of a conversation stand together, as exports have them."""
    for key, group in groupby(rows, lambda row: text_of(row, *_IDS)):
        yield PastConversation(id=key or "?", lines=kept(map(_message, group)))


def _message(row: Record) -> Line:
    named = next((role for name in _ROLES if (role := role_of(row.get(name)))), None)
    at = next((at for name in _TIMES if (at := time_of(row.get(name)))), None)
    return Line(role=named or Role.BOT, text=words_of_html(text_of(row, *_TEXTS)), at=at)


def _ticket(row: Record, number: int) -> PastConversation:
    asked = Line(role=Role.CUSTOMER, text=words_of_html(text_of(row, *_ASKED)))
    answered = next((value for name in _ANSWERED if (value := text_of(row, name))), "")
    return PastConversation(
        id=text_of(row, *_IDS) or str(number),
        lines=kept([asked, *_answers(answered, asked.text)]),
        language=text_of(row, "language", "lang", "locale")[:2].casefold() or None,
    )


def _answers(cell: str, asked: str) -> Iterator[Line]:
    """The comments of a ticket in one cell: a JSON list, or the human's words as they are."""
    try:
        found = list(listed(json.loads(cell)))[:_MANY] if cell.lstrip().startswith("[") else []
    except (ValueError, RecursionError):
        found = []
    for one in found:
        comment = record(one)
        role = role_of(text_of(comment, "role", "author_role", "author_type")) or Role.HUMAN
        text = words_of_html(text_of(comment, *_TEXTS) or (one if isinstance(one, str) else ""))
        if comment.get("public") is not False and text != asked:
            yield Line(role=role, text=text, at=time_of(comment.get("created_at")))
    if not found:
        yield Line(role=Role.HUMAN, text=words_of_html(cell))


def _columns(header: str) -> list[str]:
    cells = next(csv.reader([header], delimiter=_delimiter(header)), list[str]())
    return ["_".join(name.strip().casefold().replace("-", " ").split()) for name in cells]


def _is_by_message(names: Sequence[str]) -> bool:
    return all(not {*wanted}.isdisjoint(names) for wanted in (_IDS, _ROLES, _TEXTS))


def _is_by_ticket(names: Sequence[str]) -> bool:
    return not {*_ASKED}.isdisjoint(names) and not {*_ANSWERED}.isdisjoint(names)


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)
