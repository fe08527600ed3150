"""Where the words of a question stand: in each passage, around it, and in its whole stretch.

BM25 (Robertson & Zaragoza 2009) with the neighbours of a passage as weaker fields of it: an answer seldom
repeats the words of what it answers. Scores are divided by the most that a question could reach, and thus
in 0..1 and comparable between questions.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.memory.recall.asked import Term
from bot.memory.recall.lexicon import Terms

Floats = NDArray[np.float64]

AROUND = ((1, 0.6), (-1, 0.4), (2, 0.3), (-2, 0.2), (3, 0.15), (-3, 0.1))
"""How much the text so many places before (behind: negative) a passage counts as its own.

What was said before explains more than what came after; chosen by ``benchmarks.memory``.
"""

_SATURATION, _LENGTH = 0.8, 0.4


class Matches:
    """The terms of a question as they are met in passages."""

    def __init__(self, asked: Sequence[Term], told: Terms, stretches: Sequence[str]) -> None:
        self.lengths = np.bincount(told.rows, minlength=told.texts).astype(np.float64)
        self._stretches = _numbered(stretches)
        self._counts, is_own = _occurrences(asked, told)
        self._idf = _idf(self._counts, is_own)
        self._possible = float(self._idf.sum()) or 1.0

    def around(self) -> Floats:
        """How well each passage with what stands around it holds the question's terms."""
        counts, lengths = self._counts.copy(), self.lengths.copy()
        for places, weight in AROUND:
            counts += weight * self._moved(self._counts, places)
            lengths += weight * self._moved(self.lengths, places)
        usual = float(lengths.mean()) or 1.0
        damping = _SATURATION * (1 - _LENGTH + _LENGTH * lengths / usual)
        return self._idf @ (counts / (counts + damping)) / self._possible

    def in_stretch(self) -> Floats:
        """How much of the question each passage's whole stretch holds."""
        held = np.zeros((len(self._idf), int(self._stretches.max(initial=-1)) + 1))
        for row, counts in enumerate(self._counts):
            np.add.at(held[row], self._stretches, counts)
        return (self._idf @ np.minimum(held, 1.0) / self._possible)[self._stretches]

    def _moved(self, values: Floats, places: int) -> Floats:
        """Give each passage the values of the one so many places before, within its stretch."""
        moved = np.zeros_like(values)
        late, early = slice(abs(places), None), slice(None, -abs(places))
        here, there = (late, early) if places > 0 else (early, late)
        is_same = self._stretches[here] == self._stretches[there]
        moved[..., here] = values[..., there] * is_same
        return moved


def _numbered(stretches: Sequence[str]) -> NDArray[np.intp]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in stretches], dtype=np.intp)


def _occurrences(asked: Sequence[Term], told: Terms) -> tuple[Floats, NDArray[np.bool_]]:
    """Count each term in each passage, others near in meaning by their weight; and where it stands itself."""
    known = {number for term in asked for number in (*term.own, *term.near)}
    size = max(int(told.numbers.max(initial=0)), *known, 0) + 1
    counts = np.zeros((len(asked), told.texts))
    is_own = np.zeros(counts.shape, dtype=np.bool_)
    for place, term in enumerate(asked):
        own, near = np.zeros(size), np.zeros(size)
        own[list(term.own)] = 1.0
        near[list(term.near)] = list(term.near.values())
        found = told.counted(own)
        counts[place] = found + told.counted(near)
        is_own[place] = found > 0
    return counts, is_own


def _idf(counts: Floats, is_own: NDArray[np.bool_]) -> Floats:
    """How telling each term is; one that stands nowhere itself is as telling as what stands for it."""
    total = counts.shape[1]
    own = is_own.sum(axis=1, dtype=np.float64)
    other = (counts > 0).sum(axis=1, dtype=np.float64)
    having = own + (own == 0) * other
    return np.log(1 + (total - having + 0.5) / (having + 0.5))
