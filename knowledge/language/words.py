"""Text to index terms: accents folded, words stemmed in their language, codes kept whole.

A code is what holds a digit: ``LNK2019``, ``E-4512``, ``2.4.6-p1``. It is never stemmed and is
found with or without its punctuation (``e4512``), a version also by its beginning (``2.4``).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from threading import Lock
from typing import Protocol, cast

import snowballstemmer  # pyright: ignore[reportMissingTypeStubs]

from knowledge.language.stopwords import stop_words

ANALYSIS = "words-2"
"""Changes whenever the same text would give other terms, so that an index is built anew."""

_TOKEN = re.compile(r"[^\W_]+(?:[-._'’/+#&][^\W_]+)*\+{0,2}#?")
_HYPHENATED = re.compile(r"[^\W_]{1,12}-[^\W_]{1,12}")
_PARTS = re.compile(r"[^\W_]+")
_LINK = re.compile(r"\[([^\]\[]*)\]\([^)\s]*\)")
_MARKUP = re.compile(r"[*`]+|^\s*(?:[-#>]+|\d{1,3}\.)\s+", re.MULTILINE)
_ACCENTED = {
    "es": ((re.compile(r"(c|s)ion$"), r"\1ión"),),
    "pt": ((re.compile(r"cao$"), "ção"), (re.compile(r"coes$"), "ções")),
}
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "nl": "dutch", "en": "english",
    "fi": "finnish", "fr": "french", "de": "german", "el": "greek", "hu": "hungarian",
    "it": "italian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "es": "spanish", "sv": "swedish", "tr": "turkish",
}  # fmt: skip


class _Algorithm(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - snowballstemmer's name


class _Stemmer:
    """One Snowball stemmer; it keeps its word in itself, so threads must take turns."""

    def __init__(self, algorithm: _Algorithm) -> None:
        self._algorithm = algorithm
        self._turn = Lock()

    def stem(self, word: str) -> str:
        with self._turn:
            return self._algorithm.stemWord(word)


def stemmed_languages() -> tuple[str, ...]:
    """The languages (ISO 639-1) whose words are stemmed."""
    return tuple(_STEMMERS)


def fold(text: str) -> str:
    """Lower-case and without accents: ``Devolución`` and ``devolucion`` become the same."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def plain_text(markdown: str) -> str:
    """Take the marks of CommonMark out, so that only words remain."""
    return _MARKUP.sub("", _LINK.sub(r"\1", markdown))


def terms(text: str, language: str) -> list[str]:
    """Return the index terms of a text in their order; stop words are left out."""
    return [term for token in _TOKEN.findall(text) for term in _token_terms(token, language)]


def spelled_terms(text: str, language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return each word as it was spelled (folded) with its index terms; none for a stop word."""
    return ((fold(token), _token_terms(token, language)) for token in _TOKEN.findall(text))


def words(text: str) -> Iterator[str]:
    """Return folded words without stemming, for comparison by spelling."""
    return (part for token in _TOKEN.findall(text) for part in _PARTS.findall(fold(token)))


@lru_cache(maxsize=200_000)
def _token_terms(token: str, language: str) -> tuple[str, ...]:
    folded = fold(token)
    parts = _PARTS.findall(folded)
    if any(character.isdigit() for character in folded):
        return _code_terms(parts)
    stops = stop_words(language)
    if len(parts) == 1:
        word = folded if folded in {"c++", "c#", "f#"} else parts[0]
        return () if word in stops or len(word) == 1 else (_stem(word, language),)
    stemmed = [_stem(part, language) for part in parts if part not in stops and len(part) > 1]
    if _HYPHENATED.fullmatch(folded):
        stemmed.append(_stem("".join(parts), language))
    return tuple(dict.fromkeys(stemmed))


def _code_terms(parts: list[str]) -> tuple[str, ...]:
    whole = "_".join(parts)
    found = [whole]
    if len(parts) > 1:
        if not all(part.isdigit() for part in parts):
            found.append("".join(parts))
        found.extend(part for part in parts if len(part) > 1 and not part.isdigit())
        found.extend("_".join(parts[:end]) for end in range(2, len(parts)))
    return tuple(dict.fromkeys(found))


def _stem(word: str, language: str) -> str:
    for pattern, accented in _ACCENTED.get(language, ()):
        word = pattern.sub(accented, word)
    stemmer = _stemmer(language)
    return fold(stemmer.stem(word)) if stemmer is not None else word


@cache
def _stemmer(language: str) -> _Stemmer | None:
    name = _STEMMERS.get(language)
    if name is None:
        return None
    algorithm = cast("_Algorithm", snowballstemmer.stemmer(name))  # pyright: ignore[reportUnknownMemberType]
    return _Stemmer(algorithm)
