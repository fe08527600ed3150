"""Opening hours as people write them: ``mon-fri 09:00-18:00, sat 10:00-14:00``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

HOUR_MINUTES = 60
DAY_MINUTES = 24 * HOUR_MINUTES

_DAYS = {
    name: day
    for day, names in enumerate(
        ("mon lun", "tue mar", "wed mie mié", "thu jue", "fri vie", "sat sab sáb", "sun dom")
    )
    for name in names.split()
}
_EVERY_DAY = {"daily", "diario"}
_ALWAYS = {"", "always", "siempre", "24/7"}
_SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?")
_TOKEN = re.compile(r"[^\s,;]+")
_HOLIDAY = re.compile(r"(?:(\d{4})-)?(\d\d)-(\d\d)(?:\s+(.*))?", re.DOTALL)
_LEAP_YEAR = 2024


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of one weekday (Monday is 0), in minutes from its midnight by the clock on the wall.

    ``end`` may lie past 24 hours: the stretch goes on into the next day.
    """

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day on which nothing opens; without ``year`` it is one of every year."""

    month: int
    day: int
    year: int | None = None
    name: str = ""

    def is_on(self, day: date) -> bool:
        """Whether it falls on a day."""
        same_year = self.year is None or self.year == day.year
        return same_year and (self.month, self.day) == (day.month, day.day)


def parse_hours(text: str) -> tuple[Span, ...]:
    """Read opening hours; none at all mean that it is always open.

    Days are English or Spanish (``mon``, ``lun``), alone, as ``mon-fri`` or one after another, or
    ``daily``; several stretches may follow. One that ends before it begins goes on past midnight.

    Raises:
        ValueError: What can't be read, in words for whoever wrote it.
    """
    tokens: list[str] = _TOKEN.findall(text.casefold().replace("–", "-"))
    if " ".join(tokens) in _ALWAYS:
        return ()
    return tuple(sorted(_spans(tokens), key=lambda span: (span.day, span.start)))


def _spans(tokens: list[str]) -> Iterator[Span]:
    days: list[int] = []
    had_times = True
    for token in tokens:
        if _SPAN.fullmatch(token):
            if not days:
                raise ValueError(f"{token!r} stands without a day: write mon-fri {token}")
            start, end = _minutes(token)
            yield from (Span(day=day, start=start, end=end) for day in days)
            had_times = True
        else:
            days = _days(token) if had_times else [*days, *_days(token)]
            had_times = False
    if not had_times:
        raise ValueError("the last day has no times: write them behind it, such as sat 10:00-14:00")


def _days(token: str) -> list[int]:
    if token in _EVERY_DAY:
        return list(range(7))
    first, dash, last = token.partition("-")
    begin, end = _day(first), _day(last if dash else first)
    if begin is None or end is None:
        raise ValueError(
            f"{token!r} is neither a day nor a time: write hours like "
            "mon-fri 09:00-18:00, sat 10:00-14:00"
        )
    return [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]


def _day(name: str) -> int | None:
    """Read a day by its short name, its English or its Spanish one."""
    whole = re.fullmatch(r"[a-záéíóú]{3,9}\.?", name)
    return _DAYS.get(name[:3]) if whole else None


def _minutes(token: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(token)
    times = [int(part or 0) for part in match.groups()] if match else []
    start, end = (hour * HOUR_MINUTES + minute for hour, minute in (times[:2], times[2:]))
    is_time = max(times[1::2]) < HOUR_MINUTES and start < DAY_MINUTES and end <= DAY_MINUTES
    if not is_time or start == end:
        raise ValueError(f"{token!r} is no stretch of a day: write it like 09:00-18:00")
    return start, end if end > start else end + DAY_MINUTES


def parse_holiday(text: str) -> Holiday:
    """Read ``2026-12-25``, ``12-25`` (every year), either with a name behind it.

    Raises:
        ValueError: It is no such day, in words for whoever wrote it.
    """
    match = _HOLIDAY.fullmatch(text.strip())
    year, month, day = (int(part or 0) for part in match.groups()[:3]) if match else (0, 0, 0)
    try:
        date(year or _LEAP_YEAR, month, day)
    except ValueError:
        raise ValueError(
            f"{text!r} is no holiday: write 2026-12-25, or 12-25 for every year, and a name behind "
            "it if you like"
        ) from None
    name = match[4] if match else ""
    return Holiday(year=year or None, month=month, day=day, name=(name or "").strip())
