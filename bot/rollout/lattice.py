"""How often a score that walks on whole numbers reaches a limit by chance: exactly, as a Markov chain."""

from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Chain = NDArray[np.float64]

_SETTLES = 400
"""After so many steps what a score has begun with is forgotten; from then on the risk is even."""
_HIGHEST = 2000
"""A score that must climb so far finds nothing in time."""
_NODES = 15
_WIDEST = 2.8
"""How far out shares are looked at, in standard deviations: the rare ones alarm most."""


@lru_cache(maxsize=4096)
def limit_for(good: int, of: int, steps: tuple[int, int], weekly: int, risk: float) -> int | None:
    """Return the lowest limit that a score reaches in a quiet week with at most this probability.

    A score never falls below 0; it rises by ``steps[0]`` with what is not good and falls by
    ``steps[1]`` with what is. The share that is good is not known: ``good`` of ``of`` were, so that
    all shares that may have shown this count, each by how likely it is (Jeffreys' prior). None where
    no limit that can be reached is so rare.
    """
    rates, weights = _rates(good, of)

    def is_rare(limit: int) -> bool:
        return float(weights @ _alarms(rates, steps, limit, weekly)) <= risk

    low, high = steps[0], 4 * steps[0]
    while not is_rare(high):
        if high == _HIGHEST:
            return None
        low, high = high + 1, min(2 * high, _HIGHEST)
    while low < high:
        middle = (low + high) // 2
        if is_rare(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _rates(good: int, of: int) -> tuple[Chain, Chain]:
    """Shares that may be the true one, and how likely each is."""
    grid = (np.arange(2000) + 0.5) / 2000
    log = (good - 0.5) * np.log(grid) + (of - good - 0.5) * np.log1p(-grid)
    density = np.exp(log - log.max())
    filled = np.cumsum(density) / density.sum()
    far = np.linspace(-_WIDEST, _WIDEST, _NODES)
    places = np.searchsorted(filled, [NormalDist().cdf(one) for one in far])
    weights = np.exp(-far * far / 2)
    return grid[np.minimum(places, len(grid) - 1)], weights / weights.sum()


def _alarms(rates: Chain, steps: tuple[int, int], limit: int, weekly: int) -> Chain:
    """How likely a week in which nothing changes ends with an alarm, for each share that is good.

    The score may be anywhere when the week begins, as it is after many quiet ones.
    """
    up, down = steps[0], min(steps[1], limit)
    now = np.zeros((len(rates), limit))
    now[:, 0] = 1.0
    risk = np.zeros(len(rates))
    bad, well = (1 - rates)[:, None], rates[:, None]
    for _ in range(_SETTLES):
        then = np.zeros_like(now)
        then[:, : limit - down] = well * now[:, down:]
        then[:, 0] += rates * now[:, :down].sum(axis=1)
        then[:, up:] += bad * now[:, : limit - up]
        kept = then.sum(axis=1)
        risk, now = 1 - kept, then / np.maximum(kept, 1e-300)[:, None]
    return 1 - (1 - risk) ** weekly
