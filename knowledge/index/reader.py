"""Reads the index: candidates for a question, scored, in one read transaction."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

from bot.vocabulary.errors import KnowledgeUnavailableError
from knowledge.embedding import Embedder
from knowledge.index.aim import OTHER_LENGTH, Aim, aim_of
from knowledge.index.hits import Found, Hit, Row
from knowledge.index.passages import spelled_words
from knowledge.index.rows import Ids
from knowledge.index.schema import connect, read_meta, unavailable
from knowledge.index.search import DENSE_POOL, LEXICAL_POOL, LOOKED_AT, Candidate, LanguageSearch
from knowledge.index.signing import SIGNED_FROM
from knowledge.index.snapshot import Comparison, Snapshot, load_snapshot
from knowledge.index.spelling import Speller
from knowledge.index.view import View, Views
from knowledge.index.writer import StoredDocument, fingerprint, read_documents
from knowledge.language.words import plain_text
from knowledge.questions import Question
from knowledge.ranking import WEIGHTS, Statistics

_MOST_LEARNT = 1_000
_MOST_SCORED = 20_000
"""Passages of a large index that the file's BM25 may look at for one question: a word that many of
them hold tells little, and costs most."""
_Result = TypeVar("_Result")


class IndexReader:
    """A ``PassageStore``: one connection and one generation in memory, for one thread at a time."""

    parallel = 1

    def __init__(self, path: Path, embedder: Embedder) -> None:
        self._path = path
        self._embedder = embedder
        self._connection = connect(path)
        self._inode = path.stat().st_ino
        self._snapshot: Snapshot | None = None
        self._spellers: dict[str, Speller] = {}
        self._frequencies: dict[str, int] = {}
        self._views = Views(self._connection)

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
        snapshot, aim = self._current(), aim_of(question, self._embedder)
        if aim.vector is not None and len(aim.vector) != snapshot.dimensions:
            aim = Aim(note=OTHER_LENGTH if snapshot.dimensions else "")
        near = None if aim.vector is None else snapshot.compare(aim.vector, self._connection)
        return [
            replace(self._search_language(question, language, near, limit), note=aim.note)
            for language in languages
            if language in snapshot.statistics
        ]

    def _search_language(
        self, question: Question, language: str, near: Comparison | None, limit: int
    ) -> Found:
        search = LanguageSearch(question, _Vocabulary(self, language))
        excluded = self._passages_of(question.excluded)
        view = self._views.of(self._current().generation, question.audience, question.tags)
        chosen = self._lexical(search.telling, excluded, view)
        if near is not None:
            chosen += near.nearest(language, view.hidden_with(excluded), DENSE_POOL)
        hits = search.best(self._candidates(list(dict.fromkeys(chosen)), near), limit)
        return search.found(hits, search.answering(self._around(hits[0])) if hits else ())

    def _around(self, best: Hit) -> list[Row]:
        """The passages of the best document around the best one."""
        near = "SELECT * FROM full_passage WHERE doc_id = ? ORDER BY abs(passage - ?) LIMIT ?"
        rows = self._connection.execute(near, (best.doc_id, best.passage, LOOKED_AT))
        return [Row(*row) for row in rows]

    def statistics(self, names: Iterable[str], language: str) -> Statistics:
        """In how many passages of a language each term stands, within the open transaction."""
        statistics = self._current().statistics[language]
        counts = {name: self._frequency(f"{language}_{name}") for name in names}
        return Statistics(
            passages=statistics.passages,
            mean_length=statistics.mean_length,
            frequencies={name: count for name, count in counts.items() if count},
        )

    def _frequency(self, term: str) -> int:
        """In how many passages a marked term stands; the file has to count them each time.

        Terms that stand in none are not kept: people may write as many of them as they like.
        """
        if term not in self._frequencies:
            read = "SELECT doc FROM vocabulary WHERE term = ?"
            row = self._connection.execute(read, (term,)).fetchone()
            if row is None:
                return 0
            self._frequencies[term] = row[0]
        return self._frequencies[term]

    def _affordable(self, telling: Sequence[str]) -> list[str]:
        """Of a large index so many telling words that the passages which hold them are scored soon."""
        if sum(one.passages for one in self._current().statistics.values()) < SIGNED_FROM:
            return list(telling)
        sums = accumulate(self._frequency(term) for term in telling)
        found = zip(telling, sums, strict=True)
        return [
            term for place, (term, total) in enumerate(found) if not place or total <= _MOST_SCORED
        ]

    def speller(self, language: str) -> Speller:
        """The spellings of this generation, read when the first unknown word comes."""
        if language not in self._spellers:
            rows = self._connection.execute("SELECT word FROM word WHERE language = ?", (language,))
            self._spellers[language] = Speller(row[0] for row in rows)
        return self._spellers[language]

    def _passages_of(self, documents: Collection[str]) -> list[int]:
        select = (
            "SELECT passage.id FROM passage JOIN document ON document.id = passage.document "
            "WHERE document.doc_id IN (SELECT value FROM json_each(?))"
        )
        rows = self._connection.execute(select, (json.dumps(sorted(documents)),))
        return [row[0] for row in rows]

    def _lexical(self, telling: Sequence[str], excluded: Sequence[int], view: View) -> list[int]:
        """The best passages for the most telling words, by the file's own BM25."""
        if not telling:
            return []
        match = " OR ".join(f'"{name}"' for name in self._affordable(telling))
        unseen, hidden = view.where()
        rows = self._connection.execute(
            "SELECT rowid FROM term WHERE term MATCH ? "  # noqa: S608 - our own words
            f"AND rowid NOT IN (SELECT value FROM json_each(?)){unseen} "
            "ORDER BY bm25(term, ?, ?, 1.0) LIMIT ?",
            (match, json.dumps(excluded), *hidden, WEIGHTS.title, WEIGHTS.headings, LEXICAL_POOL),
        )
        return [row[0] for row in rows]

    def _candidates(self, passages: Sequence[int], near: Comparison | None) -> list[Candidate]:
        cosines = [0.0] * len(passages) if near is None else near.cosines(passages)
        similarity = dict(zip(passages, cosines, strict=True))
        select = "SELECT * FROM full_passage WHERE passage IN (SELECT value FROM json_each(?))"
        rows = self._connection.execute(select, (json.dumps(passages),))
        return [Candidate(row=Row(*row), cosine=similarity[row[0]]) for row in rows]

    def _current(self) -> Snapshot:
        """The snapshot of the open read transaction, loaded anew when the index has changed."""
        generation = read_meta(self._connection, "generation") or "0"
        if self._snapshot is None or self._snapshot.generation != generation:
            self._check_fingerprint()
            self._snapshot = load_snapshot(self._connection, generation, self._snapshot)
            self._frequencies = {}
            self._learn(self._snapshot.added)
        return self._snapshot

    def _learn(self, added: Ids | None) -> None:
        """Bring the spellings up to date; they are read as a whole when that is less work."""
        if added is None or len(added) > _MOST_LEARNT:
            self._spellers = {}
            return
        select = "SELECT * FROM full_passage WHERE passage IN (SELECT value FROM json_each(?))"
        for found in self._connection.execute(select, (json.dumps(added.tolist()),)):
            row = Row(*found)
            if row.language in self._spellers:
                text = "\n".join((row.title, *json.loads(row.headings), plain_text(row.text)))
                self._spellers[row.language].learn(spelled_words([text]))

    def _check_fingerprint(self) -> None:
        found = read_meta(self._connection, "fingerprint")
        if found is not None and found != fingerprint(self._embedder):
            raise KnowledgeUnavailableError(
                f"The knowledge index {self._path} was built with {found!r}, but Relevo now uses "
                f"{fingerprint(self._embedder)!r}: run 'relevo kb sync' once, which computes it anew from what it holds."
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
            self._views = Views(self._connection)
            self._inode = self._path.stat().st_ino
            self._snapshot = None


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The words of one language in the transaction that a reader has open."""

    reader: IndexReader
    language: str

    def statistics(self, names: Iterable[str]) -> Statistics:
        return self.reader.statistics(names, self.language)

    def speller(self) -> Speller:
        return self.reader.speller(self.language)
