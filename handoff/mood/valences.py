"""How good or bad single words are, before anything is learned: -4 (bad) to 4 (good)."""

from collections.abc import Mapping

_SHORTEST_STEM = 3
_KEPT = 20_000


class Valences:
    """Words one by one, and stems that stand for all words that begin with them.

    All are folded. A word counts before a stem, and the longest stem before others; what is unknown
    is 0.
    """

    def __init__(self, words: Mapping[str, float], stems: Mapping[str, float]) -> None:
        self.words = words
        self.stems = stems
        self._looked_up: dict[str, float] = {}

    def of(self, word: str) -> float:
        """Look a folded word up."""
        known = self._looked_up.get(word)
        if known is None:
            known = self._find(word)
            if len(self._looked_up) < _KEPT:
                self._looked_up[word] = known
        return known

    def _find(self, word: str) -> float:
        if word in self.words:
            return self.words[word]
        stems = (word[:end] for end in range(len(word), _SHORTEST_STEM - 1, -1))
        return next((self.stems[stem] for stem in stems if stem in self.stems), 0.0)
