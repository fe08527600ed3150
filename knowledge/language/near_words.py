"""Words near in meaning, English and Spanish: "celdas" for "cells", "remove" for "delete".

The lists are read off the word vectors by ``benchmarks.near_words`` and come as a table of their own, so
that a question costs a look-up and no search among vectors. They say nothing of other languages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TABLE = Path(__file__).with_name("near_en_es.npz")
FULL = 255
"""The cosine 1 as the table writes it."""
_LONGEST_ENDING = 3
_SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NearWords:
    """The table: for each name a row of places of other names, and their cosines (0..255; 0 ends it).

    ``places`` and ``cosines`` hold such rows for each language that the other names are of.
    """

    names: Sequence[str]
    rows: dict[str, int]
    places: dict[str, NDArray[np.uint16]]
    cosines: dict[str, NDArray[np.uint8]]

    def near(self, word: str, language: str) -> tuple[tuple[str, float], ...]:
        """Words of a language near a folded word of either, with the cosine (0..1), nearest first."""
        row = self._row(word)
        if row is None or language not in self.places:
            return ()
        found = zip(self.places[language][row], self.cosines[language][row], strict=True)
        return tuple((self.names[int(at)], int(cosine) / FULL) for at, cosine in found if cosine)

    def _row(self, word: str) -> int | None:
        """Find a word, or what it begins with where only its ending is unknown."""
        shortest = max(len(word) - _LONGEST_ENDING, _SHORTEST_STEM)
        stems = (word[:end] for end in range(len(word) - 1, shortest - 1, -1))
        return next((self.rows[name] for name in (word, *stems) if name in self.rows), None)


@lru_cache(maxsize=20_000)
def near_words(word: str, language: str) -> tuple[tuple[str, float], ...]:
    """Look a folded word up in the table that comes with Relevo."""
    return _table().near(word, language)


@cache
def _table() -> NearWords:
    return read_near_words(TABLE)


def read_near_words(path: Path) -> NearWords:
    """Read a table as ``benchmarks.near_words`` writes it."""
    with np.load(path, allow_pickle=False) as table:
        names = bytes(table["names"]).decode().split("\n")
        languages = [name.removesuffix("_places") for name in table.files if "_places" in name]
        return NearWords(
            names=names,
            rows={name: row for row, name in enumerate(names)},
            places={code: table[f"{code}_places"] for code in languages},
            cosines={code: table[f"{code}_cosines"] for code in languages},
        )
