"""What the index remembers of the places that documents come from."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from knowledge.index.schema import connect, unavailable
from knowledge.labels import NO_LABELS, Labels, Relabelling, parse_labels, write_labels


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrigin:
    """An origin; ``read_at`` is when it was last read, ISO 8601 in UTC.

    ``labels`` are those that an operator gave to all of its documents.
    """

    address: str
    kind: str
    read_at: str
    labels: Labels = NO_LABELS


class OriginTable:
    """The origins within an open transaction, and which documents each of them holds.

    A document may be held by several (a folder and a pattern); it stays until the last lets it go.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def known(self) -> dict[str, StoredOrigin]:
        """All origins by their address."""
        return read_origins(self._connection)

    def remember(self, address: str, kind: str) -> None:
        """Note that an origin was read just now."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._connection.execute(
            "INSERT INTO origin (address, kind, read_at) VALUES (?, ?, ?) "
            "ON CONFLICT (address) DO UPDATE SET kind = excluded.kind, read_at = excluded.read_at",
            (address, kind, now),
        )

    def relabel(self, address: str, change: Relabelling) -> None:
        """Change what was said of an origin that is remembered."""
        labels = change.of(self.known()[address].labels)
        self._connection.execute(
            "UPDATE origin SET labels = ? WHERE address = ?", (write_labels(labels), address)
        )

    def forget(self, address: str) -> None:
        """Forget an origin; its documents are no longer held by it."""
        mine = "SELECT id FROM origin WHERE address = ?"
        self._connection.execute(f"DELETE FROM held WHERE origin IN ({mine})", (address,))  # noqa: S608
        self._connection.execute("DELETE FROM origin WHERE address = ?", (address,))

    def hold(self, address: str, doc_id: str) -> None:
        """Note that an origin holds a document."""
        self._connection.execute(
            "INSERT OR IGNORE INTO held (origin, document) SELECT origin.id, document.id "
            "FROM origin, document WHERE origin.address = ? AND document.doc_id = ?",
            (address, doc_id),
        )

    def release(self, address: str, doc_id: str) -> bool:
        """Let a document go; True when no other origin holds it."""
        self._connection.execute(
            "DELETE FROM held WHERE origin = (SELECT id FROM origin WHERE address = ?) "
            "AND document = (SELECT id FROM document WHERE doc_id = ?)",
            (address, doc_id),
        )
        others = self._connection.execute(
            "SELECT 1 FROM held JOIN document ON document.id = held.document "
            "WHERE document.doc_id = ? LIMIT 1",
            (doc_id,),
        )
        return others.fetchone() is None

    def note_validators(self, source: str, etag: str, modified: str) -> None:
        """Keep what a server wants to be shown next time."""
        self._connection.execute(
            "INSERT OR REPLACE INTO fetched (source, etag, modified) VALUES (?, ?, ?)",
            (source, etag, modified),
        )


def load_origins(path: Path) -> tuple[tuple[StoredOrigin, ...], dict[str, tuple[str, str]]]:
    """The origins, and (ETag, Last-Modified) of the sources that still have documents.

    Raises:
        KnowledgeUnavailableError: The index can't be read.
    """
    connection = connect(path)
    try:
        rows = connection.execute(
            "SELECT source, etag, modified FROM fetched "
            "WHERE source IN (SELECT source FROM document)"
        ).fetchall()
        return tuple(read_origins(connection).values()), {row[0]: (row[1], row[2]) for row in rows}
    except sqlite3.Error as error:
        raise unavailable(path, error) from error
    finally:
        connection.close()


def read_origins(connection: sqlite3.Connection) -> dict[str, StoredOrigin]:
    """All origins of an index by their address, in the order in which they were added."""
    rows = connection.execute("SELECT address, kind, read_at, labels FROM origin ORDER BY id")
    return {
        address: StoredOrigin(
            address=address, kind=kind, read_at=read_at, labels=parse_labels(labels)
        )
        for address, kind, read_at, labels in rows
    }


def read_holders(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The addresses of the origins that hold each document."""
    holders: dict[str, tuple[str, ...]] = {}
    rows = connection.execute(
        "SELECT document.doc_id, origin.address FROM held "
        "JOIN document ON document.id = held.document JOIN origin ON origin.id = held.origin "
        "ORDER BY origin.id"
    )
    for doc_id, address in rows:
        holders[doc_id] = (*holders.get(doc_id, ()), address)
    return holders
