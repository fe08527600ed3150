"""Scores passages for a question: lexical and dense evidence, weighed, best passage a document.

The lexical score is BM25F (Robertson & Zaragoza 2009) over title, headings and body, divided by the
most that the question could score; it is thus in 0..1, comparable between questions, and honest
about words that no document has. It is not fused by rank: reciprocal rank fusion lets a weak
ranker pull a strong one down.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.questions import WeightedTerm


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingWeights:
    """The constants of the ranking, chosen on the dev questions by ``benchmarks.knowledge``.

    ``dense`` is how much vectors count beside words, ``dense_abroad`` the same for documents in
    another language than the question's: of its words they hold few.
    """

    saturation: float = 1.2
    title: float = 1.5
    headings: float = 1.5
    length: float = 0.5
    dense: float = 0.4
    dense_abroad: float = 0.5
    pairs: float = 0.05
    elsewhere: float = 0.2
    titled: float = 0.08
    kind: float = 0.15
    vague: float = 0.03
    verdict: float = 0.1


WEIGHTS = RankingWeights()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Term statistics of the passages of one language."""

    passages: int
    mean_length: float
    frequencies: Mapping[str, int]

    def idf(self, wanted: WeightedTerm) -> float:
        """How telling a word is; one that no passage has counts as the rarest.

        A word that only its alternatives represent is as telling as the commonest of them.
        """
        count = self.frequencies.get(wanted.term, 0)
        if not count:
            count = max(self.frequencies.get(term, 0) for term, _ in wanted.readings)
        return math.log(1 + (self.passages - count + 0.5) / (count + 0.5))

    def knows(self, wanted: WeightedTerm) -> bool:
        """Whether any passage has the word or one of its alternatives; what is only near is neither."""
        names = (wanted.term, *(term for term, _ in wanted.alternatives))
        return any(name in self.frequencies for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalScore:
    """What the words of a question find in one passage.

    ``score`` is BM25F over its upper bound, ``coverage`` the idf share of the question's own words
    that are present, ``titled`` the same for the title, ``named`` for title and headings; all are in 0..1. ``held`` is
    how well (0..1) each word is represented, by its place in the question.
    """

    score: float
    coverage: float
    titled: float
    named: float
    held: Mapping[int, float]


@dataclass(slots=True)
class _Tally:
    """What was met of a question while reading a passage.

    ``frequencies`` are weighed counts by the word's place in the question, ``met`` the positions at
    which words were met, fields far apart from each other.
    """

    frequencies: defaultdict[int, float] = field(
        default_factory=lambda: defaultdict[int, float](float)
    )
    held: dict[int, float] = field(default_factory=dict[int, float])
    met: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    offset: int = 0

    def count(
        self, words: Sequence[str], places: Mapping[str, list[tuple[int, float]]], *, factor: float
    ) -> None:
        """Read the terms of one field."""
        for position, word in enumerate(words, start=self.offset):
            for place, part in places.get(word, ()):
                self.frequencies[place] += part * factor
                self.held[place] = max(self.held.get(place, 0.0), part)
                self.met.append((position, place))
        self.offset += len(words) + _FAR


class Scorer:
    """Scores passages of one language for one question.

    Terms of passages are given as the index holds them, marked with their language; the question's
    are marked here once, so that a passage costs one look at each of its terms.
    """

    def __init__(
        self,
        question: Sequence[WeightedTerm],
        collection: Statistics,
        mark: str,
        weights: RankingWeights = WEIGHTS,
    ) -> None:
        self._weights = weights
        self._mean_length = collection.mean_length
        self._values = [wanted.weight * collection.idf(wanted) for wanted in question]
        self._possible = sum(self._values)
        self._own = [place for place, wanted in enumerate(question) if wanted.is_own]
        self._possible_own = sum(self._values[place] for place in self._own)
        self._places: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, wanted in enumerate(question):
            for term, part in wanted.readings:
                self._places[mark + term].append((place, part))

    def score(self, title: str, headings: str, body: str) -> LexicalScore:
        """Score one passage by its terms, parted by spaces."""
        weights = self._weights
        words = body.split()
        damping = 1 - weights.length + weights.length * len(words) / self._mean_length
        tally = _Tally()
        tally.count(title.split(), self._places, factor=weights.title)
        titled = self.coverage(tally.held)
        tally.count(headings.split(), self._places, factor=weights.headings)
        named = self.coverage(tally.held)
        tally.count(words, self._places, factor=1 / damping)
        reached = sum(
            self._values[place] * frequency / (frequency + weights.saturation)
            for place, frequency in tally.frequencies.items()
        )
        lexical = reached / self._possible if self._possible else 0.0
        return LexicalScore(
            score=lexical * (1 - weights.pairs) + weights.pairs * self._pairs(tally.met),
            coverage=self.coverage(tally.held),
            titled=titled,
            named=named,
            held=tally.held,
        )

    def coverage(self, held: Mapping[int, float]) -> float:
        """The idf share of the question's own words that are represented."""
        covered = sum(self._values[place] * held.get(place, 0.0) for place in self._own)
        return covered / self._possible_own if self._possible_own else 0.0

    def _pairs(self, met: Sequence[tuple[int, int]]) -> float:
        """The idf share of neighbouring question words that stand near each other."""
        near = {
            frozenset((place, other))
            for index, (position, place) in enumerate(met)
            for there, other in met[index + 1 : index + 4]
            if abs(there - position) <= _NEAR and place != other
        }
        found = total = 0.0
        for left, right in pairwise(self._own):
            value = self._values[left] + self._values[right]
            total += value
            found += value if frozenset((left, right)) in near else 0.0
        return found / total if total else 0.0


_NEAR = 3
_FAR = 100
