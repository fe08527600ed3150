"""What a question asks for: its words with what they may be read as, people, days, a time or a number."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from bot.memory.recall.days import Span, named_days
from bot.memory.recall.lexicon import NO_TERM, Lexicon, fold, words
from bot.memory.recall.nearness import NearWords
from bot.memory.recall.stopwords import spoken

_CAPITALISED = re.compile(r"\b[A-ZÁÉÍÓÚÜÑ]\w{2,}")
_ASKS_WHEN = re.compile(
    r"(?<!\w)(?:when|how long|(?:what|which) (?:year|month|week|day|date|time)|since when"
    r"|cuando|cuanto tiempo|(?:en |a )?que (?:ano|mes|semana|dia|fecha|hora))(?!\w)"
)
_ASKS_NUMBER = re.compile(r"(?<!\w)how (?:many|much|long|often|old)(?!\w)|(?<!\w)cuant[oa]s?(?!\w)")

_FARTHEST = 0.3
"""The nearness at which a word counts for nothing."""

_NEAR_COUNTS = 0.7
"""How much a word counts that means the same, beside the one that was asked."""


MOST_TERMS = 60
"""Words of a question that are looked for, the first ones: a pasted log costs no more than a long question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word of a question: its own terms, and others near in meaning with their weight (0..1)."""

    own: frozenset[int]
    near: dict[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as passages are compared with it. ``speaker`` is the one person whom it names."""

    terms: tuple[Term, ...]
    speaker: str | None
    days: tuple[Span, ...]
    wants_time: bool
    wants_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads questions with a lexicon, for passages in ``languages`` said by ``speakers``."""

    lexicon: Lexicon
    near: NearWords
    languages: Collection[str]
    speakers: Collection[str]

    def read(self, question: str, today: date) -> Asked:
        """Take a question apart; names of speakers are who, not what."""
        plain = fold(question)
        names = {speaker: _names(speaker, question) for speaker in sorted(self.speakers)}
        named = [speaker for speaker, found in names.items() if found]
        left_out = frozenset[str]().union(*names.values())
        return Asked(
            terms=self.terms([word for word in words(question) if word not in left_out]),
            speaker=named[0] if len(named) == 1 else None,
            days=named_days(question, today),
            wants_time=bool(_ASKS_WHEN.search(plain)),
            wants_number=bool(_ASKS_NUMBER.search(plain)),
        )

    def terms(self, spelled: list[str]) -> tuple[Term, ...]:
        """Return the first different terms of folded words, without those that say nothing."""
        language = spoken(spelled)
        found: dict[frozenset[int], Term] = {}
        for word in dict.fromkeys(spelled):
            if len(found) == MOST_TERMS:
                break
            if self.lexicon.term(word, language) != NO_TERM:
                term = self._term(word, language)
                found.setdefault(term.own, term)
        return tuple(found.values())

    def _term(self, word: str, language: str) -> Term:
        read = {
            self.lexicon.term(word, code) for code in dict.fromkeys((language, *self.languages))
        }
        own = frozenset(read - {NO_TERM})
        near: dict[int, float] = {}
        for number, weight in self._near(word):
            if number not in own:
                near[number] = max(near.get(number, 0.0), weight)
        return Term(own=own, near=near)

    def _near(self, word: str) -> Iterator[tuple[int, float]]:
        for language in self.languages:
            for other, nearness in self.near(word, language):
                number = self.lexicon.term(other, language)
                if number != NO_TERM and nearness > _FARTHEST:
                    yield number, _NEAR_COUNTS * (nearness - _FARTHEST) / (1 - _FARTHEST)


def _names(speaker: str, question: str) -> frozenset[str]:
    """Return the words of a question that name a speaker: a part of the name, or a short form of it."""
    parts = words(speaker)
    short = {fold(found) for found in _CAPITALISED.findall(question)}
    return frozenset(
        word
        for word in words(question)
        if word in parts or (word in short and any(part.startswith(word) for part in parts))
    )
