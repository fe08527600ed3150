"""The passages within an open transaction: their terms, vectors and spellings."""

import json
import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np

from knowledge.chunks import Passage
from knowledge.embedding import Embedder, EmbeddingUnavailableError, Vectors
from knowledge.index.schema import read_meta, write_meta
from knowledge.index.signing import DIMENSIONS, Signing
from knowledge.language.words import plain_text, terms, words

_NEXT = "next_passage"
_Waiting = tuple[int, str, str, Passage]
"""Number, title and language of a document, and a passage of it."""


class PassageTable:
    """Puts passages in and takes them out; vectors are computed for several documents at once.

    An id is never given twice, so that a reader knows new passages by their ids.
    """

    def __init__(self, connection: sqlite3.Connection, embedder: Embedder, signs: Signing) -> None:
        self._connection = connection
        self._embedder = embedder
        self._signs = signs
        self._waiting: list[_Waiting] = []
        highest = connection.execute("SELECT coalesce(max(id), 0) FROM passage").fetchone()[0]
        self._next = max(int(read_meta(connection, _NEXT) or 1), highest + 1)

    def put(self, document: int, title: str, language: str, passages: Sequence[Passage]) -> None:
        """Add the passages of a document; ``flush`` writes what is still to be embedded."""
        self._note_words(title, language, passages)
        self._waiting += [(document, title, language, passage) for passage in passages]
        if len(self._waiting) >= self._embedder.batch:
            self.flush()

    def remove(self, document: int) -> None:
        """Take all passages of a document out."""
        self._waiting = [one for one in self._waiting if one[0] != document]
        self._signs.drop(document)
        terms_of = "DELETE FROM term WHERE rowid IN (SELECT id FROM passage WHERE document = ?)"
        self._connection.execute(terms_of, (document,))
        self._connection.execute("DELETE FROM passage WHERE document = ?", (document,))

    def of(self, document: int) -> list[Passage]:
        """The passages of a document as they were put in."""
        rows = self._connection.execute(
            "SELECT headings, text, position, page, anchor FROM passage "
            "WHERE document = ? ORDER BY id",
            (document,),
        )
        return [
            Passage(
                headings=tuple(json.loads(headings)),
                text=text,
                position=position,
                page=page,
                anchor=anchor,
            )
            for headings, text, position, page, anchor in rows
        ]

    def forget_vectors(self) -> None:
        """Expect vectors of another embedder from now on."""
        self._signs.forget()
        self._connection.execute("DELETE FROM meta WHERE name = ?", (DIMENSIONS,))

    def flush(self) -> None:
        """Embed and write what waits.

        Raises:
            EmbeddingUnavailableError: The embedder failed, or its vectors are not those it gave before.
        """
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        texts = [embedded_text(title, passage) for _, title, _, passage in waiting]
        vectors = self._embedder.embed(texts)
        self._check(vectors.shape[1])
        halves = vectors.astype("<f2")
        written = [self._insert(one, half) for one, half in zip(waiting, halves, strict=True)]
        self._signs.add(written, halves.astype(np.float32))
        write_meta(self._connection, _NEXT, str(self._next))

    def _check(self, dimensions: int) -> None:
        known = read_meta(self._connection, DIMENSIONS)
        if known is None:
            write_meta(self._connection, DIMENSIONS, str(dimensions))
        elif int(known) != dimensions:
            raise EmbeddingUnavailableError(
                f"The embedding model now gives vectors of {dimensions} numbers, but the index "
                f"holds {known}: name the model that built it, or delete the index and add all "
                "documents again."
            )

    def _insert(self, one: _Waiting, vector: Vectors) -> tuple[int, str, int]:
        """Write one passage; its id, language and length."""
        document, title, language, passage = one
        number, self._next = self._next, self._next + 1
        fields = passage_terms(title, passage, language)
        self._connection.execute(
            "INSERT INTO passage "
            "(id, document, position, page, headings, text, length, vector, anchor) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                document,
                passage.position,
                passage.page,
                json.dumps(passage.headings, ensure_ascii=False),
                passage.text,
                len(fields[2]),
                np.ascontiguousarray(vector).tobytes(),
                passage.anchor,
            ),
        )
        self._connection.execute(
            "INSERT INTO term (rowid, title, headings, body) VALUES (?, ?, ?, ?)",
            (number, *(" ".join(field) for field in fields)),
        )
        return number, language, len(fields[2])

    def _note_words(self, title: str, language: str, passages: Sequence[Passage]) -> None:
        """Remember spellings. Those of removed documents stay: they correct to nothing."""
        texts = [embedded_text(title, passage) for passage in passages]
        self._connection.executemany(
            "INSERT OR IGNORE INTO word (language, word) VALUES (?, ?)",
            ((language, word) for word in sorted(spelled_words(texts))),
        )


def spelled_words(texts: Iterable[str]) -> set[str]:
    """The words of texts as they are spelled, without codes; for corrections of questions."""
    return {word for text in texts for word in words(text) if word.isalpha() and len(word) > 2}  # noqa: PLR2004


def embedded_text(title: str, passage: Passage) -> str:
    """The text that stands for a passage in the vector space."""
    return plain_text("\n".join((title, *passage.headings, passage.text)))


def passage_terms(title: str, passage: Passage, language: str) -> tuple[list[str], ...]:
    """Index terms of title, headings and body, each marked with its language.

    The mark keeps the statistics of languages apart and makes a search within one language need no
    filter: ``es_envi`` can only be met in Spanish passages.
    """
    fields = (title, "\n".join(passage.headings), plain_text(passage.text))
    return tuple(mark_terms(terms(field, language), language) for field in fields)


def mark_terms(found: Sequence[str], language: str) -> list[str]:
    """Mark terms with their language."""
    return [f"{language}_{term}" for term in found]
