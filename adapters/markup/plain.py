"""Blocks as plain text that reads well: for notifications and clients that show no markup."""

from collections.abc import Sequence

from adapters.markup.tree import (
    Anchor,
    Block,
    Break,
    Cell,
    Code,
    CodeBlock,
    Heading,
    Inline,
    Items,
    Paragraph,
    Quote,
    Table,
    Text,
)


def plain(blocks: Sequence[Block]) -> str:
    """Write blocks as text, an empty line between them."""
    return "\n\n".join(_block(block) for block in blocks)


def plain_inline(inlines: Sequence[Inline]) -> str:
    """Write running text; a link's address follows its words unless they are the same."""
    return "".join(_inline(inline) for inline in inlines)


def _inline(inline: Inline) -> str:
    match inline:
        case Text() | Code():
            return inline.text
        case Break():
            return "\n"
        case Anchor():
            words = plain_inline(inline.of)
            return words if words == inline.url else f"{words} ({inline.url})"
        case _:
            return plain_inline(inline.of)


def _block(block: Block) -> str:
    match block:
        case Paragraph() | Heading():
            return plain_inline(block.of)
        case Items():
            return _items(block)
        case Quote():
            return _indent(plain(block.of), first="> ", others="> ")
        case CodeBlock():
            return block.text.rstrip("\n")
        case Table():
            return "\n".join(_row(row) for row in (block.head, *block.rows))
        case _:
            return "---"


def _items(block: Items) -> str:
    lines: list[str] = []
    for number, item in enumerate(block.items, start=block.start):
        mark = f"{number}. " if block.ordered else "- "
        inside = "\n".join(_block(part) for part in item)
        lines.append(_indent(inside, first=mark, others=" " * len(mark)))
    return "\n".join(lines)


def _row(row: tuple[Cell, ...]) -> str:
    return " | ".join(plain_inline(cell) for cell in row)


def _indent(text: str, *, first: str, others: str) -> str:
    return first + text.replace("\n", f"\n{others}")
