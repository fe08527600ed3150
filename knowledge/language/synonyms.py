"""Words that mean the same to a customer: the lists of ``synonyms.toml``, by index term."""

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.language.words import terms, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Thesaurus:
    """Concepts by what names them.

    ``by_term`` maps (language, index term) to concepts, ``by_phrase`` (language, folded words) to
    concepts; ``members`` maps (concept, language) to the index terms of its single words.
    """

    by_term: dict[tuple[str, str], tuple[int, ...]]
    by_phrase: dict[tuple[str, tuple[str, ...]], tuple[int, ...]]
    members: dict[tuple[int, str], tuple[str, ...]]

    def related(self, term: str, language: str, target: str) -> tuple[str, ...]:
        """Other index terms of a term's concepts, in the target language."""
        return self._members(self.by_term.get((language, term), ()), target, without=term)

    def members_of(self, name: str, language: str) -> tuple[str, ...]:
        """The index terms, in a language, of the first concept with an English name."""
        stem = next(iter(terms(name, "en")), "")
        concepts = self.by_term.get(("en", stem), ())[:1]
        return self._members(concepts, language, without="")

    def named(self, text: str, language: str, target: str) -> dict[str, tuple[str, ...]]:
        """Phrases in a text: the index term of the first word → terms of the phrase's concepts."""
        spoken = list(words(text))
        found: dict[str, tuple[str, ...]] = {}
        for length in (2, 3):
            for start in range(len(spoken) - length + 1):
                phrase = tuple(spoken[start : start + length])
                if concepts := self.by_phrase.get((language, phrase)):
                    for first in terms(" ".join(phrase), language)[:1]:
                        found[first] = self._members(concepts, target, without=first)
        return found

    def _members(
        self, concepts: tuple[int, ...], language: str, *, without: str
    ) -> tuple[str, ...]:
        joined = (
            term for concept in concepts for term in self.members.get((concept, language), ())
        )
        return tuple(term for term in dict.fromkeys(joined) if term != without)


@cache
def thesaurus() -> Thesaurus:
    """Read the lists once."""
    text = (files("knowledge.language") / "synonyms.toml").read_text(encoding="utf-8")
    concepts: list[dict[str, list[str]]] = tomllib.loads(text)["concept"]
    by_term: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    by_phrase: defaultdict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    members: dict[tuple[int, str], tuple[str, ...]] = {}
    for number, concept in enumerate(concepts):
        for language, names in concept.items():
            single = [name for name in names if " " not in name]
            stems = dict.fromkeys(term for name in single for term in terms(name, language))
            members[number, language] = tuple(stems)
            for stem in stems:
                by_term[language, stem].append(number)
            for name in names:
                if " " in name:
                    by_phrase[language, tuple(words(name))].append(number)
    return Thesaurus(
        by_term={key: tuple(numbers) for key, numbers in by_term.items()},
        by_phrase={key: tuple(numbers) for key, numbers in by_phrase.items()},
        members=members,
    )
