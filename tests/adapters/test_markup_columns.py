"""A table in columns: one line a row, whatever stands in its cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.markup.columns import in_columns
from adapters.markup.tree import Break, Cell, Inline, Strong, Table, Text, parse


def table(text: str) -> Table:
    [block] = parse(text)
    assert isinstance(block, Table)
    return block


PRICES = "| a | bb |\n|---|---|\n| ccc | d |\n| | **e** `f` |"


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert in_columns(table(PRICES)) == "a    bb\n--------\nccc  d\n     e f"


def test_each_platform_has_its_own_lines() -> None:
    written = in_columns(table(PRICES), gap=" | ", rule="─", crossing="─┼─")
    assert written == "a   | bb\n────┼────\nccc | d\n    | e f"


def test_a_link_tells_its_address() -> None:
    written = in_columns(table("| a |\n|---|\n| [b](https://x.example/) |"))
    assert written.endswith("\nb (https://x.example/)")


@pytest.mark.parametrize("cell", ["x\n\ny", "x \t y", " x\u2028y "])
def test_a_cell_is_one_line(cell: str) -> None:
    assert in_columns(Table(head=((Text(text=cell),),), rows=())) == "x y\n---"


def words(text: str) -> Inline:
    return Text(text=text)


def bold(text: str) -> Inline:
    return Strong(of=(Text(text=text),))


inlines = st.one_of(st.text().map(words), st.text().map(bold), st.just(Break()))
cells = st.lists(inlines, max_size=3).map(tuple)


@given(data=st.data(), width=st.integers(1, 4), height=st.integers(0, 4))
def test_every_row_is_a_line(data: st.DataObject, width: int, height: int) -> None:
    row = st.lists(cells, min_size=width, max_size=width).map(tuple)
    head: tuple[Cell, ...] = data.draw(row)
    rows: list[tuple[Cell, ...]] = data.draw(st.lists(row, min_size=height, max_size=height))
    assert in_columns(Table(head=head, rows=tuple(rows))).count("\n") == height + 1
