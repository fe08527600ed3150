"""Whose passage each row of a snapshot is."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageStatistics:
    """How many passages a language has and how many terms their bodies hold on average."""

    passages: int
    mean_length: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The passages of a snapshot, by rising id; the arrays belong together row by row.

    ``languages`` are places in ``names``, ``lengths`` are counts of terms.
    """

    passages: Ids
    languages: NDArray[np.int16]
    lengths: NDArray[np.int32]
    names: tuple[str, ...]

    @classmethod
    def of(cls, found: Iterable[tuple[int, str, int]]) -> "Rows":
        """Make rows of (id, language, length)."""
        rows = list(found)
        names = tuple(dict.fromkeys(row[1] for row in rows))
        places = {name: place for place, name in enumerate(names)}
        return cls(
            passages=np.array([row[0] for row in rows], dtype=np.int64),
            languages=np.array([places[row[1]] for row in rows], dtype=np.int16),
            lengths=np.array([row[2] for row in rows], dtype=np.int32),
            names=names,
        )

    def statistics(self) -> dict[str, LanguageStatistics]:
        """The figures of each language that has passages."""
        counts = np.bincount(self.languages, minlength=len(self.names))
        sums = np.bincount(self.languages, weights=self.lengths, minlength=len(self.names))
        return {
            name: LanguageStatistics(passages=int(count), mean_length=max(total / count, 1.0))
            for name, count, total in zip(self.names, counts, sums.tolist(), strict=True)
            if count
        }

    def wanted(self, language: str, excluded: Sequence[int] | Ids) -> NDArray[np.int64]:
        """The rows of a language but those of these passages."""
        place = self.names.index(language) if language in self.names else -1
        is_wanted = self.languages == place
        is_wanted[self.places(excluded)] = False
        return np.flatnonzero(is_wanted)

    def places(self, passages: Sequence[int] | Ids) -> NDArray[np.int64]:
        """The rows of those passages that there are, in their order."""
        ids = np.asarray(passages, dtype=np.int64)
        places = np.searchsorted(self.passages, ids)
        is_there = places < len(self.passages)
        is_there[is_there] = self.passages[places[is_there]] == ids[is_there]
        return places[is_there]

    def without(self, dropped: NDArray[np.int64], added: "Rows") -> "Rows":
        """Drop some rows and add others, whose ids are higher."""
        names = tuple(dict.fromkeys((*self.names, *added.names)))
        moved = np.array([names.index(name) for name in added.names], dtype=np.int16)
        return Rows(
            passages=np.concatenate((np.delete(self.passages, dropped), added.passages)),
            languages=np.concatenate((np.delete(self.languages, dropped), moved[added.languages])),
            lengths=np.concatenate((np.delete(self.lengths, dropped), added.lengths)),
            names=names,
        )


def read_vectors(
    connection: sqlite3.Connection, passages: Sequence[int] | Ids
) -> NDArray[np.float32]:
    """The stored vectors of passages, (passages, dimensions), in the order of rising ids."""
    ids = np.asarray(passages, dtype=np.int64).tolist()
    select = "SELECT vector FROM passage WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
    rows = connection.execute(select, (str(ids),)).fetchall()
    return as_vectors([row[0] for row in rows])


def as_vectors(stored: Sequence[bytes]) -> NDArray[np.float32]:
    """Vectors as they are stored, in one array."""
    joined = np.frombuffer(b"".join(stored), dtype="<f2")
    return joined.reshape(len(stored), -1 if stored else 0).astype(np.float32)


def centred(vectors: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the common direction out of vectors, and give them the length 1 again."""
    moved = vectors - mean
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    moved /= np.where(norms > 0, norms, 1)
    return moved


def highest(values: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    """The places of the highest values, the highest first; of equal ones those that come first."""
    if len(values) <= limit:
        return np.argsort(-values, kind="stable")
    near = np.sort(np.argpartition(-values, limit)[:limit])
    return near[np.argsort(-values[near], kind="stable")]
