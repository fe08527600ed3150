"""What can be pointed at: in a message itself, and in the dialogue before it."""

import re
from collections import Counter
from collections.abc import Mapping

from handoff.mood.phrases import phrases

_SHOUTED = 0.6
_FEWEST_LETTERS = 8
_MARKS = re.compile(r"!{2,}|\?{2,}|\?!|!\?")
_OWN_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "shouted": {"anger": 1.0, "negative": 0.5, "urgency": 0.5},
    "marks": {"frustration": 0.5, "negative": 0.3, "urgency": 0.5},
}


def signs_in(text: str, folded: str) -> Counter[str]:
    """Count the signs of a message, by name."""
    found = Counter({name: len(sign.pattern.findall(folded)) for name, sign in phrases().items()})
    found["shouted"] = int(_is_shouted(text))
    found["marks"] = len(_MARKS.findall(text))
    return +found


def weight_of(name: str) -> Mapping[str, float]:
    """What a sign says of each feeling it speaks of, in log odds."""
    return _OWN_WEIGHTS[name] if name in _OWN_WEIGHTS else phrases()[name].weights


def _is_shouted(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return len(letters) >= _FEWEST_LETTERS and capitals >= _SHOUTED * len(letters)
