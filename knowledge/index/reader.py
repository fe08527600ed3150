"""Reads the index: candidates for a question, scored, in one read transaction."""

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from bot.vocabulary.errors import KnowledgeUnavailableError
from knowledge.answering.kinds import Wish, wish_of
from knowledge.embedding import Embedder, Vectors
from knowledge.embedding.vectors import of_length_one
from knowledge.index.hits import (
    Found,
    Hit,
    Row,
    Scored,
    best_by_document,
    build_hit,
    fitness,
    interest_of,
    score_row,
)
from knowledge.index.schema import connect, read_meta, unavailable
from knowledge.index.snapshot import Snapshot, load_snapshot
from knowledge.index.spelling import Speller
from knowledge.index.writer import StoredDocument, fingerprint, read_documents
from knowledge.language.words import terms
from knowledge.questions import CORRECTION, Question, WeightedTerm
from knowledge.ranking import WEIGHTS, Scorer, Statistics

_LEXICAL_POOL = 30
_DENSE_POOL = 15
_LOOKED_AT = 30
_SEARCHED_TERMS = 16
_MOST_CORRECTED = 4
_WITHIN_DOCUMENT = replace(WEIGHTS, length=0.0)
"""Within a document a long section, with a table for instance, is no worse than a short aside."""
_Result = TypeVar("_Result")


class IndexReader:
    """One connection and one generation in memory. Not for several threads at once."""

    def __init__(self, path: Path, embedder: Embedder) -> None:
        self._path = path
        self._embedder = embedder
        self._connection = connect(path)
        self._inode = path.stat().st_ino
        self._snapshot: Snapshot | None = None
        self._spellers: dict[str, Speller] = {}

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
        texts, weights = zip(*question.embedded_texts, strict=True)
        summed = np.asarray(weights, dtype=np.float32) @ self._embedder.embed(texts)
        vector = of_length_one(summed[None])[0]
        cosines = snapshot.cosines(vector) if np.any(vector) else None
        return [
            self._search_language(question, language, cosines, limit)
            for language in languages
            if language in snapshot.statistics
        ]

    def _search_language(
        self, question: Question, language: str, cosines: Vectors | None, limit: int
    ) -> Found:
        wanted, collection = self._wanted(question, language)
        scorer = Scorer(wanted, collection, f"{language}_")
        excluded = self._passages_of(question.excluded)
        lexical = self._lexical(wanted, collection, language, excluded)
        dense = self._dense(cosines, language, excluded)
        weight = WEIGHTS.dense if language == question.language else WEIGHTS.dense_abroad
        scored = self._score(list(dict.fromkeys((*lexical, *dense))), scorer, cosines, weight)
        wish, interest = wish_of(question.text), interest_of(wanted, collection)
        hits = best_by_document(scored, scorer, interest, wish, limit)
        judge = Scorer(wanted, collection, f"{language}_", _WITHIN_DOCUMENT)
        return Found(
            language=language,
            hits=hits,
            answering=self._answering(hits[0], judge, wish) if hits else (),
            interest=interest,
        )

    def _answering(self, best: Hit, scorer: Scorer, wish: Wish) -> tuple[Hit, ...]:
        """The passages of the best document around the best one, the one that answers best first."""
        near = "SELECT * FROM full_passage WHERE doc_id = ? ORDER BY abs(passage - ?) LIMIT ?"
        rows = self._connection.execute(near, (best.doc_id, best.passage, _LOOKED_AT))
        scored = [score_row(Row(*row), scorer, 0.0, dense=0.0) for row in rows]
        places = {row: n for n, row in enumerate(sorted(one.row.passage for one in scored))}
        fit = {
            one.row.passage: fitness(one, scorer, wish, place=places[one.row.passage])
            for one in scored
        }
        scored.sort(key=lambda one: (-fit[one.row.passage], one.row.passage))
        return tuple(build_hit(one) for one in scored)

    def _wanted(
        self, question: Question, language: str
    ) -> tuple[tuple[WeightedTerm, ...], Statistics]:
        """The question's terms with their statistics, unknown words corrected where possible."""
        wanted = question.terms(language)
        collection = self._collection(wanted, language)
        unknown = [term for term in wanted if not collection.knows(term)][:_MOST_CORRECTED]
        corrections = {term.term: self._correct(term, language) for term in unknown}
        if not any(corrections.values()):
            return wanted, collection
        corrected = tuple(
            replace(term, alternatives=corrections.get(term.term) or term.alternatives)
            for term in wanted
        )
        return corrected, self._collection(corrected, language)

    def _correct(self, wanted: WeightedTerm, language: str) -> tuple[tuple[str, float], ...]:
        spellings = self._speller(language).correct(wanted.word)
        found = dict.fromkeys(term for word in spellings for term in terms(word, language))
        return tuple((term, CORRECTION) for term in found)

    def _speller(self, language: str) -> Speller:
        """The spellings of this generation, read when the first unknown word comes."""
        if language not in self._spellers:
            rows = self._connection.execute("SELECT word FROM word WHERE language = ?", (language,))
            self._spellers[language] = Speller(row[0] for row in rows)
        return self._spellers[language]

    def _collection(self, wanted: Sequence[WeightedTerm], language: str) -> Statistics:
        statistics = self._current().statistics[language]
        read = "SELECT doc FROM vocabulary WHERE term = ?"
        names = dict.fromkeys(term for one in wanted for term, _ in one.readings)
        rows = {
            name: self._connection.execute(read, (f"{language}_{name}",)).fetchone()
            for name in names
        }
        return Statistics(
            passages=statistics.passages,
            mean_length=statistics.mean_length,
            frequencies={name: row[0] for name, row in rows.items() if row is not None},
        )

    def _passages_of(self, documents: Collection[str]) -> list[int]:
        select = (
            "SELECT passage.id FROM passage JOIN document ON document.id = passage.document "
            "WHERE document.doc_id IN (SELECT value FROM json_each(?))"
        )
        rows = self._connection.execute(select, (json.dumps(sorted(documents)),))
        return [row[0] for row in rows]

    def _lexical(
        self,
        wanted: Sequence[WeightedTerm],
        collection: Statistics,
        language: str,
        excluded: Sequence[int],
    ) -> list[int]:
        """The best passages for the most telling words, by the file's own BM25."""
        telling = sorted(wanted, key=lambda term: -term.weight * collection.idf(term))
        known = [
            name
            for term in telling
            if collection.knows(term)
            for name, _ in term.readings
            if name in collection.frequencies
        ]
        if not known:
            return []
        match = " OR ".join(f'"{language}_{name}"' for name in known[:_SEARCHED_TERMS])
        rows = self._connection.execute(
            "SELECT rowid FROM term WHERE term MATCH ? "
            "AND rowid NOT IN (SELECT value FROM json_each(?)) "
            "ORDER BY bm25(term, ?, ?, 1.0) LIMIT ?",
            (match, json.dumps(excluded), WEIGHTS.title, WEIGHTS.headings, _LEXICAL_POOL),
        )
        return [row[0] for row in rows]

    def _dense(self, cosines: Vectors | None, language: str, excluded: Sequence[int]) -> list[int]:
        if cosines is None:
            return []
        snapshot = self._current()
        is_wanted = snapshot.languages == language
        is_wanted[np.searchsorted(snapshot.passages, excluded)] = False
        rows = np.flatnonzero(is_wanted)
        best = rows[np.argsort(-cosines[rows])[:_DENSE_POOL]]
        return [int(passage) for passage in snapshot.passages[best]]

    def _score(
        self, passages: Sequence[int], scorer: Scorer, cosines: Vectors | None, dense: float
    ) -> list[Scored]:
        ids = np.array(passages, dtype=np.int64)
        near = np.zeros(len(ids))
        if cosines is not None and len(ids):
            near = cosines[np.searchsorted(self._current().passages, ids)]
        similarity = dict(zip(passages, near.tolist(), strict=True))
        select = "SELECT * FROM full_passage WHERE passage IN (SELECT value FROM json_each(?))"
        rows = self._connection.execute(select, (json.dumps(passages),))
        return [score_row(Row(*row), scorer, similarity[row[0]], dense=dense) for row in rows]

    def _current(self) -> Snapshot:
        """The snapshot of the open read transaction, loaded anew when the index has changed."""
        generation = read_meta(self._connection, "generation") or "0"
        if self._snapshot is None or self._snapshot.generation != generation:
            self._check_fingerprint()
            self._spellers = {}
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
