"""A mood in one word, and the threshold that decisions rest on."""

from bot.vocabulary.mood import Feeling, Mood

NEGATIVE_FROM = 0.5
"""``Mood.negative`` from which a customer counts as dissatisfied."""

_ANGRY_FROM = 0.5
_SATISFIED_FROM = 0.5


def feeling_of(mood: Mood) -> Feeling:
    """Put a mood in one word; a bad one counts before a good one."""
    if mood.negative >= NEGATIVE_FROM:
        return Feeling.ANGRY if mood.anger >= _ANGRY_FROM else Feeling.FRUSTRATED
    return Feeling.SATISFIED if mood.satisfaction >= _SATISFIED_FROM else Feeling.NEUTRAL
