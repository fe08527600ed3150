"""What a search finds: passages with their evidence."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from knowledge.excerpts import Interest
from knowledge.questions import WeightedTerm
from knowledge.ranking import WEIGHTS, LexicalScore, Scorer, Statistics
from knowledge.sections import section_bonus

_ALL_WORDS = 0.4


class Row(NamedTuple):
    """A passage as the index file holds it."""

    passage: int
    doc_id: str
    title: str
    url: str | None
    language: str
    headings: str
    text: str
    page: int | None
    title_terms: str
    heading_terms: str
    body_terms: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage with its evidence; all scores are in 0..1.

    ``coverage`` is the share of the question's own words (weighed by idf) that it holds, ``named``
    the same for its title and headings alone, ``cosine`` the dense similarity (0 when negative), ``score`` the weighed sum that orders hits.
    """

    passage: int
    doc_id: str
    title: str
    url: str | None
    language: str
    headings: tuple[str, ...]
    text: str
    page: int | None
    lexical: float
    coverage: float
    named: float
    cosine: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search within one language found.

    ``hits`` holds the best passage of each document, best first; ``answering`` all passages of the
    best document, the one that answers best first. ``interest`` is what sentences are chosen by.
    """

    language: str
    hits: tuple[Hit, ...]
    answering: tuple[Hit, ...]
    interest: Interest


def interest_of(wanted: Sequence[WeightedTerm], collection: Statistics) -> Interest:
    """Weigh the question's own words for the choice of sentences."""
    own = [term for term in wanted if term.is_own]
    return Interest(
        values={term.term: collection.idf(term) for term in own},
        stands_for={name: term.term for term in reversed(own) for name, _ in term.readings},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A row with its evidence, before it is known whether anybody will look at it."""

    row: Row
    found: LexicalScore
    cosine: float
    score: float


def score_row(row: Row, scorer: Scorer, cosine: float) -> Scored:
    """Weigh words and vectors of one passage; a negative cosine counts as none."""
    found = scorer.score(row.title_terms, row.heading_terms, row.body_terms)
    near = min(max(cosine, 0.0), 1.0)
    score = (1 - WEIGHTS.dense) * found.score + WEIGHTS.dense * near
    return Scored(row=row, found=found, cosine=near, score=score)


def best_by_document(scored: Iterable[Scored], scorer: Scorer, limit: int) -> tuple[Hit, ...]:
    """Keep the best passage of each document, best first; equal scores in the file's order.

    What other passages of the same document add to the words that are covered counts a little.
    """
    documents: dict[str, list[Scored]] = {}
    for one in sorted(scored, key=lambda one: (-one.score, one.row.passage)):
        documents.setdefault(one.row.doc_id, []).append(one)
    hits = [_document_hit(passages, scorer) for passages in documents.values()]
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.passage))[:limit])


def _document_hit(passages: Sequence[Scored], scorer: Scorer) -> Hit:
    best = passages[0]
    joined = dict(best.found.held)
    for other in passages[1:]:
        for place, part in other.found.held.items():
            joined[place] = max(joined.get(place, 0.0), part)
    added = scorer.coverage(joined) - best.found.coverage
    return build_hit(best, score=min(best.score + WEIGHTS.elsewhere * added, 1.0))


def build_hit(scored: Scored, *, score: float | None = None) -> Hit:
    """Make a hit of a scored row."""
    row = scored.row
    return Hit(
        passage=row.passage,
        doc_id=row.doc_id,
        title=row.title,
        url=row.url,
        language=row.language,
        headings=tuple(json.loads(row.headings)),
        text=row.text,
        page=row.page,
        lexical=scored.found.score,
        coverage=scored.found.coverage,
        named=scored.found.named,
        cosine=scored.cosine,
        score=scored.score if score is None else score,
    )


def fitness(scored: Scored, scorer: Scorer, *, wants_steps: bool) -> float:
    """How well a passage answers among those of its document.

    The title is common to all of them: what it says tells the passages apart no more, so that the
    other words of the question count most. Sections of solutions and, when the question asks how,
    of steps come first.
    """
    row = scored.row
    said = scorer.score(row.title_terms, "", "").held
    found = scorer.score("", row.heading_terms, row.body_terms)
    new = scorer.coverage({place: part for place, part in found.held.items() if place not in said})
    bonus = section_bonus(json.loads(row.headings), row.text, wants_steps=wants_steps)
    return _ALL_WORDS * found.score + (1 - _ALL_WORDS) * new + bonus
