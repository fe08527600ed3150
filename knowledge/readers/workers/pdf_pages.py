"""The text of a PDF's pages, by pypdf."""

from collections.abc import Iterator
from typing import BinaryIO

import pypdf
from pypdf.errors import PyPdfError

MAX_PAGES = 2_000
MAX_CHARACTERS = 20_000_000

_DAMAGE = (
    PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError,
    RecursionError, AssertionError, NotImplementedError, ArithmeticError,
)  # fmt: skip
"""What pypdf was seen to raise over damaged files."""


def parse(file: BinaryIO, options: dict[str, object]) -> Iterator[tuple[dict[str, object], bytes]]:
    """Yield ``{"title", "pages"}``, or ``{"error"}`` with one of ``password, damaged``."""
    del options
    try:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            yield {"error": "password"}, b""
            return
        title = (reader.metadata.title if reader.metadata else None) or ""
        answer: dict[str, object] = {"title": title, "pages": list(_pages(reader))}
    except _DAMAGE:
        answer = {"error": "damaged"}
    yield answer, b""


def _pages(reader: pypdf.PdfReader) -> Iterator[str]:
    characters = 0
    for number, page in enumerate(reader.pages):
        text = page.extract_text()
        characters += len(text)
        if number >= MAX_PAGES or characters > MAX_CHARACTERS:
            return
        yield text
