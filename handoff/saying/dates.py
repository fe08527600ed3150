"""Times in words, as people say them: ``tomorrow at 9:00``, ``el lunes 30 de noviembre a las 9:00``."""

from datetime import datetime, tzinfo

from bot.texts import say


def in_words(
    at: datetime, now: datetime, zone: tzinfo, language: str, *, place: str | None = None
) -> str:
    """Say when something is, seen from ``now`` and by the clocks of ``zone``, which is named.

    ``place`` is its name for people who don't know its short one.
    """
    there, here = at.astimezone(zone), now.astimezone(zone)
    hour = f"{there.hour}:{there.minute:02} {place or there.tzname() or ''}".strip()
    days = (there.date() - here.date()).days
    if days in {0, 1}:
        return say(f"verbs.when_{'tomorrow' if days else 'today'}", language, hour=hour)
    key = "when_day" if there.year == here.year else "when_year"
    return say(
        f"verbs.{key}",
        language,
        weekday=say("verbs.weekdays", language).split()[there.weekday()],
        day=there.day,
        month=say("verbs.months", language).split()[there.month - 1],
        year=there.year,
        hour=hour,
    )
