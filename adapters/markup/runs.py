"""Running text cut in two: at pauses, with its formatting on both sides, never inside a link."""

from collections.abc import Callable
from dataclasses import replace

from adapters.markup.breaks import Breaks, most
from adapters.markup.tree import Anchor, Break, Code, Inline, Text

Run = tuple[Inline, ...]

NEAR = 16_384
MARGIN = 256
"""Characters of a run that are looked at first, and how near to their end a cut is in doubt."""

_ANCHOR = "\ufffc"
"""Stands for a whole link where places are counted."""


def cut_run(run: Run, fits: Callable[[Run], bool], *, must: bool) -> tuple[Run, Run] | None:
    """Return the most of a run that fits, and the rest; None when nothing of it does.

    With ``must`` there is always a first part: a link that is too long for any message becomes its
    words, and a grapheme that is too long is cut.
    """
    words = _words(run)
    end = _best(words, lambda place: fits(_part(run, 0, place)))
    if end:
        return _parted(run, words, end)
    if not must:
        return None
    if words.startswith(_ANCHOR) and (opened := _opened(run)) != run:
        return cut_run(opened, fits, must=True)
    return _parted(run, words, most(len(words), lambda place: fits(_part(run, 0, place))) or 1)


def _best(words: str, fits: Callable[[int], bool]) -> int:
    """Find where to cut; no message is longer than ``NEAR``, so more is hardly ever looked at."""
    end = Breaks(words[:NEAR]).best(0, fits)
    return Breaks(words).best(0, fits) if NEAR <= end + MARGIN < len(words) else end


def _parted(run: Run, words: str, end: int) -> tuple[Run, Run]:
    """Cut at a place, without the white space around it."""
    first = len(words[:end].rstrip()) or end
    second = len(words) - len(words[end:].lstrip())
    return _part(run, 0, first), _part(run, second, len(words))


def _words(run: Run) -> str:
    return "".join(_word(inline) for inline in run)


def _word(inline: Inline) -> str:
    match inline:
        case Text() | Code():
            return inline.text
        case Break():
            return "\n"
        case Anchor():
            return _ANCHOR
        case _:
            return _words(inline.of)


def _part(run: Run, start: int, end: int) -> Run:
    """Return what lies between two places."""
    found: list[Inline] = []
    place = 0
    for inline in run:
        if place >= end:
            break
        length = len(_word(inline))
        low, high = max(start - place, 0), min(end - place, length)
        if low < high:
            found.append(inline if high - low == length else _within(inline, low, high))
        place += length
    return tuple(found)


def _within(inline: Inline, low: int, high: int) -> Inline:
    match inline:
        case Text() | Code():
            return replace(inline, text=inline.text[low:high])
        case Break() | Anchor():
            return inline
        case _:
            return replace(inline, of=_part(inline.of, low, high))


def _opened(run: Run) -> Run:
    """Return the run with its first link replaced by the link's words."""
    first, *others = run
    match first:
        case Anchor():
            return (*first.of, *others)
        case Text() | Code() | Break():
            return run
        case _:
            return (replace(first, of=_opened(first.of)), *others)
