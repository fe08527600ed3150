"""What a reader keeps in memory of one generation: the vectors and whose passage each row is.

Of some ten thousand passages it keeps all numbers, of more only their signs (``signed``).
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from knowledge.embedding import Vectors
from knowledge.index.rows import Ids, LanguageStatistics, Rows, as_vectors, centred, highest
from knowledge.index.schema import read_meta
from knowledge.index.signed import SignedSnapshot, load_signed

ENOUGH_FOR_MEAN = 20
"""Of fewer passages the mean says nothing of what all have in common."""


class Comparison(Protocol):
    """How near the passages of a snapshot are to one vector."""

    def nearest(self, language: str, excluded: Sequence[int] | Ids, limit: int) -> list[int]:
        """The nearest passages of a language, the nearest first, but not those."""
        ...

    def cosines(self, passages: Sequence[int]) -> list[float]:
        """The cosine of each of these passages with the vector."""
        ...


class Snapshot(Protocol):
    """One generation. ``added`` are the passages that it has more than the one before it.

    None when it was read as a whole.
    """

    @property
    def generation(self) -> str: ...  # noqa: D102 - said above

    @property
    def added(self) -> Ids | None: ...  # noqa: D102

    @property
    def dimensions(self) -> int:
        """The length of each vector; 0 when there are none."""
        ...

    @property
    def statistics(self) -> dict[str, LanguageStatistics]:
        """The figures of each language."""
        ...

    def compare(self, vector: Vectors, connection: sqlite3.Connection) -> Comparison:
        """Compare all passages with a vector of length 1, within the open transaction."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeSnapshot:
    """All numbers of all vectors."""

    generation: str
    rows: Rows
    vectors: Vectors
    mean: Vectors
    statistics: dict[str, LanguageStatistics]
    added: Ids | None = field(default=None, init=False)

    @property
    def dimensions(self) -> int:
        """The length of each vector; 0 when there are none."""
        return self.vectors.shape[1]

    def compare(self, vector: Vectors, connection: sqlite3.Connection) -> "_Compared":
        """Take the product of each row with the vector.

        ``einsum`` and not ``@``, whose threads wait for each other on a busy machine.
        """
        del connection
        aim = vector - self.mean
        length = float(np.linalg.norm(aim))
        if length == 0 or not len(self.vectors):
            return _Compared(rows=self.rows, all=np.zeros(len(self.vectors), dtype=np.float32))
        products = np.einsum("ij,j->i", self.vectors, aim / np.float32(length))
        return _Compared(rows=self.rows, all=products)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    rows: Rows
    all: Vectors

    def nearest(self, language: str, excluded: Sequence[int] | Ids, limit: int) -> list[int]:
        rows = self.rows.wanted(language, excluded)
        best = rows[highest(self.all[rows], limit)]
        return self.rows.passages[best].tolist()

    def cosines(self, passages: Sequence[int]) -> list[float]:
        return self.all[self.rows.places(passages)].tolist()


def load_snapshot(
    connection: sqlite3.Connection, generation: str, former: Snapshot | None = None
) -> Snapshot:
    """Read what there is, or of a large index what the ``former`` snapshot does not have."""
    if read_meta(connection, "signed") is not None:
        known = former if isinstance(former, SignedSnapshot) else None
        return load_signed(connection, generation, known)
    return _load_whole(connection, generation)


def _load_whole(connection: sqlite3.Connection, generation: str) -> WholeSnapshot:
    """Read all vectors; the common direction of all passages is taken out of them.

    What all passages share (the company's name, the words of its trade) tells none apart: removing
    the mean is the vectors' idf (Arora et al. 2017, "A simple but tough-to-beat baseline").
    """
    found = connection.execute(
        "SELECT passage.id, document.language, passage.length, passage.vector FROM passage "
        "JOIN document ON document.id = passage.document ORDER BY passage.id"
    ).fetchall()
    vectors = as_vectors([row[3] for row in found])
    mean = np.zeros(vectors.shape[1], dtype=np.float32)
    if len(found) >= ENOUGH_FOR_MEAN:
        mean = vectors.mean(axis=0, dtype=np.float32)
    rows = Rows.of((row[0], row[1], row[2]) for row in found)
    return WholeSnapshot(
        generation=generation,
        rows=rows,
        vectors=centred(vectors, mean),
        mean=mean,
        statistics=rows.statistics(),
    )
