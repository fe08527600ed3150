"""Keeps the signs of a large index's vectors beside them, and notes which passages were dropped.

Readers of a large index hold the signs alone, and read of a new generation what was added and
dropped. Signs are made against the mean of all vectors at the time; once there are twice as many
passages, all of them are made anew.
"""

import sqlite3
from collections.abc import Sequence

import numpy as np

from knowledge.embedding import Vectors
from knowledge.index.rows import as_vectors, centred, read_vectors
from knowledge.index.schema import read_meta, write_meta
from knowledge.index.signs import signs_of

SIGNED = "signed"
SIGNED_FROM = 20_000
"""From so many passages on, of longer vectors from fewer. 20,000 of Relevo's own take 50 MB in
memory."""
_OWN_DIMENSIONS = 632
DIMENSIONS = "dimensions"
_SIGNED_COUNT = "signed_count"
_MEAN = "mean"
_AT_ONCE = 4_096
_SAMPLE = 50_000
_GENERATIONS_NOTED = 1_000


class Signing:
    """The signs within an open transaction; ``generation`` is the one that it will become."""

    def __init__(self, connection: sqlite3.Connection, generation: int, signed_from: int) -> None:
        self._connection = connection
        self._generation = generation
        self._signed_from = signed_from
        self._mean = read_mean(connection) if read_meta(connection, SIGNED) else None

    def add(self, passages: Sequence[tuple[int, str, int]], vectors: Vectors) -> None:
        """Keep the signs of new passages, (id, language, length)."""
        if self._mean is not None and len(vectors):
            self._insert(passages, vectors, self._mean)

    def drop(self, document: int) -> None:
        """Take out the signs of a document's passages, and note that they are gone."""
        if self._mean is None:
            return
        mine = "SELECT id FROM passage WHERE document = ?"
        self._connection.execute(
            f"INSERT INTO dropped (generation, passage) SELECT ?, id FROM ({mine})",  # noqa: S608
            (self._generation, document),
        )
        self._connection.execute(f"DELETE FROM sign WHERE passage IN ({mine})", (document,))  # noqa: S608

    def forget(self) -> None:
        """Drop all signs: the vectors are about to be others."""
        self._mean = None
        for table in ("sign", "dropped"):
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608
        names = (SIGNED, _SIGNED_COUNT, _MEAN)
        self._connection.executemany("DELETE FROM meta WHERE name = ?", ((one,) for one in names))

    def finish(self) -> None:
        """Make all signs where the index has become large, or twice as large as it was."""
        self._connection.execute(
            "DELETE FROM dropped WHERE generation < ?", (self._generation - _GENERATIONS_NOTED,)
        )
        count = int(self._connection.execute("SELECT count(*) FROM passage").fetchone()[0])
        known = int(read_meta(self._connection, _SIGNED_COUNT) or 0)
        if count >= max(self._fewest(), 2 * known):
            self._sign_all(count)

    def _fewest(self) -> float:
        """From how many vectors of this length on there are too many to hold."""
        dimensions = int(read_meta(self._connection, DIMENSIONS) or 1)
        return self._signed_from * min(_OWN_DIMENSIONS / dimensions, 1.0)

    def _sign_all(self, count: int) -> None:
        self._mean = self._measure_mean()
        self._connection.execute("DELETE FROM sign")
        found = self._connection.execute(
            "SELECT passage.id, document.language, passage.length, passage.vector FROM passage "
            "JOIN document ON document.id = passage.document"
        )
        while block := found.fetchmany(_AT_ONCE):
            vectors = as_vectors([row[3] for row in block])
            self._insert([row[:3] for row in block], vectors, self._mean)
        write_meta(self._connection, SIGNED, str(self._generation))
        write_meta(self._connection, _SIGNED_COUNT, str(count))
        write_meta(self._connection, _MEAN, self._mean.astype("<f4").tobytes().hex())

    def _measure_mean(self) -> Vectors:
        """The mean of evenly spread passages."""
        found = self._connection.execute("SELECT id FROM passage ORDER BY document, id")
        sample = spread([row[0] for row in found], _SAMPLE)
        return read_vectors(self._connection, sample).mean(axis=0, dtype=np.float32)

    def _insert(
        self, passages: Sequence[tuple[int, str, int]], vectors: Vectors, mean: Vectors
    ) -> None:
        signs = signs_of(centred(vectors, mean)).astype("<u8")
        self._connection.executemany(
            "INSERT OR REPLACE INTO sign (passage, language, length, data) VALUES (?, ?, ?, ?)",
            ((*row, sign.tobytes()) for row, sign in zip(passages, signs, strict=True)),
        )


def spread(ids: Sequence[int], most: int) -> Sequence[int]:
    """Every so manieth of some ids, so that they are no more than ``most``."""
    return ids[:: max(-(-len(ids) // most), 1)]


def read_mean(connection: sqlite3.Connection) -> Vectors:
    """The mean that the signs were made against."""
    stored = bytes.fromhex(read_meta(connection, _MEAN) or "")
    return np.frombuffer(stored, dtype="<f4").astype(np.float32)


def oldest_noted(connection: sqlite3.Connection) -> int:
    """The generation after which everything that was dropped is still noted."""
    return int(read_meta(connection, "generation") or 0) - _GENERATIONS_NOTED
