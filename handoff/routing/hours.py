"""Business hours: when a team is there, and time that counts only then.

Instants are aware; what is returned is UTC. A day that the clocks change is as long as it is: hours
are kept by the clock on the wall, and time is counted in real minutes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from handoff.routing.weekly import DAY_MINUTES, Holiday, Span

HORIZON_DAYS = 400
"""A team that does not open for so many days never does."""

MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
_UTC = ZoneInfo("UTC")

Opening = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a team is there, by the clock of its zone. Without ``week`` it always is, but on holidays.

    A stretch belongs to the day on which it begins: a night shift that began before a holiday ends
    as usual.
    """

    week: tuple[Span, ...] = ()
    zone: ZoneInfo = _UTC
    holidays: tuple[Holiday, ...] = ()

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there."""
        return self.next_opening(at) == at.astimezone(UTC)

    def next_opening(self, at: datetime) -> datetime | None:
        """Return from when on somebody is there: ``at`` itself while it is open; None for never."""
        opening = next(self._openings(at), None)
        return opening[0] if opening else None

    def add_business_time(self, start: datetime, minutes: float) -> datetime | None:
        """Return the first instant by which so many business minutes have passed; None for never."""
        left = minutes * MINUTE
        if left <= timedelta(0):
            return start.astimezone(UTC)
        for begin, end in self._openings(start):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return None

    def business_minutes(self, start: datetime, end: datetime) -> float:
        """Return how many business minutes lie between two instants; 0 when ``end`` is earlier."""
        total, last = timedelta(0), end.astimezone(UTC)
        for begin, close in self._openings(start):
            if begin >= last:
                break
            total += min(close, last) - begin
        return total / MINUTE

    def _openings(self, at: datetime) -> Iterator[Opening]:
        """Yield the stretches from an instant on, in order and without overlaps, while there are any."""
        told = at.astimezone(UTC)
        if not self.week and not self.holidays:
            yield told, _END_OF_TIME
            return
        day = at.astimezone(self.zone).date() - _DAY
        barren = 0
        while barren < HORIZON_DAYS:
            barren += 1
            for begin, end in self._of_day(day):
                if end > told:
                    yield max(begin, told), end
                    told, barren = end, 0
            day += _DAY

    def _of_day(self, day: date) -> list[Opening]:
        if any(holiday.is_on(day) for holiday in self.holidays):
            return []
        week = self.week or (Span(day=day.weekday(), start=0, end=DAY_MINUTES),)
        return sorted(
            (self._instant(day, span.start, 0), self._instant(day, span.end, 1))
            for span in week
            if span.day == day.weekday()
        )

    def _instant(self, day: date, minutes: int, fold: int) -> datetime:
        """Return when the clock shows a time: of an hour that comes twice its first or its last.

        A time that the clock leaps over is the moment of that leap.
        """
        shown = datetime(day.year, day.month, day.day) + minutes * MINUTE  # noqa: DTZ001
        at = shown.replace(tzinfo=self.zone, fold=fold).astimezone(UTC)
        if at.astimezone(self.zone).replace(tzinfo=None) == shown:
            return at
        return self._leap(shown)

    def _leap(self, shown: datetime) -> datetime:
        """Return the moment at which the clock leaps over a time."""
        before = shown.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        after = shown.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        offset = after.astimezone(self.zone).utcoffset()
        while after - before > _SECOND:
            middle = before + (after - before) / 2
            if middle.astimezone(self.zone).utcoffset() == offset:
                after = middle
            else:
                before = middle
        return after.replace(microsecond=0)


ALWAYS = Hours()
"""Day and night, every day."""
