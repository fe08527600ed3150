"""The days that a question names, in English and Spanish: "on 3 May", "la semana pasada"."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.memory.deadlines import MONTHS
from bot.memory.recall.lexicon import fold

_MONTH = "|".join(MONTHS)
_NAMED = re.compile(
    rf"(?<!\w)(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of| de)? )?(?P<month>{_MONTH})"
    r"(?: (?P<day_behind>\d{1,2})(?:st|nd|rd|th)?(?!\w))?(?:,?(?: of| de| del)? (?P<year>\d{4}))?(?!\w)"
)
_ISO = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_VERB = re.compile(r"(?<!\w)(?:may|march)(?!\w)")
_BEFORE_MONTH = re.compile(r"(?:^|\W)(?:in|since|during|of|last|this|en|de)\s*$")
_RELATIVE = (
    (re.compile(r"(?<!\w)(?:today|hoy)(?!\w)"), 0, 0),
    (re.compile(r"(?<!\w)(?:yesterday|ayer)(?!\w)"), 1, 1),
    (re.compile(r"(?<!\w)(?:last week|(?:la )?semana pasada)(?!\w)"), 14, 1),
    (re.compile(r"(?<!\w)(?:last month|(?:el )?mes pasado)(?!\w)"), 62, 1),
)
_NEAR_DAYS = 7
_ON_THE_DAY, _IN_THE_SPAN, _NEAR_THE_DAY = 1.0, 0.5, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def closeness(self, day: date) -> float:
        """How well (0..1) a day fits; a named day tells more than a month, and is easily misremembered."""
        is_one = self.first == self.last
        if self.first <= day <= self.last:
            return _ON_THE_DAY if is_one else _IN_THE_SPAN
        is_near = is_one and abs((day - self.first).days) <= _NEAR_DAYS
        return _NEAR_THE_DAY if is_near else 0.0


def named_days(question: str, today: date) -> tuple[Span, ...]:
    """Return the days that a question names; a month or day without its year is the last one until today."""
    plain = fold(question)
    return (*_relative(plain, today), *_iso(plain), *_of_months(plain, today))


def _relative(text: str, today: date) -> Iterator[Span]:
    for pattern, first, last in _RELATIVE:
        if pattern.search(text):
            yield Span(first=today - timedelta(days=first), last=today - timedelta(days=last))


def _iso(text: str) -> Iterator[Span]:
    for found in _ISO.finditer(text):
        try:
            day = date.fromisoformat(found[0])
        except ValueError:
            continue
        yield Span(first=day, last=day)


def _of_months(text: str, today: date) -> Iterator[Span]:
    for found in _NAMED.finditer(text):
        day, month = found["day"] or found["day_behind"], MONTHS[found["month"]]
        is_bare = day is None and found["year"] is None
        if (
            is_bare
            and _VERB.fullmatch(found[0])
            and not _BEFORE_MONTH.search(text[: found.start()])
        ):
            continue
        year = int(found["year"]) if found["year"] else today.year - (month > today.month)
        span = _span(year, month, int(day) if day else None)
        if span is not None:
            yield span


def _span(year: int, month: int, day: int | None) -> Span | None:
    if not date.min.year <= year <= date.max.year:
        return None
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return Span(first=date(year, month, 1), last=date(year, month, last))
    return (
        Span(first=date(year, month, day), last=date(year, month, day))
        if 1 <= day <= last
        else None
    )
