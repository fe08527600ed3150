"""Reads the index: candidates for a question, scored, in one read transaction."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from bot.vocabulary.errors import KnowledgeUnavailableError
from knowledge.embedding import Embedder, Vectors
from knowledge.index.hits import Found, Hit, Row, best_by_document, build_hit, fitness
from knowledge.index.schema import connect, read_meta, unavailable
from knowledge.index.snapshot import Snapshot, load_snapshot
from knowledge.index.writer import StoredDocument, fingerprint, read_documents
from knowledge.questions import Question, WeightedTerm
from knowledge.ranking import WEIGHTS, Collection

_LEXICAL_POOL = 50
_DENSE_POOL = 30
_SEARCHED_TERMS = 12
_Result = TypeVar("_Result")


class IndexReader:
    """One connection and one generation in memory. Not for several threads at once."""

    def __init__(self, path: Path, embedder: Embedder) -> None:
        self._path = path
        self._embedder = embedder
        self._connection = connect(path)
        self._inode = path.stat().st_ino
        self._snapshot: Snapshot | None = None

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def languages(self) -> dict[str, int]:
        """Number of passages by language."""
        snapshot = self._read(self._current)
        return {language: counts.passages for language, counts in snapshot.statistics.items()}

    def documents(self) -> dict[str, StoredDocument]:
        """All documents by their ``doc_id``."""
        return self._read(lambda: read_documents(self._connection))

    def search(self, question: Question, languages: Sequence[str], limit: int) -> list[Found]:
        """Search within each language; one ``Found`` a language that the index holds.

        Raises:
            KnowledgeUnavailableError: The index can't be read or was built in another way.
        """
        return self._read(lambda: self._search(question, languages, limit))

    def _search(self, question: Question, languages: Sequence[str], limit: int) -> list[Found]:
        snapshot = self._current()
        vector = self._embedder.embed([question.embedded_text])[0]
        cosines = snapshot.cosines(vector) if np.any(vector) else None
        return [
            self._search_language(question, language, cosines, limit)
            for language in languages
            if language in snapshot.statistics
        ]

    def _search_language(
        self, question: Question, language: str, cosines: Vectors | None, limit: int
    ) -> Found:
        wanted = question.terms(language)
        collection = self._collection(wanted, language)
        passages = dict.fromkeys(self._lexical(wanted, collection, language))
        dense = self._dense(cosines, language)
        passages.update(dict.fromkeys(dense))
        scored = self._score(wanted, collection, passages, cosines)
        hits = [hit for hit in scored if hit.doc_id not in question.excluded]
        best = best_by_document(hits, limit)
        return Found(
            language=language,
            hits=best,
            answering=self._answering(wanted, collection, best[0].doc_id) if best else (),
            idf={term.term: collection.idf(term.term) for term in wanted if term.is_own},
        )

    def _answering(
        self, wanted: Sequence[WeightedTerm], collection: Collection, doc_id: str
    ) -> tuple[Hit, ...]:
        """All passages of the best document, the one that answers best first."""
        select = "SELECT * FROM full_passage WHERE doc_id = ?"
        rows = [Row(*row) for row in self._connection.execute(select, (doc_id,))]
        ranked = sorted(rows, key=lambda row: -fitness(row, wanted, collection))
        return tuple(build_hit(row, wanted, collection, cosine=0.0) for row in ranked)

    def _collection(self, wanted: Sequence[WeightedTerm], language: str) -> Collection:
        statistics = self._current().statistics[language]
        read = "SELECT doc FROM vocabulary WHERE term = ?"
        rows = {
            term.term: self._connection.execute(read, (f"{language}_{term.term}",)).fetchone()
            for term in wanted
        }
        return Collection(
            passages=statistics.passages,
            mean_length=statistics.mean_length,
            frequencies={term: row[0] for term, row in rows.items() if row is not None},
        )

    def _lexical(
        self, wanted: Sequence[WeightedTerm], collection: Collection, language: str
    ) -> list[int]:
        """The best passages for the most telling words, by the file's own BM25."""
        known = [term for term in wanted if term.term in collection.frequencies]
        known.sort(key=lambda term: -term.weight * collection.idf(term.term))
        if not known:
            return []
        match = " OR ".join(f'"{language}_{term.term}"' for term in known[:_SEARCHED_TERMS])
        rows = self._connection.execute(
            "SELECT rowid FROM term WHERE term MATCH ? ORDER BY bm25(term, ?, ?, 1.0) LIMIT ?",
            (match, WEIGHTS.title, WEIGHTS.headings, _LEXICAL_POOL),
        )
        return [row[0] for row in rows]

    def _dense(self, cosines: Vectors | None, language: str) -> list[int]:
        if cosines is None:
            return []
        snapshot = self._current()
        rows = np.flatnonzero(snapshot.languages == language)
        best = rows[np.argsort(-cosines[rows])[:_DENSE_POOL]]
        return [int(passage) for passage in snapshot.passages[best]]

    def _score(
        self,
        wanted: Sequence[WeightedTerm],
        collection: Collection,
        passages: Iterable[int],
        cosines: Vectors | None,
    ) -> list[Hit]:
        ids = np.array(list(passages), dtype=np.int64)
        if not len(ids):
            return []
        places = np.searchsorted(self._current().passages, ids)
        near = np.zeros(len(ids)) if cosines is None else cosines[places]
        select = "SELECT * FROM full_passage WHERE passage IN (SELECT value FROM json_each(?))"
        read = self._connection.execute(select, (json.dumps(ids.tolist()),))
        rows = {row[0]: Row(*row) for row in read}
        return [
            build_hit(rows[int(number)], wanted, collection, cosine=max(float(cosine), 0.0))
            for number, cosine in zip(ids, near, strict=True)
        ]

    def _current(self) -> Snapshot:
        """The snapshot of the open read transaction, loaded anew when the index has changed."""
        generation = read_meta(self._connection, "generation") or "0"
        if self._snapshot is None or self._snapshot.generation != generation:
            self._check_fingerprint()
            self._snapshot = load_snapshot(self._connection, generation, self._embedder.dimensions)
        return self._snapshot

    def _check_fingerprint(self) -> None:
        found = read_meta(self._connection, "fingerprint")
        if found is not None and found != fingerprint(self._embedder):
            raise KnowledgeUnavailableError(
                f"The knowledge index {self._path} was built with {found!r}, but Relevo now uses "
                f"{fingerprint(self._embedder)!r}: run 'relevo kb add' once to build it anew."
            )

    def _read(self, work: Callable[[], _Result]) -> _Result:
        """Run ``work`` in one read transaction, so that all it sees is of one generation."""
        try:
            self._reopen_if_replaced()
            self._connection.execute("BEGIN")
            try:
                return work()
            finally:
                self._connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise unavailable(self._path, error) from error

    def _reopen_if_replaced(self) -> None:
        """Follow an index that was deleted and built anew under the same name."""
        if not self._path.exists() or self._path.stat().st_ino != self._inode:
            self._connection.close()
            self._connection = connect(self._path)
            self._inode = self._path.stat().st_ino
            self._snapshot = None
