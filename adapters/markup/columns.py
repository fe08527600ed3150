"""A table in columns, for where a font of one width can be had (pure)."""

from adapters.markup.plain import plain_inline
from adapters.markup.tree import Cell, Table


def in_columns(table: Table, *, gap: str = "  ", rule: str = "-", crossing: str = "--") -> str:
    """Write a table as lines of cells, a line across under its head.

    Args:
        table: The table.
        gap: What stands between two columns.
        rule: What the line across is made of.
        crossing: What the line across has where the gap is, as long as that.
    """
    rows = [[_words(cell) for cell in row] for row in (table.head, *table.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *others = [gap.join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([head, crossing.join(rule * width for width in widths), *others])


def _words(cell: Cell) -> str:
    """Write a cell in one line."""
    return " ".join(plain_inline(cell).split())
