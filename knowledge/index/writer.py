"""Writes the index: everything of one run in one transaction."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from bot.vocabulary.knowledge import Audience
from knowledge.chunks import MAX_CHARACTERS, Passage, split_document
from knowledge.documents import Document
from knowledge.embedding import Embedder
from knowledge.index.labelling import settle_labels
from knowledge.index.origins import OriginTable, read_holders
from knowledge.index.passages import PassageTable
from knowledge.index.schema import connect, read_meta, unavailable, write_meta
from knowledge.index.signing import SIGNED_FROM, Signing
from knowledge.labels import NO_LABELS, write_labels
from knowledge.language.words import ANALYSIS

_MANY_PASSAGES = 2_000
_MOST_ALIKE = 300
_BODIES = (
    "SELECT document.doc_id, term.body FROM passage "
    "JOIN document ON document.id = passage.document JOIN term ON term.rowid = passage.id"
)
OnProgress = Callable[[int, int, str], None]
"""Hears how many documents are done, of how many, and which is next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """What the index knows about a document.

    ``added_at`` is ISO 8601 in UTC; ``origins`` are the addresses of what it was read from: none
    for a document of a former version whose origin has not been added again. ``audience``, ``tags``
    and ``review_by`` are what holds for it, whoever said so.
    """

    doc_id: str
    title: str
    url: str | None
    language: str
    source: str
    digest: str
    added_at: str
    origins: tuple[str, ...] = ()
    audience: Audience = Audience.PUBLIC
    tags: tuple[str, ...] = ()
    review_by: date | None = None


@contextmanager
def open_writer(
    path: Path,
    embedder: Embedder,
    *,
    on_progress: OnProgress | None = None,
    signed_from: int = SIGNED_FROM,
) -> Generator["IndexWriter"]:
    """Open a transaction; leaving the block commits it, an exception or a crash undoes all of it.

    An index that was built with another embedder or analysis is built anew from its own passages
    within the same transaction, of which ``on_progress`` hears. From ``signed_from`` passages on
    readers keep the signs of vectors alone in memory.

    Raises:
        KnowledgeUnavailableError: Another process is writing, the file can't be used, or the
            embedder failed.
    """
    connection = connect(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        writer = IndexWriter(connection, embedder, signed_from)
        writer.rebuild_if_foreign(on_progress or _tell_nobody)
        yield writer
        writer.finish()
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise unavailable(path, error) from error
    finally:
        connection.close()


def _tell_nobody(done: int, total: int, name: str) -> None:
    """Nobody watches."""


def fingerprint(embedder: Embedder) -> str:
    """What an index must have been built with to be read."""
    return f"{ANALYSIS}|{embedder.fingerprint}"


def digest(document: Document, language: str) -> str:
    """A hash of everything that ends up in the index, and of how it is cut.

    Labels and anchors count where there are any: without, the hash is that of former versions.
    """
    fields = asdict(document)
    labels = fields.pop("labels")
    del fields["notes"]
    anchors = [block.pop("anchor") for block in fields["blocks"]]
    said = [labels] if document.labels != NO_LABELS else []
    said += [anchors] if any(anchors) else []
    content = json.dumps([fields, language, MAX_CHARACTERS, *said], default=str, sort_keys=True)
    return hashlib.sha256(content.encode("utf-8", errors="replace")).hexdigest()


class IndexWriter:
    """The open transaction; made by ``open_writer``."""

    def __init__(
        self, connection: sqlite3.Connection, embedder: Embedder, signed_from: int = SIGNED_FROM
    ) -> None:
        self._connection = connection
        self._embedder = embedder
        self._written = 0
        self._settled_at = -1
        self._generation = int(read_meta(connection, "generation") or 0) + 1
        self._signs = Signing(connection, self._generation, signed_from)
        self._passages = PassageTable(connection, embedder, self._signs)
        self.origins = OriginTable(connection)

    def documents(self) -> dict[str, StoredDocument]:
        """All documents by their ``doc_id``."""
        return read_documents(self._connection)

    def count(self) -> int:
        """How many passages there are."""
        self._passages.flush()
        return int(self._connection.execute("SELECT count(*) FROM passage").fetchone()[0])

    def passages(self) -> Iterator[tuple[str, str]]:
        """The ``doc_id`` of each passage's document, with the terms of its body."""
        self._passages.flush()
        yield from self._connection.execute(f"{_BODIES} ORDER BY passage.id")

    def passages_of(self, documents: Collection[str]) -> Iterator[tuple[str, str]]:
        """The same of some documents alone."""
        self._passages.flush()
        wanted = "WHERE document.doc_id IN (SELECT value FROM json_each(?)) ORDER BY passage.id"
        named = json.dumps(sorted(documents))
        yield from self._connection.execute(f"{_BODIES} {wanted}", (named,))

    def passages_with(self, runs: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The same of passages whose bodies hold one of these runs of terms, at most some hundred."""
        self._passages.flush()
        found = "SELECT rowid FROM term WHERE term MATCH ? LIMIT ?"
        wanted = f"WHERE passage.id IN ({found}) ORDER BY passage.id"
        match = "body : (" + " OR ".join(f'"{run}"' for run in runs) + ")"
        yield from self._connection.execute(f"{_BODIES} {wanted}", (match, _MOST_ALIKE))

    def put(self, document: Document, *, doc_id: str, language: str, source: str) -> None:
        """Add a document or replace the one with the same ``doc_id``; who holds it stays."""
        known = self._number_of(doc_id)
        if known is not None:
            self._passages.remove(known)
        cursor = self._connection.execute(
            "INSERT INTO document (doc_id, source, title, url, language, digest, added_at, stated) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (doc_id) DO UPDATE SET "
            "source = excluded.source, title = excluded.title, url = excluded.url, "
            "language = excluded.language, digest = excluded.digest, "
            "added_at = excluded.added_at, stated = excluded.stated",
            (
                doc_id,
                source,
                document.title,
                document.url,
                language,
                digest(document, language),
                datetime.now(UTC).isoformat(timespec="seconds"),
                write_labels(document.labels),
            ),
        )
        number = known if known is not None else cursor.lastrowid or 0
        self._put_passages(number, document.title, language, split_document(document))

    def _put_passages(
        self, document: int, title: str, language: str, passages: Sequence[Passage]
    ) -> None:
        self._written += 1 + len(passages)
        self._passages.put(document, title, language, passages)

    def remove(self, doc_id: str) -> bool:
        """Take a document out; False when there is none of that name."""
        number = self._number_of(doc_id)
        if number is None:
            return False
        self._passages.remove(number)
        self._connection.execute("DELETE FROM held WHERE document = ?", (number,))
        self._connection.execute("DELETE FROM document WHERE id = ?", (number,))
        self._written += 1
        return True

    def move(self, doc_id: str, source: str) -> None:
        """Note that an unchanged document is now found elsewhere."""
        self._connection.execute(
            "UPDATE document SET source = ? WHERE doc_id = ?", (source, doc_id)
        )

    def rebuild_if_foreign(self, tell: OnProgress) -> None:
        """Compute terms and vectors anew from the stored passages when they are another method's."""
        wanted = fingerprint(self._embedder)
        if read_meta(self._connection, "fingerprint") == wanted:
            return
        self._passages.forget_vectors()
        rows = self._connection.execute("SELECT id, title, language FROM document").fetchall()
        for place, (number, title, language) in enumerate(rows):
            tell(place, len(rows), title)
            passages = self._passages.of(number)
            self._passages.remove(number)
            self._put_passages(number, title, language, passages)
        self._passages.flush()
        write_meta(self._connection, "fingerprint", wanted)
        self._written += 1

    def settle(self) -> tuple[str, ...]:
        """Bring labels in line with what documents and their origins say; who has new ones."""
        if self._settled_at == self._connection.total_changes:
            return ()
        changed = settle_labels(self._connection)
        self._settled_at = self._connection.total_changes
        self._written += len(changed)
        return changed

    def finish(self) -> None:
        """Make the change visible to readers, and the term index compact after a large one."""
        self._passages.flush()
        self.settle()
        if not self._written:
            return
        self._signs.finish()
        if self._written > _MANY_PASSAGES:
            self._connection.execute("INSERT INTO term (term) VALUES ('optimize')")
        write_meta(self._connection, "generation", str(self._generation))

    def _number_of(self, doc_id: str) -> int | None:
        find = "SELECT id FROM document WHERE doc_id = ?"
        row = self._connection.execute(find, (doc_id,)).fetchone()
        return None if row is None else int(row[0])


@lru_cache(maxsize=1_000)
def _tags(stored: str) -> tuple[str, ...]:
    """Most documents have the same few, or none."""
    return tuple(json.loads(stored))


def read_documents(connection: sqlite3.Connection) -> dict[str, StoredDocument]:
    """All documents of an index by their ``doc_id``, in the order of their names."""
    rows = connection.execute(
        "SELECT doc_id, title, url, language, source, digest, added_at, audience, tags, review_by "
        "FROM document ORDER BY doc_id"
    )
    holders = read_holders(connection)
    return {
        row[0]: StoredDocument(
            doc_id=row[0],
            title=row[1],
            url=row[2],
            language=row[3],
            source=row[4],
            digest=row[5],
            added_at=row[6],
            origins=holders.get(row[0], ()),
            audience=Audience(row[7]),
            tags=_tags(row[8]),
            review_by=date.fromisoformat(row[9]) if row[9] else None,
        )
        for row in rows
    }
