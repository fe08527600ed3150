"""Texts as numbered terms: accents folded, words stemmed in their language, versions kept whole.

Numbers and not words, so that a whole memory is compared at once as arrays. A lexicon holds single words
and no texts.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
import snowballstemmer  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray
from typing_extensions import override

from bot.memory.recall.stopwords import STOP_WORDS

NO_TERM = 0
"""The number of a word that says nothing."""

_IS_BETWEEN = -1

_BETWEEN = "\x01"
"""Stands between texts that are read at once; control characters of a text are no words."""

_POINT = re.compile(r"\.(?<=\d\.)(?=\d)")
_NO_WORD = re.compile(rf"[^\w{_BETWEEN}]+")
_BLANKS = str.maketrans(
    {
        sign: " "
        for sign in map(chr, range(128))
        if not sign.isalnum() and sign not in f"_{_BETWEEN}"
    }
)
_COMBINING = re.compile("[\u0300-\u036f]")
_STEMMERS = {"en": "english", "es": "spanish"}
_SPANISH_NOUN = re.compile(r"(c|s)ion$")

Numbers = NDArray[np.intp]


class _Algorithm(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 (snowballstemmer's name)


def fold(text: str) -> str:
    """Lower-case and without accents."""
    if text.isascii():
        return text.lower()
    return _COMBINING.sub("", unicodedata.normalize("NFKD", text.casefold()))


def words(text: str) -> list[str]:
    """Return the folded words of a text in their order; ``4.2`` is one word, written ``4_2``."""
    return _split(text.replace(_BETWEEN, " "))


def _split(text: str) -> list[str]:
    plain = _POINT.sub("_", fold(text))
    # Blanks by table and no regular expression: of a whole memory at once it is five times faster.
    return (plain.translate(_BLANKS) if plain.isascii() else _NO_WORD.sub(" ", plain)).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of so many ``texts``: their numbers, and for each the row of its text."""

    numbers: Numbers
    rows: Numbers
    texts: int

    def counted(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum for each text the weights that its terms have by their number."""
        found = np.bincount(self.rows, weights[self.numbers], minlength=self.texts)
        return found.astype(np.float64, copy=False)


class Lexicon:
    """Gives each term a number; the stems of different languages that are written alike share one.

    Not for several threads at once: the stemmers keep their word in themselves.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": NO_TERM}
        self._tables: dict[str, _Table] = {}

    def __len__(self) -> int:
        """How many terms have a number, with the one for no term."""
        return len(self._numbers)

    def term(self, word: str, language: str) -> int:
        """Return the number of a folded word's term; ``NO_TERM`` for a stop word."""
        return self._table(language)[word]

    def read(self, texts: Sequence[str], languages: Sequence[str]) -> "Terms":
        """Read texts, each in its language; like ones at once, which is many times faster."""
        alike: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
        for place, (text, language) in enumerate(zip(texts, languages, strict=True)):
            alike[language, text.isascii()].append(place)
        numbers: list[Numbers] = []
        rows: list[Numbers] = []
        for (language, _), places in alike.items():
            found = self._read_alike([texts[place] for place in places], language)
            row = np.array(places, dtype=np.intp)[np.cumsum(found == _IS_BETWEEN) - 1]
            says = found > NO_TERM
            numbers.append(found[says])
            rows.append(row[says])
        empty = np.zeros(0, dtype=np.intp)
        return Terms(
            numbers=np.concatenate([empty, *numbers]),
            rows=np.concatenate([empty, *rows]),
            texts=len(texts),
        )

    def _read_alike(self, texts: Sequence[str], language: str) -> Numbers:
        table = self._table(language)
        mark = f" {_BETWEEN} "
        found = _split(mark + mark.join(text.replace(_BETWEEN, " ") for text in texts))
        return np.fromiter(map(table.__getitem__, found), dtype=np.intp, count=len(found))

    def _table(self, language: str) -> "_Table":
        table = self._tables.get(language)
        if table is None:
            table = self._tables[language] = _Table(language, self._numbers)
        return table


class _Table(defaultdict[str, int]):
    """Words of one language with the number of their term, filled as they are met."""

    def __init__(self, language: str, numbers: dict[str, int]) -> None:
        super().__init__()
        self[_BETWEEN] = _IS_BETWEEN
        self._numbers = numbers
        self._is_spanish = language == "es"
        self._stops = STOP_WORDS.get(language, frozenset[str]())
        name = _STEMMERS.get(language)
        stemmer = snowballstemmer.stemmer(name) if name else None  # pyright: ignore[reportUnknownMemberType]
        self._stemmer = cast("_Algorithm | None", stemmer)

    @override
    def __missing__(self, word: str) -> int:
        says_nothing = word in self._stops or (len(word) == 1 and not word.isdigit())
        stem = "" if says_nothing else self._stem(word)
        number = self[word] = self._numbers.setdefault(stem, len(self._numbers))
        return number

    def _stem(self, word: str) -> str:
        """Stem a folded word; Spanish nouns get their accent back, without which they have no stem."""
        if self._stemmer is None or word[0].isdigit():
            return word
        accented = _SPANISH_NOUN.sub(r"\1ión", word) if self._is_spanish else word
        return fold(self._stemmer.stemWord(accented)) or word
