"""Scores passages for a question: lexical and dense evidence, weighed, best passage a document.

The lexical score is BM25F (Robertson & Zaragoza 2009) over title, headings and body, divided by the
most that the question could score; it is thus in 0..1, comparable between questions, and honest
about words that no document has. It is not fused by rank: reciprocal rank fusion lets a weak
ranker pull a strong one down (measured in facts/memory.md §7 and facts/data.md §2).
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.questions import WeightedTerm


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingWeights:
    """The constants of the ranking, chosen on the dev questions by ``benchmarks.knowledge``."""

    saturation: float = 1.2
    title: float = 1.5
    headings: float = 1.5
    length: float = 0.6
    dense: float = 0.3
    pairs: float = 0.1


WEIGHTS = RankingWeights()


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageTerms:
    """The index terms of one passage, in their order, without the mark of the language."""

    title: tuple[str, ...]
    headings: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Term statistics of the passages of one language."""

    passages: int
    mean_length: float
    frequencies: Mapping[str, int]

    def idf(self, term: str) -> float:
        """How telling a term is; a term that no passage has counts as the rarest."""
        count = self.frequencies.get(term, 0)
        return math.log(1 + (self.passages - count + 0.5) / (count + 0.5))


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalScore:
    """``score`` is BM25F over its upper bound; ``coverage`` the idf share of own words present."""

    score: float
    coverage: float


def score_terms(
    question: Sequence[WeightedTerm],
    passage: PassageTerms,
    collection: Collection,
    weights: RankingWeights = WEIGHTS,
) -> LexicalScore:
    """Score one passage; both values are in 0..1 and 0 for a question without terms."""
    fields = (
        (Counter(passage.body), 1.0),
        (Counter(passage.headings), weights.headings),
        (Counter(passage.title), weights.title),
    )
    relative = len(passage.body) / collection.mean_length
    damping = 1 - weights.length + weights.length * relative
    reached = possible = covered = own = 0.0
    for term in question:
        value = term.weight * collection.idf(term.term)
        body, *others = (counts[term.term] * factor for counts, factor in fields)
        frequency = body / damping + sum(others)
        possible += value
        reached += value * frequency / (frequency + weights.saturation)
        if term.is_own:
            own += value
            covered += value if frequency else 0.0
    if not possible:
        return LexicalScore(score=0.0, coverage=0.0)
    pairs = _pairs(question, passage, collection) * weights.pairs
    score = min(reached / possible, 1.0) * (1 - weights.pairs) + pairs
    return LexicalScore(score=score, coverage=covered / own if own else 0.0)


def _pairs(
    question: Sequence[WeightedTerm], passage: PassageTerms, collection: Collection
) -> float:
    """The idf share of neighbouring question words that stand near each other in the passage."""
    own = [term.term for term in question if term.is_own]
    near = _neighbours((*passage.title, *passage.headings, *passage.body))
    found = total = 0.0
    for left, right in pairwise(own):
        value = collection.idf(left) + collection.idf(right)
        total += value
        found += value if (left, right) in near or (right, left) in near else 0.0
    return found / total if total else 0.0


def _neighbours(terms: Sequence[str]) -> set[tuple[str, str]]:
    return {
        (left, right)
        for distance in (1, 2, 3)
        for left, right in zip(terms, terms[distance:], strict=False)
    }
