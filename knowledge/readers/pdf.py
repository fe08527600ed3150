"""PDF: text by pypdf in a limited child process; lines joined to paragraphs, pages kept."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import cast

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Block, BlockKind, Document
from knowledge.readers.sandbox import WORKERS, WorkerError, run_worker
from knowledge.readers.text import ITEM
from knowledge.readers.titles import own_title

_ERRORS = {
    "password": "it is protected by a password: save it without one and add it again",
    "damaged": "it is a damaged PDF: open it, save or print it as a new PDF and add that",
    "limits": "it needs too much memory or time to read: split it or save it as text",
}
_DOTTED = re.compile(r"\.{4,}\s*\d+\s*$")
_SENTENCE_END = (".", "!", "?", ":", ";", "…")
_LONGEST_HEADING = 90
_LEAST_REPEATED = 3


def read_pdf(data: bytes, *, title: str, time_limit: float = 30.0) -> Document:
    """Read a PDF; its own title counts only when it looks like one, else ``title``.

    Raises:
        DocumentError: Password, damage, no text in it, or more than the limits of the child.
    """
    try:
        (found,) = run_worker(WORKERS / "pdf_pages.py", data, seconds=time_limit)
    except WorkerError as error:
        raise DocumentError(_ERRORS[str(error)]) from None
    answer = found.header
    pages = cast("list[str]", answer["pages"])
    blocks = tuple(_parse_pages([page.split("\n") for page in pages]))
    if not blocks:
        raise DocumentError("it holds pictures but no text: run text recognition (OCR) on it first")
    return Document(title=own_title(str(answer["title"])) or title, blocks=blocks)


def _parse_pages(pages: Sequence[Sequence[str]]) -> Iterator[Block]:
    furniture = _repeated_lines(pages)
    for number, lines in enumerate(pages, start=1):
        kept = [line for line in lines if not _is_furniture(line, number, furniture)]
        yield from _parse_page(kept, number)


def _repeated_lines(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Running heads and feet: lines (digits apart) at the edge of more than half of the pages."""
    edges = Counter(
        key
        for lines in pages
        for key in {_shape(line) for line in (*_filled(lines)[:2], *_filled(lines)[-2:])}
    )
    return frozenset(
        key for key, count in edges.items() if count >= _LEAST_REPEATED and count > len(pages) / 2
    )


def _filled(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _is_furniture(line: str, page: int, furniture: frozenset[str]) -> bool:
    is_contents_line = _DOTTED.search(line) is not None
    return is_contents_line or line.strip() == str(page) or _shape(line) in furniture


def _parse_page(lines: Sequence[str], page: int) -> Iterator[Block]:
    """Join lines to blocks: a block ends at an empty line, a new item, or a short ended line."""
    block: list[str] = []
    longest = max((len(line.strip()) for line in lines), default=0)
    for line in lines:
        starts_new = not line.strip() or ITEM.match(line) or _ends_block(block, longest)
        if starts_new and block:
            yield _close(block, page)
            block = []
        if line.strip():
            block.append(line.strip())
    if block:
        yield _close(block, page)


def _ends_block(block: Sequence[str], longest: int) -> bool:
    if not block:
        return False
    last = block[-1]
    return last.endswith(_SENTENCE_END) and len(last) < 0.8 * longest


def _close(lines: Sequence[str], page: int) -> Block:
    item = ITEM.match(lines[0])
    if item is not None:
        raw = item["marker"]
        marker = f"{raw[:-1]}." if raw[0].isdigit() else "-"
        text = _join([item["text"], *lines[1:]])
        return Block(kind=BlockKind.ITEM, text=text, marker=marker, page=page)
    text = _join(lines)
    if len(lines) == 1 and _looks_like_heading(text):
        return Block(kind=BlockKind.HEADING, text=text.rstrip(":"), level=2, page=page)
    return Block(kind=BlockKind.PARAGRAPH, text=text, page=page)


def _looks_like_heading(text: str) -> bool:
    ends_open = text.isupper() or not text.endswith((*_SENTENCE_END, ","))
    return (
        len(text) <= _LONGEST_HEADING and text[0].isalnum() and ends_open and not text[0].islower()
    )


def _join(lines: Sequence[str]) -> str:
    """Join broken lines; a hyphen between two letters at a line's end is taken out."""
    text = "\n".join(" ".join(line.split()) for line in lines)
    text = re.sub(r"(?<=[^\W\d_])-\n(?=[^\W\d_])", "", text)
    return text.replace("\n", " ")
