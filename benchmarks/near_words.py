"""Makes the table of words near in meaning: ``python -m benchmarks.near_words``.

For each word of the shipped vectors it takes the nearest words of English and of Spanish, one for each
stem. Which language a word is of is known from its frequency in both (wordfreq, CC BY-SA 4.0):

    .venv/bin/pip install wordfreq==3.1.1
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.distil_words import LANGUAGES
from knowledge.embedding.vectors import Vectors
from knowledge.embedding.word_vectors import TABLE as VECTORS
from knowledge.embedding.word_vectors import word_vectors
from knowledge.language.near_words import FULL, TABLE
from knowledge.language.words import fold, terms

MOST = 8
LEAST_COSINE = 0.4
LOOKED_AT = 40
AT_ONCE = 2_048
FOREIGN = 20
"""A word this many times rarer than in the other language is no word of this one."""


def main() -> int:
    """Make and write the table."""
    with np.load(VECTORS, allow_pickle=False) as table:
        names = bytes(table["names"]).decode().split("\n")
    vectors = word_vectors().embed(names)
    rates = {code: frequencies(names, code) for code in LANGUAGES}
    arrays: dict[str, Any] = {"names": np.frombuffer("\n".join(names).encode(), dtype=np.uint8)}
    for code in LANGUAGES:
        others = np.max([rates[other] for other in LANGUAGES if other != code], axis=0)
        is_of = (rates[code] > 0) & (rates[code] * FOREIGN >= others)
        places = np.zeros((len(names), MOST), dtype=np.uint16)
        cosines = np.zeros((len(names), MOST), dtype=np.uint8)
        for row, found in nearest(names, vectors, is_of, code):
            places[row, : len(found)] = [at for at, _ in found]
            cosines[row, : len(found)] = [round(FULL * cosine) for _, cosine in found]
        arrays |= {f"{code}_places": places, f"{code}_cosines": cosines}
    np.savez_compressed(TABLE, **arrays)
    print(f"{len(names)} words in {TABLE.stat().st_size / 2**20:.1f} MiB: {TABLE}")
    return 0


def frequencies(names: Sequence[str], code: str) -> NDArray[np.float64]:
    """How often each folded word is met among all words of a language."""
    wordfreq: Any = import_module("wordfreq")
    rates: defaultdict[str, float] = defaultdict(float)
    for word, rate in wordfreq.get_frequency_dict(code, "best").items():
        rates[fold(word)] += rate
    return np.array([rates.get(name, 0.0) for name in names])


def nearest(
    names: Sequence[str], vectors: Vectors, is_of: NDArray[np.bool_], code: str
) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """For each word the nearest of a language: their places and cosines."""
    stems = [next(iter(terms(name, code)), name) for name in names]
    candidates = np.flatnonzero(is_of)
    for start in range(0, len(names), AT_ONCE):
        cosines = vectors[start : start + AT_ONCE] @ vectors[candidates].T
        best = np.argsort(-cosines, axis=1)[:, :LOOKED_AT]
        for row, order in enumerate(best):
            seen = {stems[start + row]} if is_of[start + row] else set[str]()
            found: dict[str, tuple[int, float]] = {}
            for place in order:
                at, cosine = int(candidates[place]), float(cosines[row, place])
                if cosine >= LEAST_COSINE and stems[at] not in seen:
                    found.setdefault(stems[at], (at, cosine))
            yield start + row, list(found.values())[:MOST]


if __name__ == "__main__":
    sys.exit(main())
