"""Misspelled words of a question: what the documents spell almost like that."""

from collections import defaultdict
from collections.abc import Iterable

_SHORTEST = 4
_TWO_MISTAKES_FROM = 8
_MOST_CORRECTIONS = 3


class Speller:
    """The words of the documents of one language, for look-ups by similar spelling.

    A correction begins with the same letter (people rarely miss the first one) and is at most one
    insertion, deletion, substitution or swap of neighbours away, two for long words
    (Damerau 1964: four in five misspellings are one such mistake).
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words: defaultdict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
        self._known: set[str] = set()
        self.learn(words)

    def learn(self, words: Iterable[str]) -> None:
        """Add words."""
        for word in words:
            if len(word) >= _SHORTEST - 1 and word not in self._known:
                self._known.add(word)
                self._words[word[0], len(word)].append((word, _letters(word)))

    def correct(self, word: str) -> tuple[str, ...]:
        """Return the words at the smallest distance within reach, nearest spelling first."""
        if len(word) < _SHORTEST or not word.isalpha():
            return ()
        reach = 2 if len(word) >= _TWO_MISTAKES_FROM else 1
        found: list[tuple[int, str]] = []
        letters = _letters(word)
        for length in range(len(word) - reach, len(word) + reach + 1):
            for candidate, mask in self._words.get((word[0], length), ()):
                if (letters ^ mask).bit_count() <= 2 * reach:
                    distance = _distance(word, candidate, reach)
                    if distance <= reach:
                        found.append((distance, candidate))
        nearest = min(found, default=(0, ""))[0]
        return tuple(name for away, name in sorted(found) if away == nearest)[:_MOST_CORRECTIONS]


def _letters(word: str) -> int:
    """A set of letters as bits, to pass over most words without comparing them."""
    mask = 0
    for character in word:
        mask |= 1 << (ord(character) % 61)
    return mask


def _distance(left: str, right: str, most: int) -> int:
    """Optimal string alignment distance, given up as soon as it must exceed ``most``."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, character in enumerate(left, start=1):
        previous, row = row, [i]
        for j, other in enumerate(right, start=1):
            cost = min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (character != other))
            if i > 1 and j > 1 and character == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = previous
    return row[-1]
