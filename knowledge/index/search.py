"""One question to the documents of one language: all of it but where the passages come from.

Every store finds candidates in its own way and has them ranked here, so that scores, and the
confidence that is made of them, mean the same in all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from knowledge.answering.kinds import wish_of
from knowledge.index.hits import (
    Found,
    Hit,
    Row,
    best_by_document,
    build_hit,
    fitness,
    interest_of,
    score_row,
)
from knowledge.index.spelling import Speller
from knowledge.language.words import terms
from knowledge.questions import CORRECTION, Question, WeightedTerm
from knowledge.ranking import WEIGHTS, Scorer, Statistics

LEXICAL_POOL = 30
DENSE_POOL = 15
LOOKED_AT = 30
"""Passages that are ranked for their words, for their meaning, and within the best document."""
_SEARCHED_TERMS = 16
_MOST_CORRECTED = 4
_WITHIN_DOCUMENT = replace(WEIGHTS, length=0.0)
"""Within a document a long section, with a table for instance, is no worse than a short aside."""


class Vocabulary(Protocol):
    """What a store knows of the words of its documents of one language."""

    @property
    def language(self) -> str:
        """The language, an ISO 639-1 code."""
        ...

    def statistics(self, names: Iterable[str]) -> Statistics:
        """In how many passages each of these terms stands; terms without any are left out."""
        ...

    def speller(self) -> Speller:
        """The spellings of the documents."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A passage that may answer, with its cosine to the question."""

    row: Row
    cosine: float


class LanguageSearch:
    """A question, its unknown words corrected where possible, with what its words weigh."""

    def __init__(self, question: Question, vocabulary: Vocabulary) -> None:
        self.language = vocabulary.language
        wanted, collection = _understood(question, vocabulary)
        mark = f"{self.language}_"
        is_own = self.language == question.language
        self._dense = WEIGHTS.dense if is_own else WEIGHTS.dense_abroad
        self._scorer = Scorer(wanted, collection, mark)
        self._within = Scorer(wanted, collection, mark, _WITHIN_DOCUMENT)
        self._wish = wish_of(question.text)
        self._interest = interest_of(wanted, collection)
        self.telling = tuple(mark + name for name in _telling(wanted, collection))
        """The terms to search for, as the index holds them, the most telling first."""

    def best(self, candidates: Iterable[Candidate], limit: int) -> tuple[Hit, ...]:
        """The best passage of each document, best first."""
        scored = [
            score_row(one.row, self._scorer, one.cosine, dense=self._dense) for one in candidates
        ]
        return best_by_document(scored, self._scorer, self._interest, self._wish, limit)

    def answering(self, rows: Iterable[Row]) -> tuple[Hit, ...]:
        """Order passages of one document: the one that answers best first."""
        scored = [score_row(row, self._within, 0.0, dense=0.0) for row in rows]
        scored.sort(key=lambda one: one.row.passage)
        fit = {
            one.row.passage: fitness(one, self._within, self._wish, place=place)
            for place, one in enumerate(scored)
        }
        scored.sort(key=lambda one: (-fit[one.row.passage], one.row.passage))
        return tuple(build_hit(one) for one in scored)

    def found(self, hits: tuple[Hit, ...], answering: tuple[Hit, ...]) -> Found:
        """Put together what was found."""
        return Found(
            language=self.language, hits=hits, answering=answering, interest=self._interest
        )


def _understood(
    question: Question, vocabulary: Vocabulary
) -> tuple[tuple[WeightedTerm, ...], Statistics]:
    """The question's terms with their statistics, unknown words corrected where possible."""
    wanted = question.terms(vocabulary.language)
    collection = _collection(wanted, vocabulary)
    unknown = [term for term in wanted if not collection.knows(term)][:_MOST_CORRECTED]
    corrections = {term.term: _correct(term, vocabulary) for term in unknown}
    if not any(corrections.values()):
        return wanted, collection
    corrected = tuple(
        replace(term, alternatives=corrections.get(term.term) or term.alternatives)
        for term in wanted
    )
    return corrected, _collection(corrected, vocabulary)


def _collection(wanted: Sequence[WeightedTerm], vocabulary: Vocabulary) -> Statistics:
    names = dict.fromkeys(name for one in wanted for name, _ in one.readings)
    return vocabulary.statistics(names)


def _correct(wanted: WeightedTerm, vocabulary: Vocabulary) -> tuple[tuple[str, float], ...]:
    spellings = vocabulary.speller().correct(wanted.word)
    found = dict.fromkeys(term for word in spellings for term in terms(word, vocabulary.language))
    return tuple((term, CORRECTION) for term in found)


def _telling(wanted: Sequence[WeightedTerm], collection: Statistics) -> list[str]:
    telling = sorted(wanted, key=lambda term: -term.weight * collection.idf(term))
    known = [
        name for term in telling for name, _ in term.readings if name in collection.frequencies
    ]
    return known[:_SEARCHED_TERMS]
