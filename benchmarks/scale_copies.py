"""Multiplies an index row by row, to measure sizes for which real documents would take an hour."""

import sqlite3

from knowledge.index.schema import read_meta, write_meta
from knowledge.index.signing import SIGNED_FROM, Signing

_DOCUMENTS = """
    INSERT INTO document (id, doc_id, source, title, url, language, digest, added_at)
    SELECT id + ?, doc_id || '~' || ?, source, title, url, language, digest, added_at
    FROM document WHERE id <= ?
"""
_PASSAGES = """
    INSERT INTO passage (id, document, position, page, headings, text, length, vector)
    SELECT id + ?, document + ?, position, page, headings, text, length, vector
    FROM passage WHERE id <= ? LIMIT ?
"""
_TERMS = """
    INSERT INTO term (rowid, title, headings, body)
    SELECT rowid + ?, title, headings, body FROM term WHERE rowid <= ? LIMIT ?
"""


def multiply(connection: sqlite3.Connection, size: int) -> None:
    """Copy documents with their passages, terms and vectors until there are so many passages."""
    connection.execute("BEGIN IMMEDIATE")
    rows = _one(connection, "SELECT count(*) FROM passage")
    last = _one(connection, "SELECT max(id) FROM passage")
    documents = _one(connection, "SELECT max(id) FROM document")
    for copy in range(1, -(-size // rows)):
        wanted = min(rows, size - copy * rows)
        connection.execute(_DOCUMENTS, (copy * documents, copy, documents))
        connection.execute(_PASSAGES, (copy * last, copy * documents, last, wanted))
        connection.execute(_TERMS, (copy * last, last, wanted))
    connection.execute("INSERT INTO term (term) VALUES ('optimize')")
    generation = int(read_meta(connection, "generation") or 0) + 1
    Signing(connection, generation, SIGNED_FROM).finish()
    write_meta(connection, "next_passage", str(_one(connection, "SELECT max(id) FROM passage") + 1))
    write_meta(connection, "generation", str(generation))
    connection.execute("COMMIT")


def _one(connection: sqlite3.Connection, select: str) -> int:
    return int(connection.execute(select).fetchone()[0])
