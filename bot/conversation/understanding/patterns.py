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

    def reach(self, forms: Sequence[str], places: set[int]) -> set[int]:
        """Tell which places are reached from ``places`` once the element is passed."""
        if self.look is not Look.USE:
            return {place for place in places if self._agrees(forms, place)}
        reached: set[int] = set() if self.minimum else set(places)
        for _ in range(self.maximum):
            places = set(chain.from_iterable(self._once(forms, place) for place in places))
            reached |= places
        return reached

    def _agrees(self, forms: Sequence[str], place: int) -> bool:
        follows = next(self._once(forms, place), None) is not None
        return follows == (self.look is Look.MUST_FOLLOW)

    def _once(self, forms: Sequence[str], place: int) -> Iterator[int]:
        if place >= len(forms):
            return
        word = forms[place]
        if self.anything or word in self.words:
            yield place + 1
        for entry in self.longer.get(word, ()):
            if tuple(forms[place : place + len(entry)]) == entry:
                yield place + len(entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A row of elements; ``text`` is how the phrase file writes it."""

    text: str
    elements: tuple[Element, ...]

    def ends(self, forms: Sequence[str], start: int) -> set[int]:
        """Return each place after ``start`` where the phrase may end; empty when it does not fit."""
        places = {start}
        for element in self.elements:
            places = element.reach(forms, places)
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


class PhraseTable(Generic[Label]):
    """Phrases by their first word, each filed under a label."""

    def __init__(self, phrases: Iterable[tuple[Phrase, Label]]) -> None:
        self._by_first_word: defaultdict[str, list[tuple[Phrase, Label]]] = defaultdict(list)
        for phrase, label in phrases:
            for word in phrase.first_words():
                self._by_first_word[word].append((phrase, label))

    def hits_at(self, forms: Sequence[str], start: int) -> Iterator[Hit[Label]]:
        """Find every phrase that begins at ``start``, with each of its possible ends."""
        for phrase, label in self._by_first_word.get(forms[start], ()):
            for end in phrase.ends(forms, start):
                yield Hit(label=label, start=start, end=end)

    def hits(self, forms: Sequence[str]) -> Iterator[Hit[Label]]:
        """Find every phrase anywhere, in the order of the words."""
        for start in range(len(forms)):
            yield from self.hits_at(forms, start)
