"""Tables as lists: a row becomes one item that names its columns, readable in every chat app."""

from collections.abc import Sequence
from itertools import chain, islice, repeat

from knowledge.documents import Block, BlockKind

_LONGEST_NAME = 100
"""Else a header of a million characters over a million rows would fill the memory."""


def table_items(rows: Sequence[Sequence[str]], *, depth: int = 0) -> list[Block]:
    """Turn a table, header row first, into list items.

    Two columns read as ``**first**: second``; more columns as ``**first**: column: cell; …``. A
    table of one row or one column keeps its cells as they are. A column's name is repeated in each
    row, but a very long one is no name: it stands in the first row alone.
    """
    filled = [list(row) for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return []
    header, body = filled[0], filled[1:] or filled
    names = [cell if len(cell) <= _LONGEST_NAME else "" for cell in header]
    texts = [_row_text(names if place else header, row) for place, row in enumerate(body)]
    return [
        Block(kind=BlockKind.ITEM, text=text, level=depth, marker="-") for text in texts if text
    ]


def _row_text(header: list[str], row: list[str]) -> str:
    first, *rest = row
    if row is header or not rest:
        return "; ".join(cell for cell in row if cell)
    if len(rest) == 1:
        return f"{_bold(first)}: {rest[0]}" if first and rest[0] else first or rest[0]
    names = chain(islice(header, 1, None), repeat(""))
    cells = [
        f"{name}: {cell}" if name else cell for name, cell in zip(names, rest, strict=False) if cell
    ]
    joined = "; ".join(cells)
    return f"{_bold(first)}: {joined}" if first and joined else first or joined


def _bold(cell: str) -> str:
    return cell if any(mark in cell for mark in "*`[") else f"**{cell}**"
