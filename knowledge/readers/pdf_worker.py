"""The child process that parses one PDF: bytes on stdin, JSON on stdout, hard limits on itself.

It runs as a plain script (``python -I pdf_worker.py``) and imports nothing of Relevo, so that a
hostile file meets only pypdf, and can take neither memory nor time from the process that asked.
"""

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PdfReader

MEMORY_BYTES = 768 * 2**20
CPU_SECONDS = 20
MAX_PAGES = 2_000
MAX_CHARACTERS = 20_000_000


def limit_self() -> None:
    """Bound address space, processor time and written files (facts: a PDF bomb is one small file)."""
    try:
        import resource  # noqa: PLC0415 - not on Windows, where the parent's time limit remains
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def parse(data: bytes) -> dict[str, object]:
    """Return ``{"title", "pages"}``, or ``{"error"}`` with one of ``password, damaged``."""
    import io  # noqa: PLC0415 - after the limits
    import logging  # noqa: PLC0415

    import pypdf  # noqa: PLC0415
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    logging.disable()
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"error": "password"}
        title = (reader.metadata.title if reader.metadata else None) or ""
        return {"title": title, "pages": list(_pages(reader))}
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError):
        return {"error": "damaged"}
    except (RecursionError, AssertionError, NotImplementedError, ArithmeticError):
        return {"error": "damaged"}


def _pages(reader: "PdfReader") -> "Iterator[str]":
    characters = 0
    for number, page in enumerate(reader.pages):
        text = page.extract_text()
        characters += len(text)
        if number >= MAX_PAGES or characters > MAX_CHARACTERS:
            return
        yield text


def main() -> None:
    """Parse stdin to stdout."""
    limit_self()
    try:
        answer = parse(sys.stdin.buffer.read())
    except MemoryError:
        answer = {"error": "limits"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
