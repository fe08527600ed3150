"""What can be pointed at: in a message itself, and in the dialogue before it.

A customer whom a bot fails seldom swears. They decline, ask for something else, put it right, and say
again what they have said; so a message that answers something is read together with what it answers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.vocabulary.mood import Said
from handoff.mood.folding import fold, shorten
from handoff.mood.phrases import phrases

_SHOUTED = 0.6
_FEWEST_LETTERS = 8
_MARKS = re.compile(r"!{2,}|\?{2,}|\?!|!\?")
_WORD = re.compile(r"[^\W_]{4,}")
_LINES_LOOKED_AT = 6
_FEWEST_WORDS = 3
_SAID_AGAIN = 0.6
_TOLD_AGAIN = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Something that was seen, and the log odds that it adds to each feeling it speaks of."""

    name: str
    weights: Mapping[str, float]


SAID_AGAIN = Sign(name="said_again", weights={"negative": 0.9, "frustration": 0.8})
"""The customer says again what they said before."""
TOLD_AGAIN = Sign(name="told_again", weights={"negative": 0.65, "frustration": 0.5})
"""The customer was told the same thing twice."""
ONGOING = Sign(name="ongoing", weights={"negative": 0.4})
"""Something was answered before: who writes for the first time has had no bad answer yet."""


def is_shouted(text: str) -> bool:
    """Whether most letters are capitals."""
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    return letters >= _FEWEST_LETTERS and capitals >= _SHOUTED * letters


def count_marks(text: str) -> int:
    """Count doubled exclamation and question marks."""
    return len(_MARKS.findall(text))


def signs_in_dialogue(text: str, context: Sequence[Said]) -> Iterator[Sign]:
    """Find what a message and the lines before it show together; nothing without such lines."""
    told = [fold(shorten(line.text)) for line in _last(context, by_customer=False)]
    if not told:
        return
    said = [fold(shorten(line.text)) for line in _last(context, by_customer=True)]
    folded = fold(shorten(text))
    yield ONGOING
    for phrase in phrases("answer"):
        if phrase.is_in(folded):
            yield Sign(name=phrase.name, weights=phrase.weights)
    for phrase in phrases("told"):
        if phrase.is_in(told[-1]):
            yield Sign(name=phrase.name, weights=phrase.weights)
    if _repeats(folded, said, _SAID_AGAIN):
        yield SAID_AGAIN
    if _repeats(told[-1], told[:-1], _TOLD_AGAIN):
        yield TOLD_AGAIN


def _last(context: Sequence[Said], *, by_customer: bool) -> Sequence[Said]:
    return [line for line in context if line.by_customer is by_customer][-_LINES_LOOKED_AT:]


def _repeats(text: str, before: Sequence[str], share: float) -> bool:
    """Whether a text has this share of its words in common with one before it."""
    words = set(_WORD.findall(text))
    if len(words) < _FEWEST_WORDS:
        return False
    return any(len(words & set(_WORD.findall(line))) >= share * len(words) for line in before)
