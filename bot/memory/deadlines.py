"""Until when something is promised: days as people name them, in English and Spanish (pure)."""

import re
from datetime import UTC, date, datetime, time, timedelta
from math import ceil

from bot.memory.folded import composed, fold

_NUMBER_WORDS = """
one un | two dos | three tres | four cuatro | five cinco | six seis | seven siete | eight ocho | nine nueve
| ten diez | eleven once | twelve doce | thirteen trece | fourteen catorce | fifteen quince
"""
_WEEKDAY_WORDS = """
monday lunes | tuesday martes | wednesday miercoles | thursday jueves | friday viernes | saturday sabado
| sunday domingo
"""
_MONTH_WORDS = """
january enero | february febrero | march marzo | april abril | may mayo | june junio | july julio
| august agosto | september septiembre | october octubre | november noviembre | december diciembre
"""


def _numbered(words: str, start: int) -> dict[str, int]:
    entries = enumerate(words.split("|"), start=start)
    return {word: number for number, entry in entries for word in entry.split()}


_NUMBERS = _numbered(_NUMBER_WORDS, 1) | {
    "a": 1,
    "an": 1,
    "una": 1,
    "couple": 2,
    "par": 2,
    "few": 3,
}
_WEEKDAYS = _numbered(_WEEKDAY_WORDS, 0)
MONTHS = _numbered(_MONTH_WORDS, 1)
"""The months by their folded names, English and Spanish: ``march`` and ``marzo`` are 3."""
_NUMBER = rf"\d{{1,3}}|{'|'.join(_NUMBERS)}"
_MONTH = "|".join(MONTHS)
_SPAN = re.compile(
    rf"(?<!\w)(?:(?:{_NUMBER})(?: ?[-–] ?| to | or | a | o ))?(?P<number>{_NUMBER})(?: of| de)? ?"
    r"(?P<business>business |working )?(?P<unit>minut\w{1,2}|hours?|horas?|h|days?|dias?|weeks?|semanas?|"
    r"months?|mes(?:es)?)(?P<working> habiles| laborables)?(?!\w)"
)
_ON_DATE = re.compile(
    rf"(?<!\w)(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of| de)? (?P<month>{_MONTH})"
    rf"|(?P<month_first>{_MONTH}) (?P<day_behind>\d{{1,2}})(?:st|nd|rd|th)?)(?!\w)"
    r"|(?<!\w)(?P<iso>\d{4}-\d\d-\d\d)(?!\w)"
)
_WEEKDAY = re.compile(rf"(?<!\w)(?P<weekday>{'|'.join(_WEEKDAYS)})(?!\w)")
_NAMED = (
    (re.compile(r"(?<!\w)(?:day after tomorrow|pasado manana)(?!\w)"), 2),
    (re.compile(r"(?<!\w)(?:tomorrow|(?<!la )(?<!por la )manana)(?!\w)"), 1),
    (
        re.compile(
            r"(?<!\w)(?:today|tonight|this (?:morning|afternoon|evening)|hoy|esta (?:tarde|noche))(?!\w)"
        ),
        0,
    ),
)
_NEXT_WEEK = re.compile(
    r"(?<!\w)(?:next week|(?:la )?(?:proxima semana|semana que viene|semana proxima))(?!\w)"
)
_THIS_WEEK = re.compile(
    r"(?<!\w)(?:this week|end of the week|esta semana|fin de semana|final de la semana)(?!\w)"
)
_WORKDAYS, _WEEK, _SUNDAY = 5, 7, 6


def deadline(text: str, said_at: datetime) -> datetime | None:
    """Return the end (UTC) of the day until which a text promises something; None when it names none."""
    plain, day = fold(composed(text)), said_at.astimezone(UTC).date()
    found = (
        _on_date(plain, day)
        or _named_day(plain, day)
        or _after_a_span(plain, day)
        or _weekday(plain, day)
    )
    found = found or _week(plain, day)
    return datetime.combine(found, time(23, 59), UTC) if found else None


def _on_date(text: str, day: date) -> date | None:
    found = _ON_DATE.search(text)
    if found is None:
        return None
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month = MONTHS[found["month"] or found["month_first"]]
        this_year = date(day.year, month, int(found["day"] or found["day_behind"]))
        return this_year if this_year >= day else this_year.replace(year=day.year + 1)
    except ValueError:
        return None


def _named_day(text: str, day: date) -> date | None:
    return next((day + timedelta(days=days) for named, days in _NAMED if named.search(text)), None)


def _after_a_span(text: str, day: date) -> date | None:
    found = _SPAN.search(text)
    if found is None:
        return None
    number = int(found["number"]) if found["number"].isdigit() else _NUMBERS[found["number"]]
    if found["business"] or found["working"]:
        number += 2 * ceil(number / _WORKDAYS)
    return day + timedelta(days=ceil(number * _days(found["unit"])))


def _days(unit: str) -> float:
    if unit.startswith(("h", "minut")):
        return 0 if unit.startswith("minut") else 1 / 24
    if unit.startswith(("month", "mes")):
        return 30
    return 7 if unit.startswith(("week", "semana")) else 1


def _weekday(text: str, day: date) -> date | None:
    found = _WEEKDAY.search(text)
    if found is None:
        return None
    return day + timedelta(days=(_WEEKDAYS[found["weekday"]] - day.weekday()) % _WEEK)


def _week(text: str, day: date) -> date | None:
    sunday = day + timedelta(days=_SUNDAY - day.weekday())
    if _NEXT_WEEK.search(text):
        return sunday + timedelta(days=_WEEK)
    return sunday if _THIS_WEEK.search(text) else None
