"""The socket for words that are near in meaning; whoever builds the parts plugs a table in."""

from collections.abc import Sequence
from typing import Protocol


class NearWords(Protocol):
    """Looks up which words of a language (ISO 639-1) mean about the same as a folded word of any."""

    def __call__(self, word: str, language: str, /) -> Sequence[tuple[str, float]]:
        """Return folded words with their nearness (cosine, 0..1), the nearest first."""
        ...


def nothing_near(_word: str, _language: str, /) -> Sequence[tuple[str, float]]:
    """Know no other words: only a question's own count."""
    return ()
