"""A customer's question as weighted terms: what is searched for, and how much each word counts."""

import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.vocabulary.knowledge import Audience, Known, Query
from knowledge.answering.kinds import Kind, asking_words, wanted_kind
from knowledge.language.near_words import near_words
from knowledge.language.stopwords import filler_words
from knowledge.language.synonyms import thesaurus
from knowledge.language.words import spelled_terms, terms

SYNONYM = 0.8
TRANSLATION = 0.9
CORRECTION = 0.8
"""How much a synonym, a translation, a corrected spelling counts beside the word itself."""
NEAR = 0.4
NEAR_COSINE = 0.55
NEAR_ABROAD = 0.9
NEAR_COSINE_ABROAD = 0.4
"""How much a word counts, times its cosine, that is near in meaning, and the least cosine.

Abroad, in documents of another language, there is nothing better. Chosen on the dev questions of
``benchmarks.knowledge``; the figures hardly change between 0.3 and 0.7 or 0.35 and 0.5.
"""
FILLER = 0.4
"""How much an everyday word counts beside one that a question is about."""
ASKING = 0.3
"""The same for "long" in "how long": the answer's words are "3 days"."""
_KIND_NAMES: dict[Kind | None, str] = {Kind.MONEY: "price", Kind.TIME: "duration"}
"""An English name of a concept in ``synonyms.toml`` for each kind that has one."""
_LONGEST = 4_000
_MOST_TERMS = 48
_HISTORY_WEIGHTS = (0.25, 0.15)
_EARLIER = 0.4
"""How much the question before counts in the vector of a short one."""
_SHORT_FOLLOW_UP = 4
_SHORT_FACTOR = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedTerm:
    """One word of a question as an index term.

    ``word`` is how it was spelled (folded). ``alternatives`` are index terms that may stand in its
    place, with how much they count (0..1); ``near`` are such as only come near in meaning.
    ``is_own`` is False for words that only earlier questions hold.
    """

    term: str
    word: str
    weight: float = 1.0
    is_own: bool = True
    alternatives: tuple[tuple[str, float], ...] = ()
    near: tuple[tuple[str, float], ...] = ()

    @property
    def readings(self) -> tuple[tuple[str, float], ...]:
        """The term itself and all that may stand in its place."""
        surest = ((self.term, 1.0), *self.alternatives)
        taken = {name for name, _ in surest}
        return (*surest, *(pair for pair in self.near if pair[0] not in taken))


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question made safe: no control characters, no lone surrogates, bounded length.

    ``known`` as in ``Query``: it is never searched for.
    """

    text: str
    language: str
    history: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    audience: Audience = Audience.PUBLIC
    tags: frozenset[str] = frozenset()
    known: tuple[Known, ...] = ()

    @classmethod
    def of(cls, query: Query) -> "Question":
        """Make a question of whatever a customer wrote."""
        return cls(
            text=_safe(query.text),
            language=query.language.split("-")[0].lower()[:3],
            history=tuple(_safe(text) for text in query.history[-len(_HISTORY_WEIGHTS) :]),
            excluded=query.excluded,
            audience=query.audience,
            tags=query.tags,
            known=query.known,
        )

    def terms(self, language: str) -> tuple[WeightedTerm, ...]:
        """Return the words of the question and of its history as terms of documents in a language.

        Words of another language than the documents' are looked up as they are and translated as
        far as the thesaurus knows them.
        """
        found = {term.term: term for term in self._read(self.text, language)}
        factor = _SHORT_FACTOR if len(found) <= _SHORT_FOLLOW_UP else 1.0
        for text, weight in zip(reversed(self.history), _HISTORY_WEIGHTS, strict=False):
            for term in self._read(text, language, weight=weight * factor):
                found.setdefault(term.term, term)
        return tuple(found.values())

    @cached_property
    def embedded_texts(self) -> tuple[tuple[str, float], ...]:
        """The texts that stand for the question in the vector space, and how much each counts."""
        is_short = len(terms(self.text, self.language)) <= _SHORT_FOLLOW_UP
        earlier = ((self.history[-1], _EARLIER),) if is_short and self.history else ()
        return ((self.text, 1.0), *earlier)

    def _read(
        self, text: str, language: str, *, weight: float | None = None
    ) -> Iterator[WeightedTerm]:
        """Read one text; ``weight`` is None for the question itself."""
        related = thesaurus()
        phrases = related.named(text, self.language, language)
        worth = SYNONYM if language == self.language else TRANSLATION
        fillers, asking = filler_words(self.language), asking_words(text)
        seen: set[str] = set()
        for word, own in spelled_terms(text, self.language):
            for term in own:
                if term in seen or len(seen) >= _MOST_TERMS:
                    continue
                seen.add(term)
                others = (*phrases.get(term, ()), *related.related(term, self.language, language))
                yield WeightedTerm(
                    term=_in_language(word, term, language) if language != self.language else term,
                    word=word,
                    weight=_weight(word, fillers, asking) * (weight or 1.0),
                    is_own=weight is None,
                    alternatives=tuple((other, worth) for other in dict.fromkeys(others)),
                    near=tuple(dict(self._near(word, language)).items()),
                )
        if weight is None:
            yield from _named_kind(text, language)

    def _near(self, word: str, language: str) -> Iterator[tuple[str, float]]:
        """What documents of a language may say instead of a word, and how much that counts."""
        is_own = language == self.language
        worth, least = (NEAR, NEAR_COSINE) if is_own else (NEAR_ABROAD, NEAR_COSINE_ABROAD)
        for other, cosine in near_words(word, language):
            if cosine >= least:
                yield from ((term, worth * cosine) for term in terms(other, language)[:1])


def _weight(word: str, fillers: Container[str], asking: Container[str]) -> float:
    if word in asking:
        return ASKING
    return FILLER if word in fillers else 1.0


def _named_kind(text: str, language: str) -> Iterator[WeightedTerm]:
    """What documents call the kind of answer that a question wants without a name: "how much"."""
    name = _KIND_NAMES.get(wanted_kind(text))
    own, *others = thesaurus().members_of(name, language) if name else ((),)
    if own:
        yield WeightedTerm(
            term=own,
            word="",
            weight=FILLER,
            is_own=False,
            alternatives=tuple((other, 1.0) for other in others),
        )


def _in_language(word: str, term: str, language: str) -> str:
    """The term that documents of another language would have for a word spelled alike."""
    return next(iter(terms(word, language)), term)


def _safe(text: str) -> str:
    bounded = text[:_LONGEST]
    kept = (c if unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"} else " " for c in bounded)
    return "".join(kept)
