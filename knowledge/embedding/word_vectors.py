"""Vectors of meaning: a table of words, English and Spanish in one space.

A text is the weighted sum of its words' vectors; rare words weigh more (smooth inverse frequency,
Arora et al. 2017). The table is distilled by ``benchmarks.distil_words`` from a multilingual model that
is too slow and too large to run here; ``docs/embedding.md`` says from what and how good it is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from knowledge.embedding.vectors import Static, Vectors, of_length_one
from knowledge.language.words import words

TABLE = Path(__file__).with_name("words_en_es.npz")
_LONGEST_ENDING = 3
_SHORTEST_STEM = 4
_NIBBLES = np.array([(byte >> 4, byte & 15) for byte in range(256)], dtype=np.float32) - 8
"""The two numbers (-8..7) that a byte of the table holds."""


class WordVectors(Static):
    """The table, read once. ``dimensions`` is that of its vectors."""

    def __init__(
        self,
        names: Sequence[str],
        packed: NDArray[np.uint8],
        scales: Vectors,
        version: str,
    ) -> None:
        self._places = {name: place for place, name in enumerate(names)}
        self._packed = packed
        self._scales = scales
        self.dimensions = packed.shape[1] * 2
        self.fingerprint = f"word-vectors-{version}/{self.dimensions}"

    @override
    def embed(self, texts: Sequence[str]) -> Vectors:
        """Sum the words of each text, repeated words damped by the square root."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._sum(Counter(self._known(words(text))))
        return of_length_one(vectors)

    def _sum(self, counts: Counter[int]) -> Vectors:
        places = np.fromiter(counts, dtype=np.intp, count=len(counts))
        damped = np.sqrt(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
        unpacked = _NIBBLES[self._packed[places]].reshape(len(places), self.dimensions)
        return (damped * self._scales[places]) @ unpacked

    def _known(self, found: Iterable[str]) -> Iterable[int]:
        return (place for word in found if (place := self._place(word)) is not None)

    def _place(self, word: str) -> int | None:
        """Find a word, or what it begins with where only its ending is unknown."""
        shortest = max(len(word) - _LONGEST_ENDING, _SHORTEST_STEM)
        stems = (word[:end] for end in range(len(word) - 1, shortest - 1, -1))
        return next((self._places[name] for name in (word, *stems) if name in self._places), None)


@cache
def word_vectors() -> WordVectors:
    """Return the table that comes with Relevo."""
    return read_table(TABLE)


def read_table(path: Path) -> WordVectors:
    """Read a table as ``benchmarks.distil_words`` writes it."""
    with np.load(path, allow_pickle=False) as table:
        names = bytes(table["names"]).decode().split("\n")
        return WordVectors(names, table["packed"], table["scales"], str(table["version"]))
