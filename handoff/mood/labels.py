"""What the labels of other people's text classifiers say of a mood.

Known are stars (1 to 5), sentiments (negative, neutral, positive, and very so) and names of emotions. What
a label says is written down here, label by label; nothing is guessed from their order.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handoff.mood.folding import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """How far a label speaks of each feeling, in 0..1."""

    negative: float = 0.0
    satisfaction: float = 0.0
    anger: float | None = None
    frustration: float | None = None


_ANGER = Meaning(negative=1.0, anger=1.0, frustration=1.0)
_ANNOYED = Meaning(negative=1.0, anger=0.3, frustration=1.0)
_SAD = Meaning(negative=0.6, anger=0.0, frustration=0.4)
_GLAD = Meaning(satisfaction=1.0, anger=0.0, frustration=0.0)
_NO_FEELING = Meaning()

_STARS = {
    1: Meaning(negative=1.0),
    2: Meaning(negative=0.8),
    3: Meaning(negative=0.3, satisfaction=0.1),
    4: Meaning(satisfaction=0.8),
    5: Meaning(satisfaction=1.0),
}
_NAMED = {
    "very negative|negative|neg|negativo|muy negativo": Meaning(negative=1.0),
    "neutral|neu|neutro|mixed": _NO_FEELING,
    "positive|very positive|pos|positivo|muy positivo": Meaning(satisfaction=1.0),
    "anger|angry|rage|hate|hateful|ira|enfado|enojo|odio": _ANGER,
    "annoyance|annoyed|frustration|frustrated|disgust|disapproval|asco|frustracion": _ANNOYED,
    "disappointment|disappointed|decepcion|dissatisfied|dissatisfaction": _ANNOYED,
    "sadness|sad|grief|remorse|fear|nervousness|embarrassment|tristeza|miedo": _SAD,
    "joy|happy|happiness|gratitude|admiration|approval|love|relief|excitement|optimism": _GLAD,
    "pride|amusement|caring|satisfied|satisfaction|alegria|amor|gratitud": _GLAD,
    "confusion|curiosity|desire|realization|surprise|others|other|sorpresa|none": _NO_FEELING,
}
_STAR = re.compile(r"([1-5])(?: ?(?:stars?|estrellas?))?")
_NAMELESS = re.compile(r"label[ _]\d+")


class UnknownLabelsError(Exception):
    """Raised when a classifier's labels say nothing of moods; the text says why, and the cure."""


def meanings_of(labels: Sequence[str]) -> Mapping[str, Meaning]:
    """Tell what each label says.

    Raises:
        UnknownLabelsError: A label has no name or an unknown one, or none of them speaks of
            dissatisfaction.
    """
    nameless = [label for label in labels if _NAMELESS.fullmatch(fold(label))]
    if nameless:
        raise UnknownLabelsError(
            f"it calls its labels {nameless[0]} and so on: write what they stand for (such as "
            "negative, neutral, positive) into id2label of its config.json"
        )
    found = {label: _meaning_of(label) for label in labels}
    unknown = [label for label, meaning in found.items() if meaning is None]
    if unknown:
        raise UnknownLabelsError(
            f"its label {unknown[0]!r} is unknown: name its labels negative, neutral and positive, "
            "or 1 star to 5 stars, or after emotions such as anger and joy"
        )
    known = {label: meaning for label, meaning in found.items() if meaning is not None}
    if not any(meaning.negative for meaning in known.values()):
        raise UnknownLabelsError(
            "none of its labels speaks of dissatisfaction: choose a classifier of sentiments, stars "
            "or emotions"
        )
    return known


def _meaning_of(label: str) -> Meaning | None:
    name = re.sub(r"[\s_-]+", " ", fold(label)).strip()
    if stars := _STAR.fullmatch(name):
        return _STARS[int(stars.group(1))]
    return next((meaning for names, meaning in _NAMED.items() if name in names.split("|")), None)
