"""The telling words of questions: sparse vectors in which a word meets those that mean the same.

A word counts the more the fewer questions hold it, and is spread over its neighbours: words near in
meaning, synonyms, and what is spelled alike in another language (soft cosine, Sidorov et al. 2014).
What ``benchmarks.gaps`` measured decided the constants.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from knowledge.language.near_words import near_words
from knowledge.language.stopwords import filler_words
from knowledge.language.synonyms import thesaurus
from knowledge.language.words import spelled_terms, terms

NEIGHBOUR = 0.5
"""Cosine from which two words are neighbours."""
SYNONYM = 0.8
FILLER = 0.4
RARITY = 1.5
"""Exponent of the inverse frequency: what a question is about stands out from what all ask with."""
_MOST_TERMS = 48
_HAS_DIGIT = re.compile(r"\d")

Text = tuple[str, str]
"""Language (ISO 639-1) and words of a question."""
Term = tuple[str, str]
"""Language and index term."""
Sparse = dict[int, float]


def telling_words(texts: Sequence[Text]) -> list[Sparse]:
    """Return a vector of length 1 for each question; how rare a word is, these questions tell."""
    read = [_read(language, text) for language, text in texts]
    spelled = {term: word for found in read for term, (word, _) in found.items()}
    held = Counter(term for found in read for term in found)
    places = {term: place for place, term in enumerate(sorted(held, key=lambda t: (-held[t], t)))}
    related = _related(places, spelled)
    weights = [{places[term]: weight for term, (_, weight) in found.items()} for found in read]
    rarity = _rarity([_spread(dict.fromkeys(row, 1.0), related) for row in weights])
    rare = ({place: weight * rarity[place] for place, weight in row.items()} for row in weights)
    return [_of_length_one(_spread(row, related)) for row in rare]


def _read(language: str, text: str) -> dict[Term, tuple[str, float]]:
    """Each term of a question with how it was spelled and what it is worth by itself."""
    fillers = filler_words(language)
    found: dict[Term, tuple[str, float]] = {}
    for word, own in spelled_terms(text, language):
        for term in own:
            found.setdefault((language, term), (word, FILLER if word in fillers else 1.0))
    return dict(list(found.items())[:_MOST_TERMS])


def _related(places: Mapping[Term, int], spelled: Mapping[Term, str]) -> list[Sparse]:
    """What each word is spread over; itself first."""
    related: list[Sparse] = [{place: 1.0} for place in range(len(places))]
    groups = ((SYNONYM, _synonyms(places)), (1.0, _spelled_alike(places)))
    pairs = [(one, other, worth) for worth, group in groups for one, other in _pairs(group)]
    for one, other, worth in (*_neighbours(places, spelled), *pairs):
        related[one][other] = max(related[one].get(other, 0.0), worth)
    return related


def _neighbours(
    places: Mapping[Term, int], spelled: Mapping[Term, str]
) -> Iterator[tuple[int, int, float]]:
    """Words near in meaning, both ways; codes and numbers mean nothing but themselves."""
    languages = sorted({language for language, _ in places})
    for (language, term), place in places.items():
        if _HAS_DIGIT.search(term):
            continue
        for target in languages:
            for name, cosine in near_words(spelled[language, term], target):
                near = [places.get((target, one)) for one in terms(name, target)]
                for other in (one for one in near if one is not None and cosine >= NEIGHBOUR):
                    yield place, other, cosine
                    yield other, place, cosine


def _synonyms(places: Mapping[Term, int]) -> Iterable[list[int]]:
    concepts: defaultdict[int, list[int]] = defaultdict(list)
    for term, place in places.items():
        for concept in thesaurus().by_term.get(term, ()):
            concepts[concept].append(place)
    return concepts.values()


def _spelled_alike(places: Mapping[Term, int]) -> Iterable[list[int]]:
    """The same term in several languages: names, codes, cognates."""
    terms: defaultdict[str, list[int]] = defaultdict(list)
    for (_, term), place in places.items():
        terms[term].append(place)
    return terms.values()


def _pairs(groups: Iterable[list[int]]) -> Iterator[tuple[int, int]]:
    return ((one, other) for group in groups for one in group for other in group if one != other)


def _rarity(rows: Sequence[Sparse]) -> dict[int, float]:
    count: defaultdict[int, float] = defaultdict(float)
    for row in rows:
        for place, weight in row.items():
            count[place] += min(weight, 1.0)
    return {
        place: math.log1p(len(rows) / max(number, 1.0)) ** RARITY for place, number in count.items()
    }


def _spread(row: Sparse, related: Sequence[Sparse]) -> Sparse:
    spread: defaultdict[int, float] = defaultdict(float)
    for place, weight in row.items():
        for other, worth in related[place].items():
            spread[other] += weight * worth
    return spread


def _of_length_one(row: Sparse) -> Sparse:
    length = math.sqrt(sum(weight * weight for weight in row.values()))
    return {place: weight / length for place, weight in row.items()} if length else {}
