"""JSONL: a line a document, or a line a question with its answer."""

import json
from collections.abc import Iterable, Iterator
from typing import cast

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Document
from knowledge.labels import combine_stated
from knowledge.readers.html import read_html
from knowledge.readers.labels import read_labels
from knowledge.readers.markdown import clean_extensions, read_markdown
from knowledge.readers.pairs import field_text, read_pair
from knowledge.readers.shown import shown_text
from knowledge.readers.text import read_text

_TEXT_READERS = {
    "md": read_markdown,
    "markdown": read_markdown,
    "html": read_html,
    "text": read_text,
    "txt": read_text,
}


def read_jsonl(lines: Iterable[bytes]) -> Iterator[Document | DocumentError]:
    """Read the lines of a file one by one; a bad line yields its error and reading goes on.

    A line is ``{"doc_id", "title", "content", "format", "lang", "url"}`` (all but ``content`` may
    be missing; ``format`` is ``md``, ``html`` or ``text``) or ``{"question", "answer"}``; labels
    (``audience``, ``tags``, ``product``, ``version``, ``review_by``) may stand beside both.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _read_line(line, number)
            except DocumentError as error:
                yield error


def _read_line(line: bytes, number: int) -> Document:
    fields = _parse(line, number)
    if isinstance(fields.get("question"), str) and isinstance(fields.get("answer"), str):
        return read_pair(fields, line=number)
    content = fields.get("content")
    if not isinstance(content, str):
        raise DocumentError(
            f'line {number} has neither "content" nor "question" and "answer": add them to it'
        )
    kind = str(fields.get("format") or "text").lower()
    if kind not in _TEXT_READERS:
        known = ", ".join(sorted(_TEXT_READERS))
        raise DocumentError(f"line {number} has the format {kind!r}: use one of {known}")
    read = _TEXT_READERS[kind](shown_text(content), title="")
    if not read.blocks:
        raise DocumentError(f"line {number} has an empty content: fill it or take the line out")
    labels, notes = read_labels(fields, where=f"line {number}: ")
    return Document(
        doc_id=field_text(fields, "doc_id", "id") or read.doc_id,
        title=_title(fields, read),
        url=field_text(fields, "url") or read.url,
        language=field_text(fields, "lang", "language") or read.language,
        blocks=read.blocks,
        line=number,
        labels=combine_stated(labels, read.labels),
        notes=(*notes, *read.notes),
    )


def _title(fields: dict[str, object], read: Document) -> str:
    own = clean_extensions(field_text(fields, "title") or "")
    return " ".join(own.split()) or read.title


def _parse(line: bytes, number: int) -> dict[str, object]:
    try:
        loaded: object = json.loads(line.rstrip().decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise DocumentError(f"line {number} is not UTF-8 text: save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"line {number} is not valid JSON ({error.msg} at column {error.colno}): correct it"
        ) from None
    except (RecursionError, ValueError):
        raise DocumentError(f"line {number} is not JSON that can be read: correct it") from None
    if not isinstance(loaded, dict):
        raise DocumentError(f"line {number} is not a JSON object: write one {{…}} a line")
    return cast("dict[str, object]", loaded)
