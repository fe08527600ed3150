import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.rollout.falling import WentSo, weekly_of
from bot.rollout.intervals import share_of
from bot.rollout.watching import LEAST_BAD, RECENT, Watch, base_of, first_alarm, watch_for

BASELINE = share_of(850, 1000)


def a_watch() -> Watch:
    watch = watch_for(BASELINE, drop=0.1, false_alarms=0.05, weekly=200)
    assert watch is not None
    return watch


def went(rate: float, count: int, chance: random.Random) -> list[bool]:
    return [chance.random() < rate for _ in range(count)]


def test_quiet_weeks_are_quiet_and_falls_are_found() -> None:
    # The figures are those of benchmarks.rollout; here the bounds are three standard deviations off.
    watch, chance = a_watch(), random.Random(7)
    alarms = sum(first_alarm(went(0.85, 200, chance), watch) is not None for _ in range(150))
    found = sum(first_alarm(went(0.75, 200, chance), watch) is not None for _ in range(150))
    assert alarms <= 0.05 * 150 + 8
    assert found >= 0.7 * 150


def test_what_is_bad_from_the_first_is_found_soon_and_stays_found() -> None:
    watch = a_watch()
    at = first_alarm([False] * 50, watch)
    assert at is not None
    assert at < 25
    for _ in range(50):
        watch = watch.after(good=False)
    assert watch.after(good=True).has_fallen


@given(st.lists(st.booleans(), max_size=200))
@settings(max_examples=25)
def test_a_score_never_falls_below_nothing_and_good_news_alarms_nobody(seen: list[bool]) -> None:
    watch = a_watch()
    found = first_alarm(seen, watch)
    for good in seen:
        after = watch.after(good=good)
        assert after.score >= 0
        assert not (good and after.has_fallen and not watch.has_fallen)
        watch = after
    assert found == (watch.seen if watch.has_fallen else None)


def test_fewer_false_alarms_more_conversations_and_less_certainty_take_longer() -> None:
    def limit(of: int = 1000, false_alarms: float = 0.05, weekly: int = 200) -> int:
        share = share_of(of * 85 // 100, of)
        watch = watch_for(share, drop=0.1, false_alarms=false_alarms, weekly=weekly)
        assert watch is not None
        return watch.limit

    for order in (
        [limit(false_alarms=one) for one in (0.2, 0.05)],
        [limit(weekly=one) for one in (50, 200)],
        [limit(of=one) for one in (1000, 100)],
    ):
        assert all(one < other for one, other in pairwise(order))


@pytest.mark.parametrize(("good", "of", "drop"), [(29, 29, 0.1), (5, 100, 0.1), (40, 100, 0.4)])
def test_nothing_is_watched_without_something_to_compare_with(
    good: int, of: int, drop: float
) -> None:
    assert watch_for(share_of(good, of), drop=drop, false_alarms=0.05) is None


def test_rather_nothing_is_watched_than_with_more_false_alarms_than_allowed() -> None:
    few, more = share_of(30, 30), share_of(300, 300)
    assert watch_for(few, drop=0.1, false_alarms=0.001, weekly=5000) is None
    assert watch_for(more, drop=0.1, false_alarms=0.05, weekly=200) is not None


def test_one_or_two_bad_conversations_take_nothing_back() -> None:
    watch = watch_for(share_of(300, 300), drop=0.1, false_alarms=0.05, weekly=20)
    assert watch is not None
    assert first_alarm([False] * 9, watch) == LEAST_BAD


@pytest.mark.parametrize(("good", "of", "drop"), [(3, 30, 0.05), (5, 30, 0.1), (25, 100, 0.1)])
def test_a_topic_that_mostly_goes_badly_is_watched_or_not_but_stops_nobody(
    good: int, of: int, drop: float
) -> None:
    watch = watch_for(share_of(good, of), drop=drop, false_alarms=0.5, weekly=20)
    if watch is not None:
        assert first_alarm([False] * 500, watch) is not None


def test_a_topic_where_all_went_well_is_watched_too() -> None:
    watch = watch_for(share_of(300, 300), drop=0.1, false_alarms=0.05)
    assert watch is not None
    assert first_alarm([True] * 1000, watch) is None


@given(st.integers(0, 5_000), st.integers(30, 500))
def test_what_is_compared_with_grows_and_leaves_enough_to_watch(count: int, least: int) -> None:
    base = base_of(count, least)
    assert base >= least
    assert base_of(count + 1, least) >= base
    if base > least:
        assert RECENT <= count - base < RECENT + 100


def test_a_week_is_counted_whole_from_its_first_day_on() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)

    def watched(hours: float, count: int) -> list[WentSo]:
        step = timedelta(hours=hours) / count
        return [WentSo(at=at - step * (count - number), good=True) for number in range(count)]

    assert weekly_of(watched(24 * 14, 140), at) == 70
    assert weekly_of(watched(24 * 2, 20), at) == 70
    assert weekly_of(watched(1, 10), at) == 70, "an hour says little of a day"
    assert weekly_of([], at) == 0
