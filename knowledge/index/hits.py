"""What a search finds: passages with their evidence."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from knowledge.answering.excerpts import Interest
from knowledge.answering.kinds import Wish
from knowledge.answering.sections import section_bonus
from knowledge.answering.units import split_units
from knowledge.labels import FOR_EVERYBODY, Labels, read_columns
from knowledge.questions import WeightedTerm
from knowledge.ranking import WEIGHTS, LexicalScore, Scorer, Statistics

_ALL_WORDS = 0.5
_HEADED = 0.1
_EARLY_BONUS = 0.15


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
    anchor: str
    audience: str
    tags: str
    review_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage with its evidence; all scores are in 0..1.

    ``coverage`` is the share of the question's own words (weighed by idf) that it and the passages of
    its document that were looked at hold, ``named`` the same for its title and headings alone,
    ``cosine`` the dense similarity (0 when negative), ``score`` the weighed sum that orders hits.
    ``url`` leads to its section where it has an anchor; ``labels`` are its document's.
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
    labels: Labels = FOR_EVERYBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search within one language found.

    ``hits`` holds the best passage of each document, best first; ``answering`` all passages of the
    best document, the one that answers best first. ``interest`` is what sentences are chosen by,
    ``note`` a remark for the receipt on where it was found.
    """

    language: str
    hits: tuple[Hit, ...]
    answering: tuple[Hit, ...]
    interest: Interest
    note: str = ""


def interest_of(wanted: Sequence[WeightedTerm], collection: Statistics) -> Interest:
    """Weigh the question's own words for the choice of sentences."""
    own = [term for term in wanted if term.is_own]
    return Interest(
        values={term.term: term.weight * collection.idf(term) for term in own},
        stands_for={name: term.term for term in reversed(own) for name, _ in term.readings},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A row with its evidence, before it is known whether anybody will look at it."""

    row: Row
    found: LexicalScore
    cosine: float
    score: float


def score_row(row: Row, scorer: Scorer, cosine: float, *, dense: float) -> Scored:
    """Weigh words and vectors (``dense``, 0..1) of one passage; a negative cosine counts as none."""
    found = scorer.score(row.title_terms, row.heading_terms, row.body_terms)
    near = min(max(cosine, 0.0), 1.0)
    score = (1 - dense) * found.score + dense * near
    return Scored(row=row, found=found, cosine=near, score=score)


def best_by_document(
    scored: Iterable[Scored], scorer: Scorer, interest: Interest, wish: Wish, limit: int
) -> tuple[Hit, ...]:
    """Keep the best passage of each document, best first; equal scores in the file's order.

    What other passages of the same document add to the words that are covered counts a little.
    """
    documents: dict[str, list[Scored]] = {}
    for one in sorted(scored, key=lambda one: (-one.score, one.row.passage)):
        documents.setdefault(one.row.doc_id, []).append(one)
    hits = [_document_hit(passages, scorer, interest, wish) for passages in documents.values()]
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.passage))[:limit])


def _document_hit(
    passages: Sequence[Scored], scorer: Scorer, interest: Interest, wish: Wish
) -> Hit:
    best = passages[0]
    joined = dict(best.found.held)
    for other in passages[1:]:
        for place, part in other.found.held.items():
            joined[place] = max(joined.get(place, 0.0), part)
    covered = scorer.coverage(joined)
    added = covered - best.found.coverage
    bonus = WEIGHTS.titled * best.found.titled
    bonus += (WEIGHTS.kind if wish.is_sharp else WEIGHTS.vague) * max(
        _nearness(one.row, interest, wish) for one in passages[:4]
    )
    bonus += WEIGHTS.verdict * wish.suits(best.row.text)
    total = best.score + WEIGHTS.elsewhere * added + bonus
    return build_hit(best, score=min(max(total, 0.0), 1.0), coverage=covered)


def _nearness(row: Row, interest: Interest, wish: Wish) -> float:
    """How much (0..1) of the question stands together with the kind of answer that it expects.

    What the title says holds for every sentence and row of the document.
    """
    if wish.kind is None:
        return wish.amount(row.text)
    if not wish.is_met(row.text):
        return 0.0
    title = interest.held(row.title, row.language)
    units = (unit.text for unit in split_units(row.text) if wish.is_met(unit.text))
    nearest = max(
        (interest.share(title | interest.held(text, row.language)) for text in units), default=0.0
    )
    return nearest * (1 + wish.amount(row.text)) / 2


def build_hit(scored: Scored, *, score: float | None = None, coverage: float | None = None) -> Hit:
    """Make a hit of a scored row, with what its document's other passages add."""
    row = scored.row
    return Hit(
        passage=row.passage,
        doc_id=row.doc_id,
        title=row.title,
        url=_to_section(row.url, row.anchor),
        language=row.language,
        headings=tuple(json.loads(row.headings)),
        text=row.text,
        page=row.page,
        lexical=scored.found.score,
        coverage=scored.found.coverage if coverage is None else coverage,
        named=scored.found.named,
        cosine=scored.cosine,
        score=scored.score if score is None else score,
        labels=read_columns(row.audience, row.tags, row.review_by),
    )


def _to_section(url: str | None, anchor: str) -> str | None:
    """The address of a section; one that leads into its page by itself stays as it is."""
    return url if url is None or not anchor or "#" in url else f"{url}#{quote(anchor)}"


def fitness(scored: Scored, scorer: Scorer, wish: Wish, *, place: int) -> float:
    """How well a passage answers among those of its document.

    The title is common to all of them: what it says tells the passages apart no more, so that the
    other words of the question count most; a heading that repeats it counts a little all the same.
    Sections of solutions, of the expected kind of answer and, when the question asks how, of steps
    come first; what a heading says to the contrary of the question is no evidence. What stands
    early (``place`` counts from 0) is more general: it is for questions that ask for no more than
    the title says.
    """
    row = scored.row
    headings: list[str] = json.loads(row.headings)
    said = scorer.score(row.title_terms, "", "").held
    named = "" if wish.contradicts(headings) else row.heading_terms
    found = scorer.score("", named, row.body_terms)
    new = scorer.coverage({place: part for place, part in found.held.items() if place not in said})
    bonus = section_bonus(headings, row.text, wish) + _EARLY_BONUS / (1 + place)
    return _ALL_WORDS * found.score + (1 - _ALL_WORDS) * new + _HEADED * found.named + bonus
