"""Where a text may be cut: never inside a grapheme, best where a reader would pause."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

import regex

_GRAPHEME = regex.compile(r"\X", regex.DOTALL)

_PAUSES = (
    re.compile(r"\n(?:[^\S\n]*\n)+"),
    re.compile(r"\n"),
    # Only from the beginning of a run, and without trying its parts: a thousand dots take a moment.
    re.compile(r"(?<![.!?…؟])[.!?…؟]++[\"'”’»)\]]*+\s+|[。!?]+[”’」』)]*"),
    re.compile(r"\s+"),
)
"""Blank lines, lines, sentences, words: the ends of their matches are places to cut."""

LEAST_FILL = 0.5
"""A piece that a better pause would leave emptier than this is cut at the next kind of pause."""


def graphemes(text: str) -> list[int]:
    """Return the ends of the text's graphemes, ascending."""
    return [match.end() for match in _GRAPHEME.finditer(text)]


def most(count: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number up to ``count`` that fits, 0 when not even 1 does.

    Doubles and then halves, so that what is measured stays near what fits.
    """
    low, high = 0, 1
    while high <= count and fits(high):
        low, high = high, high * 2
    high = min(high, count + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


class Breaks:
    """The places of one text at which it may be cut, found once."""

    def __init__(self, text: str) -> None:
        self._places = graphemes(text)
        allowed = set(self._places)
        self._pauses: Sequence[Sequence[int]] = [
            [match.end() for match in pause.finditer(text) if match.end() in allowed]
            for pause in _PAUSES
        ]

    def best(self, start: int, fits: Callable[[int], bool]) -> int:
        """Return the best place after ``start`` up to which the text fits; ``start`` when none."""
        first = bisect_right(self._places, start)
        count = most(
            len(self._places) - first, lambda number: fits(self._places[first + number - 1])
        )
        if count in (0, len(self._places) - first):
            return self._places[first + count - 1] if count else start
        return self._pause(start, self._places[first + count - 1], fits)

    def _pause(self, start: int, furthest: int, fits: Callable[[int], bool]) -> int:
        for least in (start + (furthest - start) * LEAST_FILL, start + 1):
            for pauses in self._pauses:
                index = bisect_right(pauses, furthest) - 1
                if index >= 0 and pauses[index] >= least and fits(pauses[index]):
                    return pauses[index]
        return furthest
