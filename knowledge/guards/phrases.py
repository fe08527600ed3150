"""Words and phrases of an operator's lists, found in a text whatever their endings (pure)."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from knowledge.guards.hidden import without_hidden
from knowledge.language.words import terms, words

_ALWAYS = ("en", "es")
"""A phrase is looked for as in these languages too: people mix them, and lists name none."""


class Phrases:
    """A list of phrases; each is found where its words stand side by side, in any of their forms.

    Short words that say nothing ("the", "de") don't count. A phrase of nothing but such words is
    found as it is spelled. Characters that nobody sees part no word.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = tuple(dict.fromkeys(one.strip() for one in phrases if one.strip()))

    def __bool__(self) -> bool:
        return bool(self._phrases)

    def first_in(self, text: str, language: str) -> str | None:
        """Return the first phrase that a text holds, as it was written; None when it holds none."""
        if not self._phrases:
            return None
        text = without_hidden(text)
        spelled = tuple(words(text))
        stems = [(code, tuple(terms(text, code))) for code in dict.fromkeys((language, *_ALWAYS))]
        for phrase in self._phrases:
            if any(_holds(found, _stems(phrase, code)) for code, found in stems):
                return phrase
            if not _stems(phrase, language) and _holds(spelled, tuple(words(phrase))):
                return phrase
        return None


@lru_cache(maxsize=10_000)
def _stems(phrase: str, language: str) -> tuple[str, ...]:
    return tuple(terms(phrase, language))


def _holds(found: Sequence[str], wanted: Sequence[str]) -> bool:
    if not wanted:
        return False
    size = len(wanted)
    return any(
        found[start] == wanted[0] and tuple(found[start : start + size]) == tuple(wanted)
        for start in range(len(found) - size + 1)
    )
