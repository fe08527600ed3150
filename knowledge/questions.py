"""A customer's question as weighted terms: what is searched for, and how much each word counts."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

from bot.vocabulary.knowledge import Query
from knowledge.words import terms

_LONGEST = 4_000
_MOST_TERMS = 48
_HISTORY_WEIGHTS = (0.35, 0.2)
_SHORT_FOLLOW_UP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedTerm:
    """One term of a question; ``is_own`` is False for words that only earlier questions hold."""

    term: str
    weight: float
    is_own: bool = True


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question made safe: no control characters, no lone surrogates, bounded length."""

    text: str
    language: str
    history: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()

    @classmethod
    def of(cls, query: Query) -> "Question":
        """Make a question of whatever a customer wrote."""
        return cls(
            text=_safe(query.text),
            language=query.language.split("-")[0].lower()[:3],
            history=tuple(_safe(text) for text in query.history[-len(_HISTORY_WEIGHTS) :]),
            excluded=query.excluded,
        )

    def terms(self, language: str) -> tuple[WeightedTerm, ...]:
        """Return the terms of the question and of its history, as if written in ``language``."""
        own = list(dict.fromkeys(terms(self.text, language)))[:_MOST_TERMS]
        found = {term: WeightedTerm(term=term, weight=1.0) for term in own}
        factor = 1.6 if len(own) <= _SHORT_FOLLOW_UP else 1.0
        for text, weight in zip(reversed(self.history), _HISTORY_WEIGHTS, strict=False):
            for term in list(dict.fromkeys(terms(text, language)))[:_MOST_TERMS]:
                found.setdefault(
                    term, WeightedTerm(term=term, weight=weight * factor, is_own=False)
                )
        return tuple(found.values())

    @cached_property
    def embedded_text(self) -> str:
        """The text that stands for the question in the vector space."""
        is_short = len(list(terms(self.text, self.language))) <= _SHORT_FOLLOW_UP
        return "\n".join((*(self.history[-1:] if is_short else ()), self.text))


def _safe(text: str) -> str:
    bounded = text[:_LONGEST]
    kept = (c if unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"} else " " for c in bounded)
    return "".join(kept)
