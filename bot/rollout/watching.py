"""Notices that quality has fallen, looked at after each conversation, with few false alarms.

A score rises with what went badly and falls with what went well, by what the drop would make of their
probabilities (CUSUM, Page 1954). Its limit is worked out for the topic's own share, how surely that is
known, and how many conversations it has a week; ``benchmarks.rollout`` simulates how well that holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import log

from bot.rollout.lattice import limit_for
from bot.vocabulary.rollout import Share

FEWEST = 30
"""A share of fewer conversations is too little to compare with."""
RECENT = 300
"""So many of the last conversations are watched at least; what came before is what they are compared with."""
_STEP = 100
_UNIT = 0.02
"""What one step of a score is worth, as a logarithm of odds."""
_AIM = 0.9
"""Aimed at a little less than the drop, one of that size is found soonest on average over shares."""
_CAREFUL = 0.85
"""Of the false alarms that are allowed, so many are aimed at: how often shares were misjudged is a guess."""
_LEAST_WEEK = 20
LEAST_BAD = 3
"""So many bad conversations are no accident at least, however well it went before."""
_HIGHEST_BASE, _LOWEST_FALLEN = 0.99, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One topic under watch. ``score`` is where it stands, and ``limit`` where it raises the alarm.

    ``up`` is what a bad conversation adds, ``down`` what a good one takes off.
    """

    up: int
    down: int
    limit: int
    score: int = 0
    seen: int = 0

    @property
    def has_fallen(self) -> bool:
        """Whether quality has fallen; it stays so whatever comes afterwards."""
        return self.score >= self.limit

    def after(self, *, good: bool) -> "Watch":
        """Return the watch after one more conversation."""
        if self.has_fallen:
            return self
        score = max(0, self.score - self.down) if good else self.score + self.up
        return replace(self, score=score, seen=self.seen + 1)


def watch_for(
    baseline: Share, *, drop: float, false_alarms: float, weekly: int = 200
) -> Watch | None:
    """Begin to watch for a fall by ``drop`` (0..1) below the share that ``baseline`` has shown.

    Of quiet weeks with ``weekly`` conversations at most ``false_alarms`` (0..1) end with an alarm.
    None while there is too little to compare with for so few false alarms, or nothing to fall to.
    """
    base = min(baseline.rate, _HIGHEST_BASE)
    fallen = base - _AIM * drop
    if baseline.of < FEWEST or base - drop < _LOWEST_FALLEN:
        return None
    up = max(1, round(log((1 - fallen) / (1 - base)) / _UNIT))
    down = max(1, round(-log(fallen / base) / _UNIT))
    week = _rounded(max(weekly, _LEAST_WEEK))
    limit = limit_for(baseline.good, baseline.of, (up, down), week, _CAREFUL * false_alarms)
    if limit is None:
        return None
    return Watch(up=up, down=down, limit=max(limit, (LEAST_BAD - 1) * up + 1))


def base_of(count: int, least: int) -> int:
    """Return with how many of the first of so many conversations those after them are compared.

    It grows in steps, since a share of few is no good comparison: with the first 100 alone a fall by 10
    points is found in time in one of three topics, with 1,000 in six of seven (``benchmarks.rollout``).
    Starting anew behind a later base makes no alarm more likely. At least ``least``.
    """
    return max(least, (count - RECENT) // _STEP * _STEP)


def first_alarm(went_well: Iterable[bool], watch: Watch) -> int | None:
    """Return after how many conversations the alarm is raised, in their order; None if it isn't."""
    score, seen = watch.score, watch.seen
    # As ``Watch.after`` does, without a value for each of very many.
    for good in went_well:
        if score < watch.limit:
            score = max(0, score - watch.down) if good else score + watch.up
            seen += 1
        if score >= watch.limit:
            return seen
    return None


def _rounded(weekly: int) -> int:
    """Round up to two digits, so that limits need not be worked out for each number."""
    unit = 10 ** max(0, len(str(weekly)) - 2)
    return -(-weekly // unit) * unit
