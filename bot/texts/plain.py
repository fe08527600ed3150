"""CommonMark as people read it, for places where no markup counts."""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

_DEEPEST = 100
_READER = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
_READER.enable(["table", "strikethrough"])
_BREAKS = frozenset({"softbreak", "hardbreak"})
_CODE = frozenset({"fence", "code_block"})
_CELL = frozenset({"inline", "th_open", "th_close", "td_open", "td_close"})
"""What a row of a table is made of."""


def plain(text: str) -> str:
    """Return the words of a text, a line for each paragraph, item or row; links with their address."""
    return "\n".join(line for line in _lines(_READER.parse(text)) if line.strip())


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    marker, cells = "", list[str]()
    for token in tokens:
        if token.type == "list_item_open":
            marker = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "inline" or token.type in _CODE:
            words = "".join(_said(token.children)) if token.children else token.content.rstrip()
            cells.append(f"{marker}{words}")
            marker = ""
        if token.type not in _CELL:
            yield " | ".join(cells)
            cells.clear()


def _said(children: Sequence[Token]) -> Iterator[str]:
    """Say what is in a block; the address of a link once."""
    address, inside = "", ""
    for token in children:
        if token.type == "link_open":
            address, inside = str(token.attrs["href"]), ""
        elif token.type == "link_close":
            yield "" if inside == address else f" ({address})"
        else:
            words = "\n" if token.type in _BREAKS else token.content
            inside += words
            yield words
