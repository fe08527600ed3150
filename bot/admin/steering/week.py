"""Opening hours in words: ``Mon–Fri 09:00–18:00, Sat 10:00–14:00`` (pure)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.trials import DayOff, Stretch, TeamHours

HOUR = 60
DAY = 24 * HOUR


def week_in_words(hours: TeamHours, language: str) -> str:
    """Return the week of a team; days with the same hours stand together."""
    if not hours.week:
        return say("steering.always_open", language)
    names = say("steering.weekdays", language).split()
    days = [(day, _times(hours.week, day)) for day in range(len(names))]
    groups = [(times, list(group)) for times, group in groupby(days, key=lambda one: one[1])]
    parts = [
        f"{_days([names[day] for day, _ in group])} {times}" for times, group in groups if times
    ]
    return ", ".join(parts)


def state_in_words(hours: TeamHours, language: str) -> str:
    """Say whether a team is open now, and when it opens next."""
    if hours.is_open:
        return say("steering.open_now", language)
    if hours.opens_at is None:
        return say("steering.opens_never", language)
    return say("steering.closed_now", language, opens=moment_in_words(hours, language))


def moment_in_words(hours: TeamHours, language: str) -> str:
    """Return when a team opens next, by its own clock."""
    if hours.opens_at is None:
        return ""
    at: datetime = hours.opens_at.astimezone(ZoneInfo(hours.zone))
    name = say("steering.weekdays", language).split()[at.weekday()]
    return f"{name} {at:%Y-%m-%d %H:%M}"


def day_in_words(day: DayOff, language: str) -> str:
    """Return a holiday: its day, whether it comes every year, and its name."""
    on = f"{day.month:02}-{day.day:02}"
    shown = say("steering.every_year", language, day=on) if day.year is None else f"{day.year}-{on}"
    return f"{shown} {literal(day.name)}".rstrip()


def _days(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"


def _times(week: Sequence[Stretch], day: int) -> str:
    spans = (f"{_clock(one.start)}–{_clock(one.end)}" for one in week if one.day == day)
    return " + ".join(spans)


def _clock(minutes: int) -> str:
    """Write a time of day; what lies past midnight is a time of the next day."""
    shown = minutes if minutes <= DAY else minutes - DAY
    return f"{shown // HOUR:02}:{shown % HOUR:02}"
