"""Numbers in words: times, shares, and that nothing is known (pure)."""

from bot.texts import say
from bot.vocabulary.measures import Span

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_LONG_ENOUGH = 2


def time_in_words(seconds: float | None, language: str) -> str:
    """Return a time in the unit that fits it, rounded as far as that says enough."""
    if seconds is None:
        return say("looking.not_known", language)
    if seconds < _LONG_ENOUGH * MINUTE:
        return f"{round(seconds)} s"
    if seconds < _LONG_ENOUGH * HOUR:
        return f"{round(seconds / MINUTE)} min"
    if seconds < _LONG_ENOUGH * DAY:
        return f"{seconds / HOUR:.1f} h"
    return say("looking.days", language, days=f"{seconds / DAY:.1f}")


def span_in_words(span: Span, language: str) -> str:
    """Return how long something took: half of them, nine of ten, and of how many."""
    if not span.count:
        return say("looking.not_known", language)
    return say(
        "looking.span",
        language,
        p50=time_in_words(span.p50, language),
        p90=time_in_words(span.p90, language),
        count=span.count,
    )


def share_in_words(share: float | None, language: str) -> str:
    """Return a share as people read it."""
    return say("looking.not_known", language) if share is None else f"{100 * share:.0f} %"
