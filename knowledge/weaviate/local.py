"""What the index of this machine has to publish, all of one generation."""

import fcntl
import hashlib
import json
import sqlite3
import uuid
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Embedder, Vectors
from knowledge.index.hits import Row
from knowledge.index.schema import connect, read_meta, unavailable, write_meta
from knowledge.index.snapshot import ENOUGH_FOR_MEAN
from knowledge.index.writer import StoredDocument, fingerprint, read_documents
from knowledge.weaviate.shape import FORM, NAMESPACE

_IDENTITY = "identity"
_ALL = (
    "SELECT full_passage.*, passage.position, passage.vector FROM full_passage "
    "JOIN passage ON passage.id = full_passage.passage ORDER BY passage.id"
)
_SOME = (
    "SELECT full_passage.*, passage.position, passage.vector FROM full_passage "
    "JOIN passage ON passage.id = full_passage.passage "
    "WHERE passage.id IN (SELECT value FROM json_each(?))"
)
_LEFT_OUT = {"passage"}
"""Columns that only this file knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPassage:
    """A passage as it is stored: the same content always has the same id."""

    properties: dict[str, Any]
    vector: Vectors
    id: str


@dataclass(slots=True)
class Summary:
    """What an edition says of its passages; ``ids`` are where each lies in the index file."""

    ids: dict[str, int] = field(default_factory=dict[str, int])
    labels: set[str] = field(default_factory=set[str])
    _sum: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @property
    def dimensions(self) -> int:
        """The length of the vectors; 0 when there are none."""
        return len(self._sum)

    def add(self, number: int, passage: LocalPassage) -> None:
        """Count a passage."""
        self.ids[passage.id] = number
        self.labels.add(passage.properties["labels"])
        self._sum = self._sum + passage.vector if len(self._sum) else passage.vector.astype("<f8")

    def mean(self) -> Vectors:
        """The mean of all vectors; zeros where there are too few to tell anything."""
        count = len(self.ids)
        few = count < ENOUGH_FOR_MEAN
        return (np.zeros(len(self._sum)) if few else self._sum / count).astype(np.float32)


class LocalIndex:
    """An index with a read transaction open; made by ``open_local``."""

    def __init__(self, connection: sqlite3.Connection, embedder: Embedder) -> None:
        self._connection = connection
        self._embedder = embedder

    def identity(self) -> str:
        """The name of this index, which a copy of the file keeps and a new one gets anew."""
        return read_meta(self._connection, _IDENTITY) or ""

    def documents(self) -> list[StoredDocument]:
        """All documents, ordered by their ``doc_id``."""
        return list(read_documents(self._connection).values())

    def content(self) -> str:
        """A hash of all that is published, from the documents alone."""
        return content_of(self.documents(), self.fingerprint())

    def fingerprint(self) -> str:
        """What the index was built with."""
        return read_meta(self._connection, "fingerprint") or fingerprint(self._embedder)

    def summary(self) -> Summary:
        """Read all passages once."""
        summary = Summary()
        for number, passage in self._read(_ALL, ()):
            summary.add(number, passage)
        return summary

    def passages(self, numbers: Iterable[int]) -> Iterator[LocalPassage]:
        """Read passages by where they lie."""
        for _, passage in self._read(_SOME, (json.dumps(list(numbers)),)):
            yield passage

    def languages(self) -> dict[str, tuple[int, float]]:
        """Number of passages and mean length of their bodies by language."""
        rows = self._connection.execute(
            "SELECT document.language, count(*), avg(passage.length) FROM passage "
            "JOIN document ON document.id = passage.document GROUP BY document.language"
        )
        return {language: (count, max(float(mean), 1.0)) for language, count, mean in rows}

    def words(self, language: str) -> dict[str, Any]:
        """In how many passages each term of a language stands, and the spellings of its words."""
        mark = f"{language}_"
        terms = self._connection.execute(
            "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ?",
            (mark, f"{language}`"),  # the character after the underscore
        )
        spelled = self._connection.execute(
            "SELECT word FROM word WHERE language = ? ORDER BY word", (language,)
        )
        return {
            "frequencies": {term.removeprefix(mark): count for term, count in terms},
            "spellings": [row[0] for row in spelled],
        }

    def _read(self, select: str, parameters: tuple[str, ...]) -> Iterator[tuple[int, LocalPassage]]:
        for *columns, position, vector in self._connection.execute(select, parameters):
            row = Row(*columns)
            yield row.passage, _passage(row, position, vector)


@contextmanager
def open_local(path: Path, embedder: Embedder) -> Generator[LocalIndex]:
    """Open the index for reading; all that is read within the block is of one generation.

    Raises:
        KnowledgeUnavailableError: The index can't be read.
    """
    connection = connect(path)
    try:
        _name_index(connection)
        connection.execute("BEGIN")
        yield LocalIndex(connection, embedder)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise unavailable(path, error) from error
    finally:
        connection.close()


@contextmanager
def one_publisher(path: Path) -> Generator[None]:
    """Wait until no other process publishes this index: two would mix their passages."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name("publish.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def labels_text(audience: str, tags: str) -> str:
    """Audience and tags (JSON) in one text."""
    return f"{audience} {tags}"


def as_published(document: StoredDocument) -> dict[str, Any]:
    """A document for the list of an edition."""
    fields = asdict(document)
    return fields | {"review_by": document.review_by.isoformat() if document.review_by else None}


def content_of(documents: Iterable[StoredDocument], built_with: str) -> str:
    """A hash of the documents and of how they were indexed."""
    known = [as_published(one) for one in documents]
    return hashlib.sha256(json.dumps([FORM, built_with, known]).encode()).hexdigest()


def _name_index(connection: sqlite3.Connection) -> None:
    if read_meta(connection, _IDENTITY) is None:
        connection.execute("BEGIN IMMEDIATE")
        if read_meta(connection, _IDENTITY) is None:
            write_meta(connection, _IDENTITY, uuid.uuid4().hex)
        connection.execute("COMMIT")


def _passage(row: Row, position: int, vector: bytes) -> LocalPassage:
    known = {name: value for name, value in row._asdict().items() if name not in _LEFT_OUT}
    properties = {name: value for name, value in known.items() if value is not None}
    properties |= {"position": position, "labels": labels_text(row.audience, row.tags)}
    said = json.dumps([FORM, properties], sort_keys=True, ensure_ascii=False).encode()
    name = hashlib.sha256(said + vector).hexdigest()
    return LocalPassage(
        properties=properties,
        vector=np.frombuffer(vector, dtype="<f2").astype(np.float32),
        id=str(uuid.uuid5(NAMESPACE, name)),
    )
