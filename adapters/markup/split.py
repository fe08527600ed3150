"""Pieces that fit into one message each, by whatever measure a platform has."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from adapters.markup.breaks import Breaks, most
from adapters.markup.runs import cut_run
from adapters.markup.tree import (
    Block,
    Cell,
    CodeBlock,
    Heading,
    Inline,
    Items,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)

Blocks = tuple[Block, ...]
Fits = Callable[[Blocks], bool]
Cut = tuple[Block, Blocks]
"""What still fits of a block, and what is left of it."""


def split_text(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Cut literal text into pieces that fit; joined, they are the text again.

    Cuts at blank lines, lines, sentences, words, graphemes, in this order. Only a grapheme that
    does not fit by itself is cut.
    """
    breaks = Breaks(text)
    pieces: list[str] = []
    start = 0
    while start < len(text):
        end = _text_end(text, start, breaks, fits)
        pieces.append(text[start:end])
        start = end
    return pieces


def split_blocks(blocks: Sequence[Block], fits: Fits) -> list[Blocks]:
    """Cut blocks into pieces that fit, filling each as far as that reads well.

    Nothing is lost: a long code block goes on as one of its own, a table under its head again, a
    list with its next number. A link is never cut; one that fits into no message becomes its words.
    Only a measure that a single character exceeds is not kept.
    """
    pieces: list[Blocks] = []
    rest = tuple(blocks)
    while rest:
        piece, rest = _fill(rest, fits, must=True)
        pieces.append(piece)
    return pieces


def _fill(blocks: Blocks, fits: Fits, *, must: bool) -> tuple[Blocks, Blocks]:
    """Return the first piece and the rest; the piece may be empty unless there ``must`` be one."""
    whole = most(len(blocks), lambda count: fits(blocks[:count]))
    if whole == len(blocks):
        return blocks, ()
    before, block, after = blocks[:whole], blocks[whole], blocks[whole + 1 :]
    if before and fits((block,)):
        return _keep_heading(before, blocks)
    cut = _cut(block, lambda part: fits((*before, part)), must=must and not before)
    if cut:
        return (*before, cut[0]), (*cut[1], *after)
    return _keep_heading(before, blocks) if before else ((), blocks)


def _keep_heading(before: Blocks, blocks: Blocks) -> tuple[Blocks, Blocks]:
    """Leave a heading with what stands under it."""
    count = len(before)
    while count > 1 and isinstance(before[count - 1], Heading):
        count -= 1
    return blocks[:count], blocks[count:]


def _cut(block: Block, fits: Callable[[Block], bool], *, must: bool) -> Cut | None:
    match block:
        case Paragraph() | Heading():
            return _cut_words(block, fits, must=must)
        case Items():
            return _cut_items(block, fits, must=must)
        case Quote():
            return _cut_quote(block, fits, must=must)
        case CodeBlock():
            return _cut_code(block, fits, must=must)
        case Table():
            return _cut_table(block, fits, must=must)
        case Rule():
            return (block, ()) if must else None


def _cut_words(
    block: Paragraph | Heading, fits: Callable[[Block], bool], *, must: bool
) -> Cut | None:
    cut = cut_run(block.of, lambda run: fits(replace(block, of=run)), must=must)
    if cut is None:
        return None
    first, rest = cut
    return replace(block, of=first), ((replace(block, of=rest),) if rest else ())


def _cut_items(block: Items, fits: Callable[[Block], bool], *, must: bool) -> Cut | None:
    def some(items: Sequence[Blocks]) -> Items:
        return replace(block, items=tuple(items))

    whole = most(len(block.items), lambda count: fits(some(block.items[:count])))
    if whole or (must and not block.items[0]):
        return some(block.items[: whole or 1]), _next_items(block, whole or 1)
    part, left = _fill(block.items[0], lambda inside: fits(some([inside])), must=must)
    if not part:
        return None
    return some([part]), (*left, *_next_items(block, 1))


def _next_items(block: Items, count: int) -> Blocks:
    """Return the list that goes on after ``count`` items."""
    left = block.items[count:]
    return (replace(block, start=block.start + count, items=left),) if left else ()


def _cut_quote(block: Quote, fits: Callable[[Block], bool], *, must: bool) -> Cut | None:
    part, left = _fill(block.of, lambda inside: fits(Quote(of=inside)), must=must)
    if not part:
        return None
    return Quote(of=part), ((Quote(of=left),) if left else ())


def _cut_code(block: CodeBlock, fits: Callable[[Block], bool], *, must: bool) -> Cut | None:
    def first(length: int) -> CodeBlock:
        return replace(block, text=block.text[:length])

    end = Breaks(block.text).best(0, lambda place: fits(first(place)))
    if not end and must:
        end = most(len(block.text), lambda length: fits(first(length))) or 1
    if not end:
        return None
    left = block.text[end:]
    return first(end), ((replace(block, text=left),) if left else ())


def _cut_table(block: Table, fits: Callable[[Block], bool], *, must: bool) -> Cut | None:
    """Cut between rows; a table whose head or row takes too much room becomes lines of text."""
    whole = most(len(block.rows), lambda count: fits(replace(block, rows=block.rows[:count])))
    if whole and fits(replace(block, rows=(block.head,))):
        left = block.rows[whole:]
        rest: Blocks = (replace(block, rows=left),) if left else ()
        return replace(block, rows=block.rows[:whole]), rest
    if not must:
        return None
    rows = [_row(row) for row in (block.head, *block.rows)]
    first, *others = [Paragraph(of=row) for row in rows if row] or [Rule()]
    if fits(first):
        return first, tuple(others)
    cut = _cut(first, fits, must=True)
    return (cut[0], (*cut[1], *others)) if cut else None


def _row(row: tuple[Cell, ...]) -> tuple[Inline, ...]:
    """Write the cells of a row as running text."""
    found: list[Inline] = []
    for cell in row:
        found += [Text(text=" | "), *cell] if found and cell else cell
    return tuple(found)


def _text_end(text: str, start: int, breaks: Breaks, fits: Callable[[str], bool]) -> int:
    end = breaks.best(start, lambda place: fits(text[start:place]))
    if end > start:
        return end
    return start + (most(len(text) - start, lambda count: fits(text[start : start + count])) or 1)
