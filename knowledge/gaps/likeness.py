"""How alike questions are, also across languages: the vector of the whole, and its telling words.

The vector alone joins whatever shares a subject ("order"), words alone miss paraphrases.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors, default_embedder
from knowledge.gaps.telling import Sparse, Text, telling_words

VECTOR_SHARE = 0.5
"""How much the vector of the whole question counts; the words count the rest."""
_FAINT = 0.05
_MOST_COMPARED = 24
"""Each question is compared as a whole with so many others, those with most words in common."""

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Questions:
    """Questions as vectors of length 1: ``whole`` (questions, dimensions) and ``words``."""

    whole: Vectors
    words: Sequence[Sparse]

    @classmethod
    def of(cls, texts: Sequence[Text]) -> "Questions":
        """Embed questions, each by its language and its words."""
        whole = default_embedder().embed([text for _, text in texts])
        return cls(whole=whole, words=telling_words(texts))

    def alike(self, least: float) -> Iterator[tuple[int, int, float]]:
        """Return pairs of questions, the smaller place first, that are at least so much alike."""
        postings = _postings(self.words)
        for place, own in enumerate(self.words):
            others, shared = _sharing(own, postings, len(self.words))
            whole = self.whole[others] @ self.whole[place]
            alike = VECTOR_SHARE * whole + (1 - VECTOR_SHARE) * shared
            for kept in np.flatnonzero((alike >= least) & (others != place)).tolist():
                other = int(others[kept])
                yield min(place, other), max(place, other), float(alike[kept])

    def central(self, members: Sequence[int], often: Sequence[int]) -> int:
        """Which of some questions is most like all of them, each as often as it was asked.

        Returns its place among ``members``, the first of several.
        """
        weights = np.array(often, dtype=np.float32)
        whole = self.whole[list(members)]
        sums: defaultdict[int, float] = defaultdict(float)
        for member, count in zip(members, often, strict=True):
            for word, weight in self.words[member].items():
                sums[word] += weight * count
        shared = [
            sum(weight * sums[word] for word, weight in self.words[member].items())
            for member in members
        ]
        likeness = VECTOR_SHARE * (whole @ (weights @ whole)) + (1 - VECTOR_SHARE) * np.array(
            shared
        )
        return int(np.argmax(np.round(likeness, 4)))


def _postings(rows: Sequence[Sparse]) -> dict[int, tuple[Places, Vectors]]:
    """Of each word the questions that it stands in, and its weight there."""
    held: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for place, row in enumerate(rows):
        for word, weight in row.items():
            held[word].append((place, weight))
    return {word: _columns(entries) for word, entries in held.items()}


def _columns(entries: Sequence[tuple[int, float]]) -> tuple[Places, Vectors]:
    places, weights = zip(*entries, strict=True)
    return np.array(places, dtype=np.intp), np.array(weights, dtype=np.float32)


def _sharing(
    own: Sparse, postings: Mapping[int, tuple[Places, Vectors]], count: int
) -> tuple[Places, Vectors]:
    """The questions with most words in common with one, and how much they have in common."""
    if not own:
        return np.array([], dtype=np.intp), np.array([], dtype=np.float32)
    places = np.concatenate([postings[word][0] for word in own])
    weights = np.concatenate([postings[word][1] * np.float32(own[word]) for word in own])
    shared = np.bincount(places, weights, minlength=count).astype(np.float32)
    found = np.flatnonzero(shared >= _FAINT)
    if len(found) > _MOST_COMPARED:
        # Stable, so that ties are broken by place.
        found = np.sort(found[np.argsort(-shared[found], kind="stable")[:_MOST_COMPARED]])
    return found, shared[found]
