"""What holds for each document, from what it says itself and what was said of its origins.

It is worked out anew before each commit, so that no change of a document, of who holds it or of what
was said of an origin can leave a document open to people for whom it is not.
"""

import json
import sqlite3
from functools import lru_cache

from knowledge.index.schema import LABELLED
from knowledge.labels import combine, parse_labels

_ABOVE = """
    SELECT held.document, json_group_array(DISTINCT origin.labels)
    FROM held JOIN origin ON origin.id = held.origin
    WHERE origin.labels <> '{}' GROUP BY held.document
"""
_LABELLED = f"""
    WITH above (document, labels) AS MATERIALIZED ({_ABOVE})
    SELECT document.id, doc_id, stated, coalesce(above.labels, '[]'), audience, tags, review_by
    FROM (SELECT document AS id FROM above UNION SELECT id FROM document WHERE {LABELLED}) AS said
    JOIN document ON document.id = said.id LEFT JOIN above ON above.document = said.id
"""  # noqa: S608 - our own words
_UPDATE = "UPDATE document SET audience = ?, tags = ?, review_by = ? WHERE id = ?"


def settle_labels(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Bring the columns for readers up to date; the ``doc_id`` of each document that changed."""
    changed = [
        (number, doc_id, holds)
        for number, doc_id, stated, above, *columns in connection.execute(_LABELLED)
        if (holds := _columns(stated, above)) != tuple(columns)
    ]
    connection.executemany(_UPDATE, ((*holds, number) for number, _, holds in changed))
    return tuple(sorted(doc_id for _, doc_id, _ in changed))


@lru_cache(maxsize=1024)
def _columns(stated: str, above: str) -> tuple[str, str, str | None]:
    """What holds, as readers find it; most documents of an origin say the same."""
    holds = combine(parse_labels(stated), map(parse_labels, json.loads(above)))
    review_by = holds.review_by.isoformat() if holds.review_by else None
    return str(holds.audience), json.dumps(holds.tags, ensure_ascii=False), review_by
