"""Opens one file: guards its size, decides its format by content and by suffix, reads it."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePath
from typing import IO

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Document
from knowledge.readers.archive import ArchiveLimits, packed_kind, read_archive
from knowledge.readers.csv_pairs import read_csv
from knowledge.readers.docx import OtherKindError, read_docx
from knowledge.readers.encoding import decode_text
from knowledge.readers.html import read_html
from knowledge.readers.jsonl import read_jsonl
from knowledge.readers.markdown import read_markdown
from knowledge.readers.pdf import read_pdf
from knowledge.readers.shown import shown_document, shown_line
from knowledge.readers.text import read_text


class Format(StrEnum):
    """The formats that Relevo reads."""

    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    TEXT = "text"
    JSONL = "jsonl"
    CSV = "csv"
    ZIP = "zip"


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
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".docx": Format.ZIP,
    ".zip": Format.ZIP,
}
"""What a folder is searched for; a file that is named itself may have any suffix."""

_HTML_START = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--.*?-->\s*+)*+<(?:!doctype html|html\b)",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED = 4096
_MISNAMED = {
    ".pdf": "it is no PDF in spite of its name: save it again as PDF",
    ".docx": "it is no Word document in spite of its name: save it again as DOCX",
    ".zip": "it is no ZIP archive in spite of its name: pack it again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost: bytes of it, seconds for a PDF or a DOCX; and an archive."""

    size_bytes: int = 20_000_000
    seconds: float = 30.0
    archive: ArchiveLimits = field(default_factory=ArchiveLimits)


def read_file(path: Path, limits: Limits) -> Iterator[Document | DocumentError]:
    """Read the documents of a file; what can't be read comes as an error that names the cure.

    A file over the size limit is refused before it is read; a JSONL file may be larger, because
    its lines are read one by one and the limit holds for each.
    """
    try:
        with path.open("rb") as file:
            yield from _Reading(file=file, name=path, limits=limits).read()
    except DocumentError as error:
        yield error
    except OSError as error:
        yield DocumentError(f"it can't be opened ({error.strerror}): check that it may be read")


def decide_format(head: bytes, suffix: str) -> Format:
    """Decide by content first (``%PDF``, a zip's start, an HTML start, a JSON line), then by suffix."""
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return Format.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Format.ZIP
    by_suffix = SUFFIXES.get(suffix.lower(), Format.TEXT)
    if by_suffix is Format.JSONL or (by_suffix is Format.TEXT and _is_json_line(head)):
        return Format.JSONL
    if _HTML_START.match(head.removeprefix(b"\xef\xbb\xbf")):
        return Format.HTML
    return Format.TEXT if by_suffix in {Format.PDF, Format.ZIP} else by_suffix


def _is_json_line(head: bytes) -> bool:
    line = head.lstrip().split(b"\n", 1)[0]
    if not line.startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One file, on the disk or inside of an archive."""

    file: IO[bytes]
    name: PurePath
    limits: Limits
    is_inside: bool = False

    @property
    def title(self) -> str:
        """What the file's name says, for a document that does not say its title."""
        return shown_line(re.sub(r"[-_]+", " ", self.name.stem)) or shown_line(self.name.name)

    def read(self) -> Iterator[Document | DocumentError]:
        """Read it by its format, and give of it what may be shown."""
        for found in self._read():
            is_document = isinstance(found, Document)
            yield shown_document(found, title=self.title) if is_document else found

    def _read(self) -> Iterator[Document | DocumentError]:
        head = self.file.read(_SNIFFED)
        self.file.seek(0)
        if not head.strip():
            raise DocumentError("it is empty: write something into it or take it away")
        match decide_format(head, self.name.suffix):
            case Format.JSONL:
                yield from _read_lines(self.file, self.limits)
            case Format.PDF:
                yield read_pdf(self._whole(), title=self.title, time_limit=self.limits.seconds)
            case Format.ZIP:
                yield from self._read_zip()
            case Format.CSV:
                yield from read_csv(decode_text(self._whole()))
            case kind:
                yield self._read_text(kind)

    def _read_text(self, kind: Format) -> Document:
        text = decode_text(self._whole())
        if (sentence := _MISNAMED.get(self.name.suffix.lower())) is not None:
            raise DocumentError(sentence)
        reader = {Format.MARKDOWN: read_markdown, Format.HTML: read_html}.get(kind, read_text)
        if kind is Format.TEXT and _is_json(text):
            raise DocumentError(
                "it is JSON, which is data and no document: write a JSON object a line (JSONL), or "
                "use 'relevo kb pairs' when it is the export of a chat"
            )
        document = reader(text, title=self.title)
        if not document.blocks:
            raise DocumentError("it holds no words: write something into it or take it away")
        return document

    def _read_zip(self) -> Iterator[Document | DocumentError]:
        data = self._whole()
        try:
            document = read_docx(data, title=self.title, time_limit=self.limits.seconds)
        except OtherKindError as other:
            if other.kind != "archive":
                raise packed_kind(other.kind) from None
        else:
            if not document.blocks:
                raise DocumentError("it holds no words: write something into it or take it away")
            yield document
            return
        if self.is_inside:
            raise DocumentError("it is an archive in an archive: unpack it first")
        yield from read_archive(
            data, suffixes=SUFFIXES, limits=self.limits.archive, read_inner=self._read_inner
        )

    def _read_inner(self, data: bytes, name: PurePath) -> Iterator[Document | DocumentError]:
        inner = _Reading(file=io.BytesIO(data), name=name, limits=self.limits, is_inside=True)
        try:
            yield from inner.read()
        except DocumentError as error:
            yield error

    def _whole(self) -> bytes:
        return _read_whole(self.file, self.limits)


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


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
