import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rollout.intervals import difference, share_of
from bot.vocabulary.rollout import Share


@st.composite
def shares(draw: st.DrawFn) -> Share:
    of = draw(st.integers(min_value=1, max_value=10_000))
    return share_of(draw(st.integers(min_value=0, max_value=of)), of)


def test_wilson_gives_the_interval_of_the_literature() -> None:
    # Newcombe 1998, table I: 81 of 263, and 0 of 20
    some, none = share_of(81, 263), share_of(0, 20)
    assert (round(some.low, 4), round(some.high, 4)) == (0.2553, 0.3662)
    assert (none.low, round(none.high, 4)) == (0.0, 0.1611)


def test_newcombe_gives_the_difference_of_the_literature() -> None:
    # Newcombe 1998 (interval estimation for the difference), table II, method 10: 56/70 - 48/80
    between, low, high = difference(share_of(56, 70), share_of(48, 80))
    assert (round(between, 4), round(low, 4), round(high, 4)) == (0.2, 0.0524, 0.3339)


@given(shares())
def test_a_share_lies_in_its_interval(share: Share) -> None:
    assert 0 <= share.low <= share.rate <= share.high <= 1


@given(shares(), st.integers(min_value=2, max_value=10))
def test_more_of_the_same_narrows_the_interval(share: Share, times: int) -> None:
    more = share_of(share.good * times, share.of * times)
    assert more.high - more.low < share.high - share.low


@given(shares(), shares())
def test_a_difference_turns_its_sign_with_its_sides(a: Share, b: Share) -> None:
    between, low, high = difference(a, b)
    assert low <= between <= high
    assert difference(b, a) == pytest.approx((-between, -high, -low))


def test_of_nothing_nothing_is_known() -> None:
    assert (share_of(0, 0).low, share_of(0, 0).high, share_of(0, 0).rate) == (0, 1, 0)
    assert difference(share_of(0, 0), share_of(9, 10)) == (0, -1, 1)


@pytest.mark.parametrize(("good", "of"), [(2, 1), (-1, 3)])
def test_what_is_no_share_is_refused(good: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        share_of(good, of)
