"""The confidence from which on at most a given share of what is answered is wrong.

Taking the threshold at which that was so in the labelled questions breaks the promise about two times in
three, for the luckiest of many is taken (drawn in ``test_risk``). Learn-then-Test (Angelopoulos et al. 2021) makes it hold: a
threshold counts only when the upper bound of Clopper & Pearson (1934) on its share of wrong answers
is low enough. The thresholds are tested from several coverages on, each towards more answers until
the first that fails, with the allowed doubt shared out among these starts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

DOUBT = 0.1
"""How likely the promise may fail for the draw of labelled questions."""
STARTS = (0.1, 0.3, 0.5, 0.7)
FEWEST_ANSWERED = 20
"""With fewer answers a share of wrong ones says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A threshold (0..1) with what was seen from it on.

    ``risk`` is the share of wrong answers that was asked for, ``seen`` the one among the labelled
    questions, ``coverage`` the share of those that is answered. ``certified``: the promise holds for
    questions of the same kind with a probability of 1 - ``DOUBT``; else it only held for these.
    """

    value: float
    risk: float
    seen: float
    coverage: float
    certified: bool


def choose_threshold(values: ArrayLike, right: ArrayLike, risk: float) -> Threshold | None:
    """Choose the lowest threshold that keeps the risk, certified where there are labels enough.

    ``values`` must not have been fitted on ``right``, or only in a way that keeps their order. None
    when even the surest answers are wrong too often.
    """
    ladder = _ladder(values, right)
    certified = [place for start in STARTS if (place := _climb(ladder, start, risk)) is not None]
    if certified:
        return ladder.threshold(max(certified), risk, certified=True)
    enough = range(len(ladder.answered))
    kept = [
        at for at in enough if ladder.answered[at] >= FEWEST_ANSWERED and ladder.seen(at) <= risk
    ]
    return ladder.threshold(max(kept), risk, certified=False) if kept else None


def is_proven(wrong: int, answered: int, risk: float, doubt: float) -> bool:
    """Whether the upper bound of Clopper & Pearson on the share of wrong answers is within a risk.

    It is when so few wrong ones or fewer would be seen with at most the probability ``doubt``, were
    the share as high as the risk.
    """
    return _at_most(wrong, answered, risk) <= doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ladder:
    """Each distinct confidence, the highest first, with how many are answered and wrong from it on."""

    values: NDArray[np.float64]
    answered: Sequence[int]
    wrong: Sequence[int]

    def seen(self, at: int) -> float:
        return self.wrong[at] / self.answered[at]

    def threshold(self, at: int, risk: float, *, certified: bool) -> Threshold:
        return Threshold(
            value=math.floor(1e4 * float(self.values[at])) / 1e4,
            risk=risk,
            seen=self.seen(at),
            coverage=self.answered[at] / self.answered[-1],
            certified=certified,
        )


def _ladder(values: ArrayLike, right: ArrayLike) -> _Ladder:
    chances, wrong = np.asarray(values, float), 1 - np.asarray(right, float)
    distinct, group = np.unique(-chances, return_inverse=True)
    answered = np.cumsum(np.bincount(group, minlength=len(distinct)))
    return _Ladder(
        values=-distinct,
        answered=[int(count) for count in answered],
        wrong=[round(count) for count in np.cumsum(np.bincount(group, wrong)).tolist()],
    )


def _climb(ladder: _Ladder, start: float, risk: float) -> int | None:
    """The last threshold that passes, going from one coverage towards more; None if the first fails."""
    total = ladder.answered[-1] if ladder.answered else 0
    passed = None
    for at, (answered, wrong) in enumerate(zip(ladder.answered, ladder.wrong, strict=True)):
        if answered < start * total:
            continue
        if not is_proven(wrong, answered, risk, DOUBT / len(STARTS)):
            return passed
        passed = at
    return passed


def _at_most(wrong: int, answered: int, share: float) -> float:
    """The probability of so many wrong answers or fewer when a share of all is wrong (binomial)."""
    if share <= 0 or share >= 1:
        return float(share <= 0)
    logs = [
        math.lgamma(answered + 1) - math.lgamma(count + 1) - math.lgamma(answered - count + 1)
        + count * math.log(share) + (answered - count) * math.log1p(-share)
        for count in range(wrong + 1)
    ]  # fmt: skip
    highest = max(logs)
    return min(math.exp(highest) * math.fsum(math.exp(one - highest) for one in logs), 1.0)
