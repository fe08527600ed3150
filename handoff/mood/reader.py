"""The default reader: a small model's view of the message, and what the dialogue shows."""

import math
from collections.abc import Sequence

from bot.vocabulary.mood import Feeling, Mood, Said
from handoff.mood.feelings import feeling_of
from handoff.mood.model import MoodModel, mood_model
from handoff.mood.signs import signs_in_dialogue

CALM = {"negative": -2.3, "frustration": -2.3}
"""Log odds below which it says nothing any more how calm the words are: in a dialogue that goes wrong the
calmest customer is dissatisfied too."""
SOBER = 0.6
"""Share of the model's log odds for a feeling that counts: words that speak for one often come together."""
_SUREST = 30.0


class DefaultMoodReader:
    """Implements ``MoodReader`` without a network, a store or a clock."""

    def __init__(self, model: MoodModel | None = None) -> None:
        self._model = model or mood_model()

    def read(self, text: str, *, language: str, context: Sequence[Said] = ()) -> Mood:  # noqa: ARG002
        """Tell the mood; English and Spanish are read side by side, whatever ``language`` is."""
        return in_dialogue(self.log_odds(text), text, context)

    def feeling(self, mood: Mood) -> Feeling:
        """Put a mood in one word."""
        return feeling_of(mood)

    def log_odds(self, text: str) -> dict[str, float]:
        """How likely each feeling is, from the message alone."""
        found = self._model.log_odds(text)
        return {name: min(value, SOBER * value) for name, value in found.items()}


def in_dialogue(log_odds: dict[str, float], text: str, context: Sequence[Said]) -> Mood:
    """Add to what a message says by itself what it says after the lines before it."""
    odds = {name: min(_SUREST, max(-_SUREST, value)) for name, value in log_odds.items()}
    for feeling, calm in CALM.items():
        odds[feeling] = math.log(math.exp(odds[feeling]) + math.exp(calm))
    for sign in signs_in_dialogue(text, context):
        for feeling, weight in sign.weights.items():
            odds[feeling] += weight
    return Mood(**{name: 1 / (1 + math.exp(-value)) for name, value in odds.items()})
