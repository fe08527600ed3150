"""Business hours: nothing of them is lost, and the days on which clocks change are as long as they are."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.routing.hours import ALWAYS, Hours
from handoff.routing.weekly import Holiday, Span, parse_hours

ZONES = (
    "UTC",
    "Europe/Madrid",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
OFFICE = Hours(week=parse_hours("mon-fri 09:00-18:00, sat 10:00-14:00"), zone=MADRID)
NIGHT = Hours(week=parse_hours("fri 22:00-06:00"), zone=MADRID)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, 24 * 60 - 1))
    return Span(day=draw(st.integers(0, 6)), start=start, end=start + draw(st.integers(1, 24 * 60)))


@st.composite
def holidays(draw: st.DrawFn) -> Holiday:
    day = draw(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
    return Holiday(month=day.month, day=day.day, year=draw(st.sampled_from([None, day.year])))


hours = st.builds(
    Hours,
    week=st.lists(spans(), min_size=1, max_size=6).map(tuple),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    holidays=st.lists(holidays(), max_size=3).map(tuple),
)
instants = st.integers(0, 500 * 24 * 60).map(lambda minute: BEGIN + timedelta(minutes=minute))
minutes = st.integers(0, 3000)


def added(kept: Hours, start: datetime, count: float) -> datetime:
    found = kept.add_business_time(start, count)
    assert found is not None
    return found


@given(hours, instants, minutes)
def test_what_is_added_is_what_lies_between(kept: Hours, start: datetime, count: int) -> None:
    assert kept.business_minutes(start, added(kept, start, count)) == count


@given(hours, instants, minutes, minutes)
def test_adding_twice_is_adding_the_sum(kept: Hours, start: datetime, one: int, two: int) -> None:
    assert added(kept, added(kept, start, one), two) == added(kept, start, one + two)


@given(hours, instants, instants, minutes, minutes)
def test_later_and_longer_is_never_earlier(
    kept: Hours, one: datetime, two: datetime, few: int, more: int
) -> None:
    first, second = sorted((one, two))
    short, long = sorted((few, more))
    assert added(kept, first, short) <= added(kept, second, long)
    assert added(kept, first, short) >= first


@given(hours, instants, instants, instants)
def test_no_time_is_lost_between_two_stretches(
    kept: Hours, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    whole = kept.business_minutes(first, last)
    parts = kept.business_minutes(first, middle) + kept.business_minutes(middle, last)
    assert whole == pytest.approx(parts)
    assert 0 <= whole <= (last - first) / timedelta(minutes=1)
    assert kept.business_minutes(last, first) == 0


@given(hours, instants)
def test_it_is_open_from_the_opening_on_and_not_before(kept: Hours, at: datetime) -> None:
    opens_at = kept.next_opening(at)
    assert opens_at is not None
    assert opens_at >= at
    assert kept.is_open(opens_at)
    assert kept.is_open(at) == (opens_at == at)
    assert kept.business_minutes(at, opens_at) == 0


@given(
    st.lists(
        st.builds(
            Span, day=st.integers(0, 6), start=st.integers(240, 700), end=st.integers(701, 1439)
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["UTC", "Europe/Madrid", "America/New_York", "Asia/Kolkata"]),
    instants,
)
def test_it_counts_what_the_clock_on_the_wall_shows(
    week: list[Span], zone: str, start: datetime
) -> None:
    kept = Hours(week=tuple(week), zone=ZoneInfo(zone))
    passed = [start + timedelta(minutes=step) for step in range(3 * 24 * 60)]
    shown = [at.astimezone(kept.zone) for at in passed]
    counted = sum(
        any(
            span.day == at.weekday() and span.start <= at.hour * 60 + at.minute < span.end
            for span in week
        )
        for at in shown
    )
    assert kept.business_minutes(start, start + timedelta(days=3)) == counted


@pytest.mark.parametrize(
    ("week", "day", "expected"),
    [
        ("daily 00:00-24:00", (2026, 3, 29), 23 * 60),
        ("daily 00:00-24:00", (2026, 10, 25), 25 * 60),
        ("daily 01:00-04:00", (2026, 3, 29), 120),
        ("daily 01:00-04:00", (2026, 10, 25), 240),
        ("daily 02:30-04:00", (2026, 3, 29), 60),  # half past two does not come that day
        ("daily 01:00-02:30", (2026, 3, 29), 60),
        ("daily 09:00-18:00", (2026, 3, 29), 540),
    ],
)
def test_a_day_on_which_the_clocks_change(
    week: str, day: tuple[int, int, int], expected: int
) -> None:
    kept = Hours(week=parse_hours(week), zone=MADRID)
    midnight = datetime(*day, tzinfo=MADRID)
    following = datetime(day[0], day[1], day[2], tzinfo=MADRID) + timedelta(days=1)
    assert kept.business_minutes(midnight, following) == expected


def test_an_evening_message_is_answered_in_the_morning() -> None:
    friday = datetime(2026, 11, 27, 17, 30, tzinfo=MADRID)
    assert added(OFFICE, friday, 60) == datetime(2026, 11, 28, 10, 30, tzinfo=MADRID)
    sunday = datetime(2026, 11, 29, 12, 0, tzinfo=MADRID)
    assert OFFICE.next_opening(sunday) == datetime(2026, 11, 30, 9, 0, tzinfo=MADRID)
    assert not OFFICE.is_open(sunday)


def test_nothing_opens_on_a_holiday_but_a_night_shift_ends() -> None:
    closed = Hours(week=OFFICE.week, zone=MADRID, holidays=(Holiday(month=12, day=25),))
    christmas = datetime(2026, 12, 25, 10, 0, tzinfo=MADRID)
    assert closed.next_opening(christmas) == datetime(2026, 12, 26, 10, 0, tzinfo=MADRID)
    saturday = Hours(week=NIGHT.week, zone=MADRID, holidays=(Holiday(year=2026, month=11, day=28),))
    assert saturday.is_open(datetime(2026, 11, 28, 5, 0, tzinfo=MADRID))


def test_a_team_without_hours_is_always_there() -> None:
    at = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
    assert ALWAYS.is_open(at)
    assert added(ALWAYS, at, 100_000) == at + timedelta(minutes=100_000)
    assert ALWAYS.business_minutes(at, at + timedelta(days=30)) == 30 * 24 * 60


def test_who_never_opens_is_told_apart() -> None:
    every_day = tuple(
        Holiday(month=month, day=day) for month in range(1, 13) for day in range(1, 32)
    )
    never = Hours(week=OFFICE.week, holidays=every_day)
    at = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
    assert never.next_opening(at) is None
    assert never.add_business_time(at, 1) is None
    assert never.add_business_time(at, 0) == at
    assert not never.is_open(at)
