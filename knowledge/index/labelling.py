"""What holds for each document, from what it says itself and what was said of its origins.

It is worked out anew before each commit, so that no change of a document, of who holds it or of what
was said of an origin can leave a document open to people for whom it is not.
"""

import json
import sqlite3
from collections import defaultdict

from knowledge.labels import Labels, combine, parse_labels, read_columns

_ABOVE = """
    SELECT held.document, origin.labels FROM held JOIN origin ON origin.id = held.origin
    WHERE origin.labels <> '{}'
"""
_LABELLED = """
    SELECT id, doc_id, stated, audience, tags, review_by FROM document
    WHERE stated <> '{}' OR audience <> 'public' OR tags <> '[]' OR review_by IS NOT NULL
    OR id IN (SELECT held.document FROM held JOIN origin ON origin.id = held.origin
        WHERE origin.labels <> '{}')
    ORDER BY doc_id
"""
_UPDATE = "UPDATE document SET audience = ?, tags = ?, review_by = ? WHERE id = ?"


def settle_labels(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Bring the columns for readers up to date; the ``doc_id`` of each document that changed."""
    above = defaultdict[int, list[Labels]](list)
    for document, labels in connection.execute(_ABOVE):
        above[document].append(parse_labels(labels))
    changed: list[str] = []
    for number, doc_id, stated, *columns in connection.execute(_LABELLED).fetchall():
        holds = combine(parse_labels(stated), above.get(number, ()))
        if holds != read_columns(*columns):
            review_by = holds.review_by.isoformat() if holds.review_by else None
            tags = json.dumps(holds.tags, ensure_ascii=False)
            connection.execute(_UPDATE, (holds.audience, tags, review_by, number))
            changed.append(doc_id)
    return tuple(changed)
