"""How many of the nearest passages are found by their signs, which is all a large index holds."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

import numpy as np

from bot.vocabulary.knowledge import Query
from knowledge import EmbeddedKnowledge
from knowledge.embedding import Vectors
from knowledge.index.aim import aim_of
from knowledge.index.rows import centred, read_vectors
from knowledge.index.schema import connect
from knowledge.index.search import DENSE_POOL
from knowledge.index.signed import SignedSnapshot
from knowledge.index.snapshot import load_snapshot
from knowledge.questions import Question

_AT_ONCE = 4_096
_ALIKE = 1e-5
"""Copies of a passage are as near as it is, but for rounding."""


def nearest_found(knowledge: EmbeddedKnowledge, asked: Sequence[str]) -> dict[str, object]:
    """The share of the nearest passages by all numbers; nothing for an index that holds those."""
    questions = [Question.of(Query(text=text, language="en")) for text in asked]
    found = [aim_of(question, knowledge.embedder).vector for question in questions]
    aims = np.array([aim for aim in found if aim is not None])
    with closing(connect(knowledge.path)) as connection:
        snapshot = load_snapshot(connection, "0")
        if not isinstance(snapshot, SignedSnapshot):
            return {}
        least = _last_of_nearest(connection, snapshot, centred(aims, snapshot.mean))
        shares: list[float] = []
        for aim, bound in zip(aims, least, strict=True):
            compared = snapshot.compare(aim, connection)
            near = compared.cosines(compared.nearest("en", (), DENSE_POOL))
            shares.append(float(np.mean(np.array(near) >= bound - _ALIKE)))
    return {f"nearest {DENSE_POOL} found by signs": f"{np.mean(shares):.3f}"}


def _last_of_nearest(
    connection: sqlite3.Connection, snapshot: SignedSnapshot, aims: Vectors
) -> list[float]:
    """The cosine of the last of the nearest passages to each aim, by all numbers of all passages."""
    passages = snapshot.rows.passages[snapshot.rows.wanted("en", ())]
    best: Vectors = np.full((DENSE_POOL, len(aims)), -1, dtype=np.float32)
    for start in range(0, len(passages), _AT_ONCE):
        vectors = read_vectors(connection, passages[start : start + _AT_ONCE])
        cosines = np.concatenate((best, centred(vectors, snapshot.mean) @ aims.T))
        best = np.partition(cosines, -DENSE_POOL, axis=0)[-DENSE_POOL:]
    return best.min(axis=0).tolist()
