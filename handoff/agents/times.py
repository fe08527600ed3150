"""Reads times as agents write them, in English and Spanish: ``2h``, ``mañana 9:00``, ``lunes`` (pure)."""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from handoff.gestures import bare

MORNING, AFTERNOON, EVENING = time(9), time(15), time(19)
"""What a day without an hour means, and the parts of a day."""

NOON = 12
"""Hours of each half of a day, where it is told as am and pm."""

MOST_WORDS = 8
"""Words that a time is written in at most; what follows is no longer looked at."""

_UNITS = {
    "minutes": r"m|mins?|minutes?|minutos?",
    "hours": r"h|hrs?|hours?|horas?",
    "days": r"d|days?|dias?",
    "weeks": r"w|weeks?|semanas?",
}
_AMOUNTS = {"a": 1.0, "an": 1.0, "one": 1.0, "un": 1.0, "una": 1.0, "half an": 0.5, "media": 0.5}
_AMOUNT = rf"\d{{1,4}}(?:[.,]\d)?|{'|'.join(sorted(_AMOUNTS, key=len, reverse=True))}"
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items())
_SPAN = re.compile(rf"(?:and |y |, ?)?(?P<amount>{_AMOUNT}) ?(?:{_UNIT})(?![a-z]) ?")
_HOURS_AND_MINUTES = re.compile(r"(\d{1,2}) ?h ?(\d{2})")

_DAYS = {
    "today": 0,
    "hoy": 0,
    "tomorrow": 1,
    "tmrw": 1,
    "manana": 1,
    "day after tomorrow": 2,
    "the day after tomorrow": 2,
    "pasado manana": 2,
}
_PARTS = {
    "this afternoon": AFTERNOON,
    "esta tarde": AFTERNOON,
    "this evening": EVENING,
    "tonight": EVENING,
    "esta noche": EVENING,
}
_WEEKDAYS = (
    ("mon", "monday", "lun", "lunes"),
    ("tue", "tues", "tuesday", "mar", "martes"),
    ("wed", "wednesday", "mie", "miercoles"),
    ("thu", "thurs", "thursday", "jue", "jueves"),
    ("fri", "friday", "vie", "viernes"),
    ("sat", "saturday", "sab", "sabado"),
    ("sun", "sunday", "dom", "domingo"),
)
_WEEKDAY_OF = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_NAMED = sorted({*_DAYS, *_WEEKDAY_OF}, key=len, reverse=True)
_DAY = re.compile(
    rf"(?:on |el |this |este )?(?P<next>next |proximo |el proximo )?"
    rf"(?P<day>{'|'.join(_NAMED)}|\d{{4}}-\d{{2}}-\d{{2}})(?P<rest>(?:[ ,t].*)?)"
)
_CLOCK = re.compile(
    r"(?P<at>at |a las? |las? )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?::\d{2})?)?"
    r" ?(?P<half>am|pm|a\.m\.|p\.m\.)?(?P<h> ?(?:h|hrs|horas))?"
)
_PART = re.compile(
    r"(?:in the |por la |de la )?(?P<part>morning|manana|afternoon|tarde|evening|noche)"
)
_PART_OF = {
    "morning": MORNING,
    "manana": MORNING,
    "afternoon": AFTERNOON,
    "tarde": AFTERNOON,
    "evening": EVENING,
    "noche": EVENING,
}
_LEADING = re.compile(r"(?:until|till|hasta|in|en|dentro de) ")


def read_when(text: str, now: datetime, zone: tzinfo) -> tuple[datetime, str] | None:
    """Read the time at the beginning of a text; returns it as aware UTC, and what follows.

    Hours and days without a zone are those of ``zone``. A time that has gone by is returned as such.
    None when the text doesn't begin with a time.
    """
    here = now.astimezone(zone)
    words = text.split()
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        at = _time_of(" ".join(words[:count]), here)
        if at is not None:
            rest = text.split(maxsplit=count)[count:]
            return at.astimezone(UTC), rest[0] if rest else ""
    return None


def _time_of(words: str, here: datetime) -> datetime | None:
    written = _LEADING.sub("", bare(words), count=1)
    try:
        return (
            _after_a_span(written, here)
            or _of_a_stamp(words.strip(), here)
            or _on_a_day(written, here)
            or _at_an_hour(written, here)
        )
    except (OverflowError, ValueError):  # no such day or hour
        return None


def _after_a_span(written: str, here: datetime) -> datetime | None:
    if pair := _HOURS_AND_MINUTES.fullmatch(written):
        return here.astimezone(UTC) + timedelta(hours=int(pair[1]), minutes=int(pair[2]))
    days, exact, position = timedelta(), timedelta(), 0
    while position < len(written):
        match = _SPAN.match(written, position)
        if match is None:
            return None
        unit = next(name for name in _UNITS if match[name])
        amount = _AMOUNTS.get(match["amount"]) or float(match["amount"].replace(",", "."))
        span = timedelta(**{unit: amount})
        days, exact = (days + span, exact) if unit in {"days", "weeks"} else (days, exact + span)
        position = match.end()
    # A day later is the same hour by the clock on the wall, even where the clock was put forward.
    return (here + days).astimezone(UTC) + exact if position else None


def _of_a_stamp(written: str, here: datetime) -> datetime | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", written):
        return None
    at = datetime.fromisoformat(written)
    return at if at.tzinfo else at.replace(tzinfo=here.tzinfo)


def _on_a_day(written: str, here: datetime) -> datetime | None:
    if written in _PARTS:
        return _at(here, _PARTS[written])
    match = _DAY.fullmatch(written)
    if match is None:
        return None
    hour = _hour_of(match["rest"].strip(" ,t"), after_a_day=True)
    if hour is None:
        return None
    return _day_of(match["day"], here, hour, skips_today=bool(match["next"]))


def _day_of(day: str, here: datetime, hour: time, *, skips_today: bool) -> datetime:
    if day in _DAYS:
        return _at(here + timedelta(days=_DAYS[day]), hour)
    if day not in _WEEKDAY_OF:
        return _at(datetime.fromisoformat(day).replace(tzinfo=here.tzinfo), hour)
    ahead = (_WEEKDAY_OF[day] - here.weekday()) % 7
    at = _at(here + timedelta(days=ahead), hour)
    passed = at <= here or (skips_today and ahead == 0)
    return _at(here + timedelta(days=ahead + 7), hour) if passed else at


def _at_an_hour(written: str, here: datetime) -> datetime | None:
    hour = _hour_of(written, after_a_day=False)
    if hour is None:
        return None
    at = _at(here, hour)
    return at if at > here else _at(here + timedelta(days=1), hour)


def _hour_of(written: str, *, after_a_day: bool) -> time | None:
    """Read an hour; a mere number is one only behind a day or ``at``."""
    if not written:
        return MORNING if after_a_day else None
    if part := _PART.fullmatch(written):
        return _PART_OF[part["part"]] if after_a_day else None
    match = _CLOCK.fullmatch(written)
    if match is None:
        return None
    if not (after_a_day or match["at"] or match["minute"] or match["half"]):
        return None
    hour = int(match["hour"])
    if half := match["half"]:
        if not 1 <= hour <= NOON:
            return None
        hour = hour % NOON + (NOON if half.startswith("p") else 0)
    return time(hour, int(match["minute"] or 0))


def _at(day: datetime, hour: time) -> datetime:
    return datetime.combine(day.date(), hour, tzinfo=day.tzinfo)
