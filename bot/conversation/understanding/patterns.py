"""Phrases over folded words, matched in linear time.

Matching carries the set of places that are reached after each element. A phrase has a bounded
length, so each place of a text costs a bounded amount of work, whatever the text is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Generic, TypeVar

Label = TypeVar("Label")


class Look(StrEnum):
    """What an element does with a word: use it up, or only look at it."""

    USE = "use"
    MUST_FOLLOW = "must follow"
    MUST_NOT_FOLLOW = "must not follow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One part of a phrase.

    ``words`` are its single words, ``longer`` its entries of several words by their first one.
    With ``anything`` each word will do. It may stand from ``minimum`` to ``maximum`` times.
    """

    words: frozenset[str] = frozenset()
    longer: Mapping[str, tuple[tuple[str, ...], ...]]
    anything: bool = False
    minimum: int = 1
    maximum: int = 1
    look: Look = Look.USE

    @property
    def first_words(self) -> frozenset[str]:
        """Every word that it can begin with."""
        return self.words | frozenset(self.longer)

    def reach(self, words: Sequence[str], places: set[int]) -> set[int]:
        """Tell which places are reached from ``places`` once the element is passed."""
        if self.look is not Look.USE:
            return {place for place in places if self._agrees(words, place)}
        reached: set[int] = set() if self.minimum else set(places)
        for _ in range(self.maximum):
            places = set(chain.from_iterable(self._once(words, place) for place in places))
            reached |= places
        return reached

    def _agrees(self, words: Sequence[str], place: int) -> bool:
        follows = next(self._once(words, place), None) is not None
        return follows == (self.look is Look.MUST_FOLLOW)

    def _once(self, words: Sequence[str], place: int) -> Iterator[int]:
        if place >= len(words):
            return
        if self.anything or words[place] in self.words:
            yield place + 1
        for entry in self.longer.get(words[place], ()):
            if tuple(words[place : place + len(entry)]) == entry:
                yield place + len(entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """The folded words in which phrases are looked for."""

    words: Sequence[str]
    vocabulary: frozenset[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> "Forms":
        """Hold these words."""
        held = tuple(words)
        return cls(words=held, vocabulary=frozenset(held))

    def __len__(self) -> int:
        return len(self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A row of elements; ``text`` is how the phrase file writes it."""

    text: str
    elements: tuple[Element, ...]

    @property
    def needed(self) -> tuple[frozenset[str], ...]:
        """For each element that can't be left out: the words one of which must be there."""
        return tuple(
            element.first_words
            for element in self.elements
            if element.minimum and element.look is Look.USE
        )

    def ends(self, words: Sequence[str], start: int) -> set[int]:
        """Return each place after ``start`` where the phrase may end; empty when it does not fit."""
        places = {start}
        for element in self.elements:
            places = element.reach(words, places)
            if not places:
                break
        return places - {start}

    def first_words(self) -> frozenset[str]:
        """Collect every word that the phrase can begin with."""
        first: frozenset[str] = frozenset()
        for element in self.elements:
            first |= element.first_words
            if element.minimum and element.look is Look.USE:
                break
        return first


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Generic[Label]):
    """A phrase that was found: what it is filed under, and its words ``[start, end)``."""

    label: Label
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry(Generic[Label]):
    phrase: Phrase
    label: Label
    needed: tuple[frozenset[str], ...]

    def may_be_in(self, forms: Forms) -> bool:
        """Whether all that the phrase needs is there somewhere; most phrases end here."""
        return not any(map(forms.vocabulary.isdisjoint, self.needed))


class PhraseTable(Generic[Label]):
    """Phrases by their first word, each filed under a label."""

    def __init__(self, phrases: Iterable[tuple[Phrase, Label]]) -> None:
        self._by_first_word: defaultdict[str, list[_Entry[Label]]] = defaultdict(list)
        for phrase, label in phrases:
            rarest_first = tuple(sorted(phrase.needed, key=len))
            entry = _Entry(phrase=phrase, label=label, needed=rarest_first)
            for word in phrase.first_words():
                self._by_first_word[word].append(entry)

    def hits_at(self, forms: Forms, start: int) -> Iterator[Hit[Label]]:
        """Find every phrase that begins at ``start``, with each of its possible ends."""
        for entry in self._by_first_word.get(forms.words[start], ()):
            if entry.may_be_in(forms):
                for end in entry.phrase.ends(forms.words, start):
                    yield Hit(label=entry.label, start=start, end=end)

    def hits(self, forms: Forms) -> Iterator[Hit[Label]]:
        """Find every phrase anywhere, in the order of the words."""
        for start, word in enumerate(forms.words):
            if word in self._by_first_word:
                yield from self.hits_at(forms, start)
