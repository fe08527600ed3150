"""Whether canaries are drawn evenly and for good, and how soon a fall in quality is found.

    python -m benchmarks.rollout [--seed 7] [--weeks 10000] [--conversations 200000] [--quick]

"false alarms" is the share of quiet weeks that end with an alarm, of all that are simulated; each week has a
baseline of its own, counted from so many conversations of the same true quality, and the watch has run through
a quiet week before. "found" is the share of falls that raise it within 200 conversations after that week.
"at best" is what a test may find that knows when the fall begins and what the quality was before (Neyman and
Pearson): none can find more with so few false alarms.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from bot.rollout.assigning import arm_of, place_of
from bot.rollout.intervals import share_of
from bot.rollout.watching import Watch, watch_for
from bot.vocabulary.rollout import Arm

WITHIN = 200
FALSE_ALARMS = 0.05
BASES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
BASELINES = (100, 300, 1000, 5000)
VOLUMES = (50, 200, 1000)
DROPS = (0.05, 0.1, 0.15, 0.2)
SHARES = (0.01, 0.05, 0.1, 0.25, 0.5)
BINS = 100
Counts = NDArray[np.int64]
_IN_A_PROCESS = (
    "from bot.rollout.assigning import arm_of\n"
    "print(''.join(arm_of(f'slack:T1:C{n}', 'refunds', share=0.3, salt='s')[0] for n in range(2000)))"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--weeks", type=int, default=10_000)
    parser.add_argument("--conversations", type=int, default=200_000)
    parser.add_argument("--quick", action="store_true", help="the main case alone")
    wishes = parser.parse_args()
    print(f"seed {wishes.seed}")
    _assigned(wishes.conversations)
    _sticky()
    random = np.random.default_rng(wishes.seed)
    _watched(random, wishes.weeks, quick=wishes.quick)


def _assigned(count: int) -> None:
    print(f"assignment of {count} conversations")
    names = [f"slack:T1:C{number // 7}:{number}.{number % 7}" for number in range(count)]
    drawn = [place_of(name, "refunds", salt="s") for name in names]
    other = [place_of(name, "orders", salt="s") for name in names]
    print(
        f"  chi-square of {BINS} bins: {_chi(_bins(drawn)):.1f} (99 % below {_chi_limit(BINS):.1f})"
    )
    both = np.zeros((10, 10), dtype=np.int64)
    np.add.at(both, (_bins(drawn, 10), _bins(other, 10)), 1)
    print(
        f"  two topics together, 100 cells: {_chi(both.ravel()):.1f} (99 % below {_chi_limit(100):.1f})"
    )
    for share in SHARES:
        taken = sum(one < share * 2**64 for one in drawn)
        sigma = sqrt(count * share * (1 - share))
        print(
            f"  share {share}: {taken} ({taken / count:.4f}), {(taken - count * share) / sigma:+.2f} sigma"
        )


def _bins(drawn: list[int], bins: int = BINS) -> Counts:
    places = np.array([one * bins >> 64 for one in drawn], dtype=np.int64)
    return places if bins != BINS else np.bincount(places, minlength=bins)


def _chi(counts: Counts) -> float:
    expected = counts.sum() / len(counts)
    return float(((counts - expected) ** 2 / expected).sum())


def _chi_limit(cells: int) -> float:
    """99 % quantile of chi-square (Wilson and Hilferty 1931)."""
    free = cells - 1
    return free * (1 - 2 / (9 * free) + NormalDist().inv_cdf(0.99) * sqrt(2 / (9 * free))) ** 3


def _sticky() -> None:
    command = [sys.executable, "-c", _IN_A_PROCESS]
    runs = [
        subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
        for _ in range(3)
    ]
    print(f"  3 processes agree on {len(runs[0].strip())} arms: {len(set(runs)) == 1}")
    shares = [number / 50 for number in range(51)]
    left = 0
    for number in range(2000):
        arms = [arm_of(f"c{number}", "t", share=share, salt="s") for share in shares]
        first = arms.index(Arm.BOT)
        left += any(arm is not Arm.BOT for arm in arms[first:])
    print(f"  of 2000 conversations, {left} leave the bot's arm as the share grows")


def _watched(random: np.random.Generator, weeks: int, *, quick: bool) -> None:
    print(f"watching: {weeks} simulated weeks each, false alarms wanted: at most {FALSE_ALARMS}")
    print(
        "  base  baseline  weekly  drop  false alarms      found in 200  median  at best   (* main)"
    )
    worst = 0.0
    for base, of, weekly, drop in _cases(quick=quick):
        begun = time.perf_counter()
        false, found, median = _simulated(random, base, of, weekly, drop, weeks)
        worst = max(worst, false)
        alarms = share_of(round(false * weeks), weeks)
        mark = "*" if (base, of, weekly, drop) == (0.85, 1000, 200, 0.1) else " "
        print(
            f" {mark}{base:.2f}  {of:8}  {weekly:6}  {drop:.2f}  {false:.3f} [{alarms.low:.3f}-{alarms.high:.3f}]"
            f"  {found:12.3f}  {median:>6}  {_at_best(base, drop):7.3f}   {time.perf_counter() - begun:.0f} s",
            flush=True,
        )
    print(f"  most false alarms of all cases: {worst:.3f}")


def _cases(*, quick: bool) -> Iterator[tuple[float, int, int, float]]:
    if quick:
        yield 0.85, 1000, 200, 0.1
        return
    yield from ((base, 1000, 200, 0.1) for base in BASES)
    yield from ((0.85, of, 200, 0.1) for of in BASELINES if of != 1000)
    yield from ((0.85, 1000, weekly, 0.1) for weekly in VOLUMES if weekly != 200)
    yield from ((0.85, 1000, 200, drop) for drop in DROPS if drop != 0.1)
    yield from ((0.6, of, 200, 0.1) for of in (100, 5000))
    yield from ((0.95, of, weekly, 0.1) for of, weekly in ((100, 50), (300, 1000)))


def _simulated(
    random: np.random.Generator, base: float, of: int, weekly: int, drop: float, weeks: int
) -> tuple[float, float, str]:
    """Return false alarms a week, falls found, and after how many conversations half of them are."""
    good = random.binomial(of, base, size=weeks)
    kinds = {int(one): _watch(int(one), of, weekly, drop) for one in np.unique(good)}
    up, down, limit = (
        np.array([getattr(kinds[int(one)], name) for one in good])
        for name in ("up", "down", "limit")
    )
    score = np.zeros(weeks, dtype=np.int64)
    for _ in range(weekly):  # the quiet week before, by which a watch has forgotten its beginning
        score = _step(random, score, up, down, base)
        score[score >= limit] = 0
    quiet, alarmed = score.copy(), np.zeros(weeks, dtype=bool)
    for _ in range(weekly):
        quiet = _step(random, quiet, up, down, base)
        alarmed |= quiet >= limit
    at = np.full(weeks, WITHIN * 100)
    for number in range(1, WITHIN + 1):
        score = _step(random, score, up, down, base - drop)
        at[(score >= limit) & (at > WITHIN)] = number
    median = float(np.median(at))
    shown = f"{median:.0f}" if median <= WITHIN else f">{WITHIN}"
    return float(alarmed.mean()), float((at <= WITHIN).mean()), shown


def _watch(good: int, of: int, weekly: int, drop: float) -> Watch:
    watch = watch_for(share_of(good, of), drop=drop, false_alarms=FALSE_ALARMS, weekly=weekly)
    if watch is None:
        raise ValueError(f"{good} of {of} is no baseline")
    return watch


def _step(
    random: np.random.Generator, score: Counts, up: Counts, down: Counts, rate: float
) -> Counts:
    good = random.random(len(score)) < rate
    return np.where(good, np.maximum(score - down, 0), score + up)


def _at_best(base: float, drop: float) -> float:
    fallen, normal = base - drop, NormalDist()
    limit = base * WITHIN + normal.inv_cdf(FALSE_ALARMS) * sqrt(WITHIN * base * (1 - base))
    return normal.cdf((limit - fallen * WITHIN) / sqrt(WITHIN * fallen * (1 - fallen)))


if __name__ == "__main__":
    main()
