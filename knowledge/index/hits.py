"""What a search finds: passages with their evidence."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from knowledge.questions import WeightedTerm
from knowledge.ranking import WEIGHTS, Collection, PassageTerms, score_terms
from knowledge.sections import section_bonus


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

    ``coverage`` is the share of the question's own words (weighed by idf) that it holds, ``cosine``
    the dense similarity (0 when negative), ``score`` the weighed sum that orders hits.
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
    cosine: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search within one language found.

    ``hits`` holds the best passage of each document, best first; ``answering`` all passages of the
    best document, the one that answers best first. ``idf`` weighs the question's own index terms.
    """

    language: str
    hits: tuple[Hit, ...]
    answering: tuple[Hit, ...]
    idf: dict[str, float]


def best_by_document(hits: Iterable[Hit], limit: int) -> tuple[Hit, ...]:
    """Keep the best passage of each document, best first; equal scores in the file's order."""
    best: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.passage)):
        best.setdefault(hit.doc_id, hit)
    return tuple(list(best.values())[:limit])


def build_hit(
    row: Row, wanted: Sequence[WeightedTerm], collection: Collection, *, cosine: float
) -> Hit:
    """Score one passage."""
    found = score_terms(wanted, _terms(row), collection)
    near = min(max(cosine, 0.0), 1.0)
    return Hit(
        passage=row.passage,
        doc_id=row.doc_id,
        title=row.title,
        url=row.url,
        language=row.language,
        headings=tuple(json.loads(row.headings)),
        text=row.text,
        page=row.page,
        lexical=found.score,
        coverage=found.coverage,
        cosine=near,
        score=(1 - WEIGHTS.dense) * found.score + WEIGHTS.dense * near,
    )


def fitness(row: Row, wanted: Sequence[WeightedTerm], collection: Collection) -> float:
    """How well a passage answers among those of its document: the title, common to all, is left out."""
    terms = _terms(row)
    own = PassageTerms(title=(), headings=terms.headings, body=terms.body)
    return score_terms(wanted, own, collection).score + section_bonus(json.loads(row.headings))


def _terms(row: Row) -> PassageTerms:
    return PassageTerms(
        title=_unmarked(row.title_terms),
        headings=_unmarked(row.heading_terms),
        body=_unmarked(row.body_terms),
    )


def _unmarked(terms: str) -> tuple[str, ...]:
    return tuple(term.split("_", 1)[1] for term in terms.split())
