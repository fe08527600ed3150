"""A snapshot of very many passages: one bit of each number in memory, the numbers in the file.

When the index changes, only what was added and dropped since is read.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.embedding import Vectors
from knowledge.index.rows import Ids, LanguageStatistics, Rows, centred, highest, read_vectors
from knowledge.index.schema import read_meta
from knowledge.index.signing import SIGNED, oldest_noted, read_mean
from knowledge.index.signs import Signs, differing, signs_of, words_of

_CANDIDATES = 1_000
"""So many of the nearest by their signs are compared number by number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedSnapshot:
    """``signs`` belong to ``rows``; ``signed`` says when all of them were made."""

    generation: str
    signed: str
    rows: Rows
    signs: Signs
    mean: Vectors
    statistics: dict[str, LanguageStatistics]
    added: Ids | None = None

    @property
    def dimensions(self) -> int:
        """The length of each vector."""
        return len(self.mean)

    def compare(self, vector: Vectors, connection: sqlite3.Connection) -> "_Compared":
        """Count the differing signs; numbers are read from the file when they are asked for."""
        aim = centred(vector[None], self.mean)
        return _Compared(self, connection, aim[0], differing(self.signs, signs_of(aim)[0]))


class _Compared:
    """A vector and the signs that each row has different."""

    def __init__(
        self,
        snapshot: SignedSnapshot,
        connection: sqlite3.Connection,
        aim: Vectors,
        distances: "np.ndarray[tuple[int], np.dtype[np.uint16]]",
    ) -> None:
        self._snapshot = snapshot
        self._connection = connection
        self._aim = aim
        self._distances = distances
        self._known: dict[int, float] = {}

    def nearest(self, language: str, excluded: Sequence[int] | Ids, limit: int) -> list[int]:
        rows = self._snapshot.rows.wanted(language, excluded)
        if len(rows) > _CANDIDATES:
            near = np.argpartition(self._distances[rows], _CANDIDATES)[:_CANDIDATES]
            rows = np.sort(rows[near])
        passages = self._snapshot.rows.passages[rows]
        cosines = self._read(passages)
        best = highest(cosines, limit)
        self._known |= dict(zip(passages.tolist(), cosines.tolist(), strict=True))
        return passages[best].tolist()

    def cosines(self, passages: Sequence[int]) -> list[float]:
        new = np.sort([one for one in passages if one not in self._known]).astype(np.int64)
        self._known |= dict(zip(new.tolist(), self._read(new).tolist(), strict=True))
        return [self._known[one] for one in passages]

    def _read(self, passages: Ids) -> Vectors:
        if not len(passages):
            return np.zeros(0, dtype=np.float32)
        vectors = read_vectors(self._connection, passages)
        return np.einsum("ij,j->i", centred(vectors, self._snapshot.mean), self._aim)


def load_signed(
    connection: sqlite3.Connection, generation: str, former: SignedSnapshot | None
) -> SignedSnapshot:
    """Read all signs, or what has changed since the former snapshot where that is known."""
    signed = read_meta(connection, SIGNED) or ""
    is_known = former is not None and former.signed == signed
    if former is None or not is_known or int(former.generation) < oldest_noted(connection):
        mean = read_mean(connection)
        rows, signs = _read_signs(connection, after=-1, dimensions=len(mean))
        return _snapshot(generation, signed, rows, signs, mean)
    return _carry_on(connection, generation, former)


def _carry_on(
    connection: sqlite3.Connection, generation: str, former: SignedSnapshot
) -> SignedSnapshot:
    old = former.rows
    last = int(old.passages[-1]) if len(old.passages) else -1
    rows, signs = _read_signs(connection, after=last, dimensions=len(former.mean))
    gone = connection.execute(
        "SELECT passage FROM dropped WHERE generation > ?", (int(former.generation),)
    )
    dropped = old.places([row[0] for row in gone])
    kept = np.delete(former.signs, dropped, axis=0) if len(dropped) else former.signs
    return _snapshot(
        generation,
        former.signed,
        old.without(dropped, rows),
        np.concatenate((kept, signs)),
        former.mean,
        added=rows.passages,
    )


def _snapshot(
    generation: str,
    signed: str,
    rows: Rows,
    signs: Signs,
    mean: Vectors,
    added: Ids | None = None,
) -> SignedSnapshot:
    return SignedSnapshot(
        generation=generation,
        signed=signed,
        rows=rows,
        signs=signs,
        mean=mean,
        statistics=rows.statistics(),
        added=added,
    )


def _read_signs(
    connection: sqlite3.Connection, *, after: int, dimensions: int
) -> tuple[Rows, Signs]:
    found = connection.execute(
        "SELECT passage, language, length, data FROM sign WHERE passage > ? ORDER BY passage",
        (after,),
    ).fetchall()
    joined = np.frombuffer(b"".join(row[3] for row in found), dtype="<u8")
    signs = joined.reshape(len(found), words_of(dimensions)).astype(np.uint64)
    return Rows.of(row[:3] for row in found), signs
