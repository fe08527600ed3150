"""CommonMark as a tree of a few harmless nodes, which the page builds with ``createElement`` (pure).

A node is a string (plain text) or ``{"is": kind, …, "of": [nodes]}``. Kinds: ``p``, ``heading``
(``level``), ``strong``, ``em``, ``del``, ``code`` (``text``), ``block`` (a code block, ``text``),
``list`` (``ordered``, ``start``), ``item``, ``quote``, ``link`` (``href``, http or https only),
``br``, ``rule``, ``table``, ``row``, ``cell`` (``head``). HTML is shown as the text that it is, a
picture as its description. There is no other kind: whatever a model writes stays text.
"""

from collections.abc import Sequence
from typing import Any

from adapters.markup.tree import (
    Anchor,
    Block,
    Break,
    Cell,
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Inline,
    Items,
    Paragraph,
    Quote,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
    parse,
)

Node = str | dict[str, Any]

_KINDS = {Strong: "strong", Emphasis: "em", Strike: "del"}


def tree(text: str) -> list[Node]:
    """Read CommonMark (with tables and strike-through) into nodes."""
    return _blocks(parse(text))


def _blocks(blocks: Sequence[Block]) -> list[Node]:
    return [_block(block) for block in blocks]


def _block(block: Block) -> Node:
    match block:
        case Paragraph() | Heading():
            return _words(block)
        case Items():
            items = [{"is": "item", "of": _blocks(item)} for item in block.items]
            return {"is": "list", "ordered": block.ordered, "start": block.start, "of": items}
        case Quote():
            return {"is": "quote", "of": _blocks(block.of)}
        case CodeBlock():
            return {"is": "block", "text": block.text}
        case Rule():
            return {"is": "rule"}
        case Table():
            body = [_row(row, head=False) for row in block.rows]
            return {"is": "table", "of": [_row(block.head, head=True), *body]}


def _words(block: Paragraph | Heading) -> Node:
    of = _inlines(block.of)
    if isinstance(block, Heading):
        return {"is": "heading", "level": block.level, "of": of}
    return {"is": "p", "of": of}


def _row(row: Sequence[Cell], *, head: bool) -> Node:
    return {"is": "row", "of": [{"is": "cell", "head": head, "of": _inlines(cell)} for cell in row]}


def _inlines(inlines: Sequence[Inline]) -> list[Node]:
    return [_inline(inline) for inline in inlines]


def _inline(inline: Inline) -> Node:
    match inline:
        case Text():
            return inline.text
        case Strong() | Emphasis() | Strike():
            return {"is": _KINDS[type(inline)], "of": _inlines(inline.of)}
        case Code():
            return {"is": "code", "text": inline.text}
        case Anchor():
            return {"is": "link", "href": inline.url, "of": _inlines(inline.of)}
        case Break():
            return {"is": "br"}
