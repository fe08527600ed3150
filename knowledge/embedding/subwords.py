"""Vectors of spelling: character n-grams, hashed.

Each word is written as its character 3- to 5-grams (the subword idea of fastText, Bojanowski et al.
2017) into a fixed number of signed buckets (feature hashing, Weinberger et al. 2009). Words that
share most of their letters come out close, so a typo or a missing accent still finds its passage,
and cognates meet across languages. It knows no meaning.
"""

import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from knowledge.embedding.vectors import Static, Vectors, of_length_one
from knowledge.language.stopwords import stop_words
from knowledge.language.words import words


class HashedSubwords(Static):
    """Character n-grams, hashed; ``dimensions`` is a power of two."""

    def __init__(self, dimensions: int = 512) -> None:
        self.dimensions = dimensions
        self.fingerprint = f"hashed-subwords-1/{dimensions}"

    @override
    def embed(self, texts: Sequence[str]) -> Vectors:
        """Sum the words of each text, repeated words damped by the square root."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._sum_words(Counter(words(text)))
        return of_length_one(vectors)

    def _sum_words(self, counts: Counter[str]) -> Vectors:
        buckets: list[NDArray[np.int32]] = []
        weights: list[NDArray[np.float32]] = []
        for word, count in counts.items():
            if (weight := _weight(word)) > 0:
                places, signs = _hash_word(word[:40], self.dimensions)
                buckets.append(places)
                weights.append(signs * np.float32(weight * count**0.5))
        if not buckets:
            return np.zeros(self.dimensions, dtype=np.float32)
        summed = np.bincount(
            np.concatenate(buckets), np.concatenate(weights), minlength=self.dimensions
        )
        return summed.astype(np.float32)


_FUNCTION_WORDS = frozenset[str]().union(
    *(stop_words(language) for language in ("en", "es", "fr", "de", "it", "pt"))
)


def _weight(word: str) -> float:
    """Weigh a word without a corpus: none for function words, more for longer ones."""
    if word in _FUNCTION_WORDS:
        return 0.0
    return min(len(word), 10) ** 0.5


@lru_cache(maxsize=100_000)
def _hash_word(word: str, dimensions: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    bounded = f"<{word}>"
    grams = {bounded[i : i + n] for n in (3, 4, 5) for i in range(len(bounded) - n + 1)}
    grams.add(bounded)
    hashes = np.array([zlib.crc32(gram.encode()) for gram in sorted(grams)], dtype=np.int64)
    signs = np.where(hashes & 0x8000_0000, 1.0, -1.0) / np.sqrt(len(hashes))
    return (hashes % dimensions).astype(np.int32), signs.astype(np.float32)
