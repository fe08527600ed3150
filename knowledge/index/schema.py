"""The tables of the index file, and how it is opened.

One SQLite file in WAL mode: readers in any number of processes go on with the last complete version
while one writer prepares the next, and a killed writer leaves nothing behind. ``generation`` in
``meta`` grows with each committed change; a reader compares it inside the transaction it reads in,
so that what it holds in memory always belongs to the rows it reads.

``stated`` is what a document says of its labels itself, ``labels`` what was said of an origin;
``audience``, ``tags`` and ``review_by`` are what holds for the document. ``sign`` and ``dropped`` are
filled when there are very many passages (``signing``).
"""

import sqlite3
from pathlib import Path

from bot.vocabulary.errors import KnowledgeUnavailableError

SCHEMA = "4"
_FORMER = frozenset({"1", "2", "3"})
"""Forms that become today's by adding what they lack; nothing of them is lost."""
FILE_NAME = "index.sqlite"
_BUSY_SECONDS = 5.0

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY,
    doc_id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    language TEXT NOT NULL,
    digest TEXT NOT NULL,
    added_at TEXT NOT NULL,
    stated TEXT NOT NULL DEFAULT '{}',
    audience TEXT NOT NULL DEFAULT 'public',
    tags TEXT NOT NULL DEFAULT '[]',
    review_by TEXT
);
CREATE INDEX IF NOT EXISTS document_source ON document (source);
CREATE TABLE IF NOT EXISTS passage (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document (id),
    position INTEGER NOT NULL,
    page INTEGER,
    headings TEXT NOT NULL,
    text TEXT NOT NULL,
    length INTEGER NOT NULL,
    vector BLOB NOT NULL,
    anchor TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS origin (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    read_at TEXT NOT NULL,
    labels TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS held (
    origin INTEGER NOT NULL REFERENCES origin (id),
    document INTEGER NOT NULL REFERENCES document (id),
    PRIMARY KEY (origin, document)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_document ON held (document);
CREATE TABLE IF NOT EXISTS fetched (
    source TEXT PRIMARY KEY, etag TEXT NOT NULL, modified TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS word (
    language TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (language, word)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sign (
    passage INTEGER PRIMARY KEY, language TEXT NOT NULL, length INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS dropped (
    generation INTEGER NOT NULL, passage INTEGER NOT NULL, PRIMARY KEY (generation, passage)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS passage_document ON passage (document);
CREATE VIRTUAL TABLE IF NOT EXISTS term USING fts5 (
    title, headings, body, tokenize = "unicode61 remove_diacritics 0 tokenchars '_+#'"
);
CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab (term, row);
DROP VIEW IF EXISTS full_passage;
CREATE VIEW full_passage AS
    SELECT passage.id AS passage, document.doc_id, document.title, document.url, document.language,
        passage.headings, passage.text, passage.page,
        term.title AS title_terms, term.headings AS heading_terms, term.body AS body_terms,
        passage.anchor, document.audience, document.tags, document.review_by
    FROM passage
    JOIN document ON document.id = passage.document
    JOIN term ON term.rowid = passage.id;
"""
LABELLED = "stated <> '{}' OR audience <> 'public' OR tags <> '[]' OR review_by IS NOT NULL"
"""Documents of which something is said; they have an index, which a query finds by these words."""
_ADDED = {
    "document": (
        "stated TEXT NOT NULL DEFAULT '{}'",
        "audience TEXT NOT NULL DEFAULT 'public'",
        "tags TEXT NOT NULL DEFAULT '[]'",
        "review_by TEXT",
    ),
    "passage": ("anchor TEXT NOT NULL DEFAULT ''",),
    "origin": ("labels TEXT NOT NULL DEFAULT '{}'",),
}
"""The columns that tables of form 2 lack."""


def index_path(data_dir: Path) -> Path:
    """Where the index of a data folder lies."""
    return data_dir / "knowledge" / FILE_NAME


def connect(path: Path) -> sqlite3.Connection:
    """Open the index file, creating an empty one when there is none.

    The connection is in autocommit mode and may be handed from thread to thread.

    Raises:
        KnowledgeUnavailableError: The file can't be opened, is damaged, or is of another version.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
    except (OSError, sqlite3.Error) as error:
        raise unavailable(path, error) from error
    try:
        _prepare(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise unavailable(path, error) from error
    except KnowledgeUnavailableError:
        connection.close()
        raise
    return connection


def unavailable(path: Path, error: Exception) -> KnowledgeUnavailableError:
    """Say what is wrong with an index file and what helps."""
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return KnowledgeUnavailableError(
            f"Another process is writing to {path}: wait until it is done and try again."
        )
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return KnowledgeUnavailableError(
            f"The knowledge index {path} is damaged ({error}): delete it and add the documents again."
        )
    return KnowledgeUnavailableError(
        f"The knowledge index {path} can't be used ({error}): check the folder and its rights."
    )


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA mmap_size = 2147418112")
    found = read_meta(connection, "schema")
    if found is None or found in _FORMER:
        _create_tables(connection)
    elif found != SCHEMA:
        raise KnowledgeUnavailableError(
            f"The knowledge index {path} was written by another version of Relevo (form {found}, "
            f"not {SCHEMA}): update this Relevo, or move the index away and add the documents again."
        )


def _create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables and columns that are missing; another process may be doing the same."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)
    if read_meta(connection, "schema") in _FORMER:
        _add_columns(connection)
    connection.execute(f"CREATE INDEX IF NOT EXISTS labelled ON document (id) WHERE {LABELLED}")
    write_meta(connection, "schema", SCHEMA)
    if read_meta(connection, "generation") is None:
        write_meta(connection, "generation", "0")
    connection.execute("COMMIT")


def _add_columns(connection: sqlite3.Connection) -> None:
    """Give former tables today's columns; pages are fetched anew, to read what they say of labels."""
    for table, columns in _ADDED.items():
        known = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        for column in columns:
            if column.split()[0] not in known:
                connection.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    connection.execute("DELETE FROM fetched")


def read_meta(connection: sqlite3.Connection, name: str) -> str | None:
    """Read one value about the index itself; None when it was never written."""
    exists = "SELECT 1 FROM sqlite_master WHERE name = 'meta'"
    if connection.execute(exists).fetchone() is None:
        return None
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def write_meta(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Write one value about the index itself."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
