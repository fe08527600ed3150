"""Plain text: paragraphs, lists and underlined or numbered headings as people type them."""

import re
from collections.abc import Iterator

from knowledge.documents import Block, BlockKind, Document

ITEM = re.compile(r"^(?P<indent>\s*)(?P<marker>[-*•‣▪◦·]|\d{1,3}[.)])\s+(?P<text>\S.*)$")
_RULE = re.compile(r"^(=+|-{3,}|\*{3,}|_{3,}|~{3,})$")
_NOTE = re.compile(r"^>?\s*\[!(\w+)\]\s*$")


def read_text(text: str, *, title: str) -> Document:
    """Read plain text; the title is the caller's (the file's name or the line's field)."""
    return Document(title=title, blocks=tuple(parse_blocks(text)))


def parse_blocks(text: str, *, page: int | None = None) -> Iterator[Block]:
    """Split text into paragraphs, list items and headings (a line underlined with ``===``)."""
    for paragraph in re.split(r"\n[ \t]*\n", text):
        yield from _parse_paragraph(paragraph.strip("\n"), page)


def _parse_paragraph(paragraph: str, page: int | None) -> Iterator[Block]:
    lines = [line for line in paragraph.split("\n") if line.strip() and not _NOTE.match(line)]
    if len(lines) == len(("heading", "rule")) and _RULE.match(lines[1].strip()):
        yield Block(kind=BlockKind.HEADING, text=lines[0].strip(), level=1, page=page)
        return
    open_lines: list[str] = []
    marker, level = "", 0
    for line in lines:
        if _RULE.match(line.strip()):
            continue
        if (item := ITEM.match(line)) is not None:
            yield from _close(open_lines, marker, level, page)
            marker, level = _marker(item["marker"]), min(len(item["indent"].expandtabs(4)) // 2, 3)
            open_lines = [item["text"].strip()]
        else:
            open_lines.append(line.strip().removeprefix("> "))
    yield from _close(open_lines, marker, level, page)


def _marker(raw: str) -> str:
    return f"{raw[:-1]}." if raw[0].isdigit() else "-"


def _close(lines: list[str], marker: str, level: int, page: int | None) -> Iterator[Block]:
    if lines:
        kind = BlockKind.ITEM if marker else BlockKind.PARAGRAPH
        yield Block(kind=kind, text="\n".join(lines), level=level, marker=marker, page=page)
