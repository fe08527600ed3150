"""CSV and TSV of questions with their answers, as spreadsheets save them."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import cast

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Document
from knowledge.readers.labels import label_name
from knowledge.readers.pairs import read_pair

_DELIMITERS = (",", ";", "\t")
_FIELDS = {
    "question": "question", "pregunta": "question",
    "answer": "answer", "respuesta": "answer",
    "title": "title", "título": "title", "titulo": "title",
    "url": "url", "link": "url", "enlace": "url",
    "lang": "lang", "language": "lang", "idioma": "lang",
    "id": "id", "doc_id": "id",
}  # fmt: skip
_NEEDED = {"question", "answer"}
_SHOWN = 8
_SEPARATOR = re.compile(r"\Asep=.\n")
"""Excel's own first line; the header tells the delimiter as well."""


def read_csv(text: str) -> Iterator[Document | DocumentError]:
    """Read a pair from each row; a bad row yields its error and reading goes on.

    Raises:
        DocumentError: No delimiter gives a column of questions and one of answers.
    """
    text = _SEPARATOR.sub("\n", text)
    delimiter, names = _read_header(text)
    rows = _rows(text, delimiter)
    next(rows)
    for line, row in rows:
        if isinstance(row, DocumentError):
            yield row
        elif any(cell.strip() for cell in row):
            yield _read_row(names, row, line)


def _read_header(text: str) -> tuple[str, list[str]]:
    """Find the delimiter that makes sense of the first row; Excel writes ``;`` in half of Europe."""
    headers = {delimiter: _first_row(text, delimiter) for delimiter in _DELIMITERS}
    for delimiter, header in headers.items():
        names = [_field(cell) for cell in header]
        if set(names) >= _NEEDED:
            return delimiter, names
    columns = max(headers.values(), key=len)
    shown = ", ".join(repr(" ".join(cell.split())[:40]) for cell in columns[:_SHOWN])
    raise DocumentError(
        f"its columns are {shown}{', …' if len(columns) > _SHOWN else ''}: name one 'question' "
        "(or 'pregunta') and one 'answer' (or 'respuesta') in the first line"
    )


def _field(cell: str) -> str:
    name = cell.strip().casefold()
    return _FIELDS.get(name) or label_name(name) or ""


def _first_row(text: str, delimiter: str) -> list[str]:
    first = next((row for _, row in _rows(text, delimiter)), None)
    return first if isinstance(first, list) else []


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | DocumentError]]:
    """Yield each row with the line that it begins on; empty lines are no rows."""
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield (
                line,
                DocumentError(
                    f"line {line} has a quotation mark that is not doubled or not closed, or a cell "
                    f"of more than {csv.field_size_limit():,} characters: correct it"
                ),
            )
        else:
            if row:
                yield line, row


def _read_row(names: Sequence[str], row: Sequence[str], line: int) -> Document | DocumentError:
    if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
        return DocumentError(
            f"line {line} has {len(row)} cells under {len(names)} columns: put a cell that holds "
            "the delimiter in quotation marks"
        )
    fields: dict[str, object] = {}
    for name, cell in zip(names, row, strict=False):
        if name and label_name(name):
            fields[name] = [*cast("list[str]", fields.get(name, [])), cell]
        elif name:
            fields[name] = cell
    try:
        return read_pair({"question": "", "answer": ""} | fields, line=line)
    except DocumentError as error:
        return error
