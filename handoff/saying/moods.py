"""How a customer felt over a conversation, drawn small: ``▁▂▅█ neutral → angry``."""

from bot.texts import say
from bot.vocabulary.mood import Feeling, MoodCurve

BARS = "▁▂▃▄▅▆▇█"
POINTS_DRAWN = 12


def mood_line(mood: MoodCurve, language: str) -> str:
    """Draw a curve, the higher the angrier, and name its beginning and its end; empty without one."""
    points = mood.points[-POINTS_DRAWN:]
    if not points:
        return ""
    drawn = "".join(_bar(point.mood.negative) for point in points)
    first, last = points[0].feeling, points[-1].feeling
    names = [first] if first is last else [first, last]
    return f"{drawn} {' → '.join(feeling_name(name, language) for name in names)}"


def feeling_name(feeling: Feeling, language: str) -> str:
    """Name a feeling."""
    return say(f"policy.feeling_{feeling}", language)


def _bar(negative: float) -> str:
    return BARS[min(int(negative * len(BARS)), len(BARS) - 1)]
