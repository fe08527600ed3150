"""Notices passages that stand in several documents, word for word or nearly so.

Answers become worse when a knowledge base says the same thing twice, and wrong when only one of the
two is kept up to date. Two passages are alike when they share nine in ten of their shingles (runs
of four terms, so that letter case, marks and small words make no difference). By prefix filtering
(Chaudhuri et al. 2006) only those are compared that share one of their few smallest shingles, so
that each passage meets few others.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_ALIKE = 0.9
_RUN = 4
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_FEWEST = 8
"""Shorter ones, such as a greeting or "Write to us", may well stand everywhere."""
_MOST_COMPARED = 50

Shingles = NDArray[np.uint64]


@dataclass(slots=True)
class Likeness:
    """Of each new document, how many of its passages stand in which other one as well."""

    shared: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict[str, Counter[str]](Counter)
    )
    _known: defaultdict[int, list[tuple[str, Shingles]]] = field(
        default_factory=lambda: defaultdict[int, list[tuple[str, Shingles]]](list)
    )

    def add_new(self, doc_id: str, terms: str) -> None:
        """Note a passage of a new document, and compare it with those before it."""
        shingles = shingles_of(terms)
        if (other := self._find(doc_id, shingles)) is not None:
            self.shared[doc_id][other] += 1
        for shingle in _prefix(shingles):
            if len(self._known[shingle]) < _MOST_COMPARED:
                self._known[shingle].append((doc_id, shingles))

    def add_old(self, doc_id: str, terms: str) -> None:
        """Compare a passage that was there before with the new ones."""
        if (new := self._find(doc_id, shingles_of(terms))) is not None:
            self.shared[new][doc_id] += 1

    def _find(self, doc_id: str, shingles: Shingles) -> str | None:
        """The first other document that holds a passage like this one."""
        for shingle in _prefix(shingles):
            for other, others in self._known.get(shingle, ()):
                if other != doc_id and _overlap(shingles, others) >= _ALIKE:
                    return other
        return None


def find_likeness(new: Iterable[tuple[str, str]], old: Iterable[tuple[str, str]]) -> Likeness:
    """Compare passages, (document, terms), of new documents with each other and with the old."""
    likeness = Likeness()
    for doc_id, terms in new:
        likeness.add_new(doc_id, terms)
    for doc_id, terms in old:
        likeness.add_old(doc_id, terms)
    return likeness


def shingles_of(terms: str) -> Shingles:
    """The hashes of all runs of four terms, each once, the smallest first; none of a short text."""
    found = terms.split()
    if len(found) < _FEWEST:
        return np.array([], dtype=np.uint64)
    hashes = np.fromiter(map(hash, found), dtype=np.int64, count=len(found)).view(np.uint64)
    runs = hashes[: len(hashes) - _RUN + 1].copy()
    for place in range(1, _RUN):
        runs = runs * _FACTOR + hashes[place : len(hashes) - _RUN + 1 + place]
    return np.unique(runs)


def telling_runs(terms: str) -> list[str]:
    """So many runs of a passage that one which is alike holds at least one of them, the longest.

    A tenth of its shingles may be missing in the other: of more than a tenth one must be there. Long
    runs are rarer, so that few other passages hold them.
    """
    found = terms.split()
    if len(found) < _FEWEST:
        return []
    starts = range(len(found) - _RUN + 1)
    runs = dict.fromkeys(" ".join(found[start : start + _RUN]) for start in starts)
    missing = math.floor((1 - _ALIKE) * len(runs) + 1e-9)
    return sorted(runs, key=lambda run: (-len(run), run))[: missing + 1]


def _prefix(shingles: Shingles) -> list[int]:
    """So many of the smallest shingles that two passages which are alike share one of them."""
    return shingles[: len(shingles) - math.ceil(_ALIKE * len(shingles)) + 1].tolist()


def _overlap(one: Shingles, other: Shingles) -> float:
    """Jaccard similarity."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < _ALIKE * longer:
        return 0.0
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)
