"""Opens one file: guards its size, decides its format by content and by suffix, reads it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Document
from knowledge.readers.encoding import decode_text
from knowledge.readers.html import read_html
from knowledge.readers.jsonl import read_jsonl
from knowledge.readers.markdown import read_markdown
from knowledge.readers.pdf import read_pdf
from knowledge.readers.text import read_text


class Format(StrEnum):
    """The formats that Relevo reads."""

    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    TEXT = "text"
    JSONL = "jsonl"


SUFFIXES = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".mdx": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".pdf": Format.PDF,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}
"""What a folder is searched for; a file that is named itself may have any suffix."""

_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html\b)",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost: bytes of it, and seconds for a PDF."""

    size_bytes: int = 20_000_000
    pdf_seconds: float = 30.0


def read_file(path: Path, limits: Limits) -> Iterator[Document | DocumentError]:
    """Read the documents of a file; what can't be read comes as an error that names the cure.

    A file over the size limit is refused before it is read; a JSONL file may be larger, because
    its lines are read one by one and the limit holds for each.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_SNIFFED)
            file.seek(0)
            yield from _read(file, head, path, limits)
    except DocumentError as error:
        yield error
    except OSError as error:
        yield DocumentError(f"it can't be opened ({error.strerror}): check that it may be read")


def decide_format(head: bytes, suffix: str) -> Format:
    """Decide by content first (``%PDF``, an HTML start, a JSON line), then by suffix."""
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return Format.PDF
    by_suffix = SUFFIXES.get(suffix.lower(), Format.TEXT)
    if by_suffix is Format.JSONL or (by_suffix is Format.TEXT and _is_json_line(head)):
        return Format.JSONL
    if _HTML_START.match(head.removeprefix(b"\xef\xbb\xbf")):
        return Format.HTML
    return Format.TEXT if by_suffix is Format.PDF else by_suffix


def _is_json_line(head: bytes) -> bool:
    line = head.lstrip().split(b"\n", 1)[0]
    if not line.startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _read(
    file: IO[bytes], head: bytes, path: Path, limits: Limits
) -> Iterator[Document | DocumentError]:
    if not head.strip():
        raise DocumentError("it is empty: write something into it or take it away")
    kind = decide_format(head, path.suffix)
    if kind is Format.JSONL:
        yield from _read_lines(file, limits)
        return
    data = _read_whole(file, limits)
    title = re.sub(r"[-_]+", " ", path.stem).strip() or path.name
    if kind is Format.PDF:
        yield read_pdf(data, title=title, time_limit=limits.pdf_seconds)
        return
    if path.suffix.lower() == ".pdf":
        raise DocumentError("it is no PDF in spite of its name: save it again as PDF")
    reader = {Format.MARKDOWN: read_markdown, Format.HTML: read_html, Format.TEXT: read_text}[kind]
    document = reader(decode_text(data), title=title)
    if not document.blocks:
        raise DocumentError("it holds no words: write something into it or take it away")
    yield document


def _read_whole(file: IO[bytes], limits: Limits) -> bytes:
    data = file.read(limits.size_bytes + 1) if _size(file) <= limits.size_bytes else b""
    if not data or len(data) > limits.size_bytes:
        raise DocumentError(
            f"it has {_size(file) / 1e6:.0f} MB, more than the {limits.size_bytes / 1e6:.0f} MB "
            "that one document may have: split it"
        )
    return data


def _size(file: IO[bytes]) -> int:
    position = file.tell()
    size = file.seek(0, 2)
    file.seek(position)
    return size


def _read_lines(file: IO[bytes], limits: Limits) -> Iterator[Document | DocumentError]:
    count = 0
    for found in read_jsonl(_bounded_lines(file, limits)):
        count += 1
        yield found
    if not count:
        raise DocumentError("it is empty: write a JSON object a line into it or take it away")


def _bounded_lines(file: IO[bytes], limits: Limits) -> Iterator[bytes]:
    number = 0
    while line := file.readline(limits.size_bytes + 1):
        number += 1
        if len(line) > limits.size_bytes:
            raise DocumentError(
                f"line {number} is longer than the {limits.size_bytes / 1e6:.0f} MB that one "
                "document may have: split it"
            )
        yield line
