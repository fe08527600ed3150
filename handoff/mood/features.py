"""What the small model sees of a message: its words, their neighbours, their spelling, their valence.

A word is looked up by itself, with its neighbour, and by pieces of its spelling, which carry over to
forms and misspellings that were never seen. A word after a negation counts as another word. All that
is hashed into one row of places, so that the model needs no vocabulary; beside it stand a few sums: of
the valences (good or bad) of known words, of marks and capitals, and one for each sign in the message.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from handoff.mood.folding import fold, shorten
from handoff.mood.phrases import phrases
from handoff.mood.signs import count_marks, is_shouted
from handoff.mood.valences import Valences

BUCKETS = 1 << 17
VERSION = "1"
"""Grows with every change of what a place or a sum stands for: weights fit their own version only."""

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[!?]+|[^\w\s]")
_NEGATION = re.compile(
    r"no|not|never|nobody|nothing|none|neither|nor|without|cannot|(?:ca|do|does|did|is|was|wo|ai)nt|"
    r"\w+n't|hardly|barely|ni|nunca|jamas|tampoco|sin|nadie|nada|ningun|ninguna|apenas"
)
_ENDS_NEGATION = frozenset(".,;:!?()")
_NEGATED_WORDS = 3
_MOST_TOKENS = 250
_LONGEST_WORD = 30
_PIECES = (3, 4, 5)
_PIECE_WEIGHT = 0.5
_MOST_MARKS = 3
_LOUD = 3.0


@dataclass(frozen=True, slots=True)
class Features:
    """A message as the model sees it: places with values, and the sums in the order of their names."""

    places: NDArray[np.int64]
    values: NDArray[np.float32]
    sums: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a run of marks, and whether a negation stands shortly before it."""

    text: str
    negated: bool


def sum_names() -> tuple[str, ...]:
    """Name the sums beside the hashed row, in their order."""
    return ("good", "bad", "marks", "shouted", *(sign.name for sign in phrases("message")))


def features_of(text: str, valences: Valences) -> Features:
    """Tell what the model sees of a text; of a long one its beginning and its end."""
    shown = shorten(text)
    folded = fold(shown)
    tokens = tokens_of(folded)
    row = _row(tokens)
    values = np.sqrt(np.fromiter(row.values(), dtype=np.float32, count=len(row)))
    values /= max(float(np.sqrt(np.square(values).sum())), 1.0)
    signs = [float(sign.is_in(folded)) for sign in phrases("message")]
    marks, loud = min(count_marks(shown), _MOST_MARKS), _LOUD * is_shouted(shown)
    sums = np.array([*_valence_sums(tokens, valences), marks, loud, *signs], dtype=np.float32)
    places = np.fromiter(row, dtype=np.int64, count=len(row))
    return Features(places, values, np.log1p(sums))


def tokens_of(folded: str) -> Sequence[Token]:
    """Part a folded text; the first ones of a very long one."""
    found: list[Token] = []
    left = 0
    for match in _TOKEN.finditer(folded):
        text = match.group()[:_LONGEST_WORD]
        if text[0] in _ENDS_NEGATION:
            left = 0
        found.append(Token(text, left > 0))
        left = _NEGATED_WORDS if _NEGATION.fullmatch(text) else max(0, left - 1)
        if len(found) == _MOST_TOKENS:
            break
    return found


def _row(tokens: Sequence[Token]) -> dict[int, float]:
    row: dict[int, float] = {}
    for token in tokens:
        for place, weight in _word(token.text, negated=token.negated):
            row[place] = row.get(place, 0.0) + weight
    for first, second in pairwise(tokens):
        place = _place(f"2{first.text} {second.text}")
        row[place] = row.get(place, 0.0) + 1.0
    return row


@lru_cache(maxsize=20_000)
def _word(text: str, *, negated: bool) -> tuple[tuple[int, float], ...]:
    padded = f" {text} "
    pieces = (
        (_place(f"3{padded[start : start + size]}"), _PIECE_WEIGHT)
        for size in _PIECES
        for start in range(len(padded) - size + 1)
    )
    return ((_place(f"{'0' if negated else '1'}{text}"), 1.0), *pieces)


def _place(feature: str) -> int:
    return crc32(feature.encode("utf-8", "replace")) % BUCKETS


def _valence_sums(tokens: Sequence[Token], valences: Valences) -> tuple[float, float]:
    """Add up good and bad words; what a negated one means is left to the hashed row."""
    values = [valences.of(token.text) for token in tokens if not token.negated]
    return sum(max(value, 0.0) for value in values), sum(max(-value, 0.0) for value in values)
