"""Shares with 95 % intervals: Wilson's for one, Newcombe's (1998, method 10) for the difference of two."""

from math import sqrt

from bot.vocabulary.rollout import Share

Z = 1.959963984540054
"""The normal quantile of 95 % between both ends."""

NOTHING = Share(good=0, of=0, low=0.0, high=1.0)


def share_of(good: int, of: int) -> Share:
    """Return how many of how many were good; of none, anything from 0 to 1 may be true.

    Raises:
        ValueError: More are good than there are, or a count is negative.
    """
    if not 0 <= good <= of:
        raise ValueError(f"{good} of {of} is no share")
    if not of:
        return NOTHING
    rate, square = good / of, Z * Z
    middle = (rate + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * sqrt(rate * (1 - rate) / of + square / (4 * of * of))
    low = 0.0 if good == 0 else max(0.0, middle - half)
    high = 1.0 if good == of else min(1.0, middle + half)
    return Share(good=good, of=of, low=min(low, rate), high=max(high, rate))


def difference(a: Share, b: Share) -> tuple[float, float, float]:
    """Return a − b, and the lower and the upper end of it; where one saw nothing, 0 of −1 … 1."""
    if not (a.of and b.of):
        return 0.0, -1.0, 1.0
    between = a.rate - b.rate
    low = between - sqrt((a.rate - a.low) ** 2 + (b.high - b.rate) ** 2)
    high = between + sqrt((a.high - a.rate) ** 2 + (b.rate - b.low) ** 2)
    return between, max(-1.0, low), min(1.0, high)
