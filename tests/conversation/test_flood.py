"""The limit on turns in a short time, as arithmetic."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.flood import FloodLimit
from bot.vocabulary.conversations import Memo

START = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
LIMIT = FloodLimit(turns=3, seconds=60)


def run(seconds: list[float], limit: FloodLimit = LIMIT) -> tuple[list[bool], int]:
    """Let turns come at these seconds; returns which were too much, and how often that was said."""
    memo, limited, notices = Memo(), list[bool](), 0
    for second in seconds:
        memo = limit.counted(memo, START + timedelta(seconds=second))
        limited.append(memo.limited)
        notices += limit.is_first(memo)
    return limited, notices


def test_the_limit_itself_is_fine_and_one_more_is_not() -> None:
    assert run([0, 1, 2]) == ([False] * 3, 0)
    assert run([0, 1, 2, 3, 4, 5]) == ([False] * 3 + [True] * 3, 1)


def test_a_window_later_it_starts_anew() -> None:
    assert run([0, 1, 2, 60, 61, 62])[0] == [False] * 6


def test_it_stays_silent_until_a_window_was_calm() -> None:
    noisy = [0, 1, 2, 3]
    assert run([*noisy, 70])[0][-1]
    assert run([*noisy, 70, 100])[0][-1]
    assert not run([*noisy, 70, 131])[0][-1]
    assert not run([*noisy, 121])[0][-1]


def test_one_notice_for_each_window_that_is_too_full() -> None:
    assert run([0, 1, 2, 3, 4, 60, 61, 62, 63, 64])[1] == 2


@given(st.lists(st.floats(0, 300), max_size=60).map(sorted))
def test_never_more_than_two_full_windows_are_answered_in_any_window(seconds: list[float]) -> None:
    limited, _ = run(seconds)
    answered = [second for second, over in zip(seconds, limited, strict=True) if not over]
    for start in answered:
        assert sum(start <= second < start + 60 for second in answered) <= 2 * LIMIT.turns


@given(st.lists(st.floats(21, 100), max_size=30))
def test_whoever_writes_slowly_is_never_limited(gaps: list[float]) -> None:
    seconds = [sum(gaps[:count]) for count in range(len(gaps))]
    assert not any(run(seconds)[0])
