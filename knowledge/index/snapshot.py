"""What a reader keeps in memory of one generation: the vectors and whose passage each row is."""

import sqlite3
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
_ENOUGH_FOR_MEAN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageStatistics:
    """How many passages a language has and how many terms their bodies hold on average."""

    passages: int
    mean_length: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One generation. Rows of ``passages``, ``languages`` and ``vectors`` belong together."""

    generation: str
    passages: NDArray[np.int64]
    languages: NDArray[np.str_]
    vectors: Vectors
    mean: Vectors
    statistics: dict[str, LanguageStatistics] = field(default_factory=dict[str, LanguageStatistics])

    def cosines(self, vector: Vectors) -> Vectors:
        """Cosine of every passage with a vector of length 1.

        ``einsum`` and not ``@``: several BLAS threads on a busy machine made this 8 times slower.
        """
        centred = vector - self.mean
        length = float(np.linalg.norm(centred))
        if length == 0 or not len(self.passages):
            return np.zeros(len(self.passages), dtype=np.float32)
        return np.einsum("ij,j->i", self.vectors, centred / np.float32(length))


def load_snapshot(connection: sqlite3.Connection, generation: str, dimensions: int) -> Snapshot:
    """Read all vectors; the common direction of all passages is taken out of them.

    What all passages share (the company's name, the words of its trade) tells none apart: removing
    the mean is the vectors' idf (Arora et al. 2017, "A simple but tough-to-beat baseline").
    """
    rows = connection.execute(
        "SELECT passage.id, document.language, passage.vector FROM passage "
        "JOIN document ON document.id = passage.document ORDER BY passage.id"
    ).fetchall()
    joined = b"".join(row[2] for row in rows)
    vectors = np.frombuffer(joined, dtype="<f2").reshape(-1, dimensions).astype(np.float32)
    mean = np.zeros(dimensions, dtype=np.float32)
    if len(rows) >= _ENOUGH_FOR_MEAN:
        mean = vectors.mean(axis=0, dtype=np.float32)
    vectors -= mean
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(norms > 0, norms, 1)
    return Snapshot(
        generation=generation,
        passages=np.array([row[0] for row in rows], dtype=np.int64),
        languages=np.array([row[1] for row in rows], dtype=np.str_),
        vectors=vectors,
        mean=mean,
        statistics=_statistics(connection),
    )


def _statistics(connection: sqlite3.Connection) -> dict[str, LanguageStatistics]:
    rows = connection.execute(
        "SELECT document.language, count(*), avg(passage.length) FROM passage "
        "JOIN document ON document.id = passage.document GROUP BY document.language"
    )
    return {
        language: LanguageStatistics(passages=count, mean_length=max(float(mean), 1.0))
        for language, count, mean in rows
    }
