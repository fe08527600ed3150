"""What of the index a question may see: no document for a narrower audience, none of another product.

The index says which documents those are; their passages are remembered for each kind of asker until
the index changes, in a temporary table of the reader's connection, so that a search by words passes
over them without a list of its own.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.vocabulary.knowledge import Audience
from knowledge.index.schema import LABELLED
from knowledge.labels import contradicts

UNSEEN = " AND NOT EXISTS (SELECT 1 FROM temp.hidden WHERE view = ? AND passage = term.rowid)"
"""For a query over ``term``; its parameter is the ``number`` of the view."""

_MOST_VIEWS = 16
_TABLE = """
    CREATE TEMP TABLE IF NOT EXISTS hidden (
        view INTEGER NOT NULL, passage INTEGER NOT NULL, PRIMARY KEY (view, passage)
    ) WITHOUT ROWID
"""
_LABELLED = f"SELECT id, audience, tags FROM document WHERE {LABELLED}"  # noqa: S608 - our own
_HIDE = """
    INSERT INTO temp.hidden SELECT ?, id FROM passage
    WHERE document IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The passages that one kind of asker may not see; ``hidden`` holds their ids, sorted."""

    number: int
    hidden: NDArray[np.int64]

    def hidden_with(self, excluded: Sequence[int]) -> NDArray[np.int64]:
        """The same passages, and those that one question excludes besides."""
        return np.concatenate((self.hidden, np.asarray(excluded, dtype=np.int64)))

    def where(self) -> tuple[str, tuple[int, ...]]:
        """What a query over ``term`` needs besides, with its parameters; nothing where all is seen."""
        return (UNSEEN, (self.number,)) if len(self.hidden) else ("", ())


@dataclass(slots=True)
class Views:
    """The views of one generation, made when they are first asked for."""

    connection: sqlite3.Connection
    _generation: str = ""
    _known: dict[tuple[Audience, frozenset[str]], View] = field(
        default_factory=dict[tuple[Audience, frozenset[str]], View]
    )

    def of(self, generation: str, audience: Audience, tags: frozenset[str]) -> View:
        """The view of an asker, within the read transaction of this generation."""
        if generation != self._generation or len(self._known) >= _MOST_VIEWS:
            self._forget(generation)
        key = (audience, tags)
        if key not in self._known:
            self._known[key] = self._make(len(self._known), audience, tags)
        return self._known[key]

    def _forget(self, generation: str) -> None:
        self.connection.execute(_TABLE)
        self.connection.execute("DELETE FROM temp.hidden")
        self._known.clear()
        self._generation = generation

    def _make(self, number: int, audience: Audience, tags: frozenset[str]) -> View:
        hidden = [
            document
            for document, narrow, own in self.connection.execute(_LABELLED)
            if not audience.may_read(Audience(narrow)) or contradicts(json.loads(own), tags)
        ]
        self.connection.execute(_HIDE, (number, json.dumps(hidden)))
        rows = self.connection.execute(
            "SELECT passage FROM temp.hidden WHERE view = ? ORDER BY passage", (number,)
        )
        return View(number=number, hidden=np.array([row[0] for row in rows], dtype=np.int64))
