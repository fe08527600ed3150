"""The default reader: a small model's view of the message, and what the dialogue shows."""

import math
from collections.abc import Sequence

from bot.vocabulary.mood import Feeling, Mood, Said
from handoff.mood.feelings import feeling_of
from handoff.mood.folding import fold, shorten
from handoff.mood.model import MoodModel, mood_model
from handoff.mood.signs import signs_in_dialogue


class DefaultMoodReader:
    """Implements ``MoodReader`` without a network, a store or a clock."""

    def __init__(self, model: MoodModel | None = None) -> None:
        self._model = model or mood_model()

    def read(self, text: str, *, language: str, context: Sequence[Said] = ()) -> Mood:  # noqa: ARG002
        """Tell the mood; English and Spanish are read side by side, whatever ``language`` is."""
        odds = self._model.log_odds(text)
        for sign in signs_in_dialogue(fold(shorten(text)), context):
            for feeling, weight in sign.weights.items():
                odds[feeling] += weight
        return Mood(**{name: probability(value) for name, value in odds.items()})

    def feeling(self, mood: Mood) -> Feeling:
        """See ``MoodReader.feeling``."""
        return feeling_of(mood)


def probability(log_odds: float) -> float:
    """Turn log odds into 0..1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))
