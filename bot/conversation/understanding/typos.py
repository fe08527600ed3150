"""One slip of the finger in a key word: a letter too many, too few, wrong, or two swapped.

The index holds every key word under itself with each letter left out, so that a look-up costs as
many steps as the unknown word has letters, however many key words there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

SHORTEST = 5
"""Shorter key words have too many neighbours that are words of their own (talk, walk, task)."""

LONGEST = 24


class TypoIndex:
    """Key words, and what people mistype for them."""

    def __init__(self, key_words: Iterable[str], known_words: Iterable[str]) -> None:
        """Index ``key_words``; ``known_words`` are right as they stand. Both are folded."""
        self._by_remainder: defaultdict[str, set[str]] = defaultdict(set)
        key_words = {word for word in key_words if len(word) >= SHORTEST}
        self._known = frozenset(known_words) | key_words
        for word in key_words:
            for remainder in _remainders(word):
                self._by_remainder[remainder].add(word)

    def correct(self, form: str) -> str:
        """Return the key word that was meant, or the word itself.

        A slip that fits two key words goes to the first in the alphabet: phrases use either.
        """
        if form in self._known or not SHORTEST - 1 <= len(form) <= LONGEST:
            return form
        near = (self._by_remainder.get(remainder, ()) for remainder in _remainders(form))
        return min(
            (word for words in near for word in words if is_one_slip(form, word)), default=form
        )


def is_one_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter, or by two neighbours that are swapped."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    is_swap = len(one) == len(other) == 2 and one == other[::-1]  # noqa: PLR2004
    return is_swap or max(len(one), len(other)) == 1


def _remainders(word: str) -> Iterator[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
