"""Reads back what was counted day by day, as sums."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from math import ceil
from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.keys import all_partitions, day, open_cases
from bot.engine.plans.counts import seconds_of
from bot.engine.shared_keys import BudgetKeys

_MILLIONTHS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """The sums of some days by the names that ``plans.counts`` gives them.

    ``first`` is the first of them on which anything was counted; ``cost`` is in the currency of the
    prices, ``tokens`` are those of language models.
    """

    first: date | None
    counts: Mapping[str, int]
    tokens: int = 0
    cost: float = 0.0

    def of(self, prefix: str) -> dict[str, int]:
        """Return the counts whose names begin so, by what follows."""
        found = self.counts.items()
        return {
            name.removeprefix(prefix): number for name, number in found if name.startswith(prefix)
        }


class Days:
    """What was counted, of all conversations and of language models.

    Raises ``StateUnavailableError`` when Redis does not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline

    async def between(self, since: date, until: date) -> DayCounts:
        """Add up the days from one to the other, both included."""
        length = (until - since).days + 1
        days = [since + timedelta(days=number) for number in range(length)]
        sums: Counter[str] = Counter()
        counted: set[date] = set()
        for partition in all_partitions():
            found = await self._read([day(partition, one.isoformat()) for one in days])
            for one, fields in zip(days, found, strict=True):
                sums.update({name: int(number) for name, number in fields.items()})
                counted |= {one} if fields else set()
        used = await self._read([BudgetKeys.day(one.isoformat()) for one in days])
        return DayCounts(
            first=min(counted, default=None),
            counts=sums,
            tokens=sum(int(fields.get("tokens", 0)) for fields in used),
            cost=sum(int(fields.get("cost", 0)) for fields in used) / _MILLIONTHS,
        )

    async def open_cases(self) -> int:
        """Return how many cases are open now."""
        total = 0
        for partition in all_partitions():
            async with guarded(self._deadline):
                total += await self._redis.zcard(open_cases(partition))
        return total

    async def _read(self, keys: Sequence[str]) -> list[dict[str, str]]:
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.hgetall(key)
            return cast(list[dict[str, str]], await pipeline.execute())


def quantile(bins: Mapping[str, int], share: float) -> float | None:
    """Return the seconds that a share (0..1) of what was counted in bins took at most; None for nothing."""
    total = sum(bins.values())
    if not total:
        return None
    numbers = sorted((int(number), count) for number, count in bins.items())
    reached = accumulate(count for _, count in numbers)
    wanted = ceil(share * total)
    place = next(place for place, sum_of in enumerate(reached) if sum_of >= wanted)
    return seconds_of(numbers[place][0])
