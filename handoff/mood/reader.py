"""The default reader: a small model's view of the words, and signs."""

import math
from collections.abc import Sequence
from dataclasses import fields

from bot.vocabulary.mood import Feeling, Mood, Said
from handoff.mood.feelings import feeling_of
from handoff.mood.folding import fold, shorten
from handoff.mood.signs import signs_in, weight_of

FEELINGS = tuple(field.name for field in fields(Mood))
_USUAL = {"anger": -4.0, "frustration": -3.0, "urgency": -3.0, "satisfaction": -2.0}
_USUAL_ELSE = -3.0
_MOST_COUNTED = 2


class DefaultMoodReader:
    """Implements ``MoodReader`` without a network, a store or a clock."""

    def read(self, text: str, *, language: str, context: Sequence[Said] = ()) -> Mood:  # noqa: ARG002
        """Tell the mood; English and Spanish are looked for side by side, whatever ``language`` is."""
        shown = shorten(text)
        odds = {name: _USUAL.get(name, _USUAL_ELSE) for name in FEELINGS}
        for sign, count in signs_in(shown, fold(shown)).items():
            for feeling, weight in weight_of(sign).items():
                odds[feeling] += weight * min(count, _MOST_COUNTED)
        return Mood(**{name: _probability(value) for name, value in odds.items()})

    def feeling(self, mood: Mood) -> Feeling:
        """See ``MoodReader.feeling``."""
        return feeling_of(mood)


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
