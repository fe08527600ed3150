"""Finds what a crash left behind, and what is due soon.

Unhandled messages and unsent replies that nobody works on: the window is small (a process that dies
between a stored step and its wake-up). Alarms: far ones are only in Redis until they come near, and
one that should have rung already, because a process died or its clock is wrong, rings now. News that
were not passed on are, and conversations whose time has come are learnt from. Sweeping costs five
range reads a partition. Every worker sweeps; a repeated wake-up does nothing.
"""

import asyncio
import logging
from typing import cast

from redis.asyncio import Redis

from bot.engine.alarms import NEAR_SECONDS
from bot.engine.client.clock import server_time
from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import (
    ConversationKeys,
    alarms,
    all_partitions,
    due,
    erasures,
    learning,
    pending,
)
from bot.engine.news import News
from bot.engine.scheduler import Scheduler
from bot.vocabulary.errors import StateUnavailableError

logger = logging.getLogger(__name__)

MOST = 500
"""Entries that one sweep looks at in a partition; the next sweep sees the rest."""

MOST_LEARNT = 32
"""Conversations of a partition that one sweep has learnt from: a backlog must not crowd out customers."""


class Sweeper:
    """Wakes workers for what has waited longer than ``grace_seconds``."""

    def __init__(  # noqa: PLR0913 (what is looked for besides)
        self,
        redis: Redis,
        scheduler: Scheduler,
        news: News,
        *,
        deadline: float,
        grace_seconds: float,
        learns: bool = False,
        erases: bool = False,
    ) -> None:
        self._redis = redis
        self._scheduler = scheduler
        self._news = news
        self._deadline = deadline
        self._grace_seconds = grace_seconds
        self._learns = learns
        self._erases = erases

    async def run(self, every_seconds: float) -> None:
        """Sweep for ever; an unreachable Redis only delays the next sweep."""
        while True:
            try:
                await self.sweep()
            except StateUnavailableError as error:
                logger.warning("sweep failed", extra={"error": str(error)})
            await asyncio.sleep(every_seconds)

    async def sweep(self) -> int:
        """Look once through all partitions; returns how many wake-ups were made."""
        now = await self._now()
        woken = 0
        for partition in all_partitions():
            woken += await self._wake_conversations(partition, now)
            woken += await self._wake_lanes(partition, now)
            woken += await self._ring_alarms(partition, now)
            await self._news.sweep(partition)
        return woken + await self._learn(now) + await self._erase(now)

    async def _wake_conversations(self, partition: str, now: float) -> int:
        woken = 0
        for reference in await self._overdue(pending(partition), now):
            if not await self._is_held(reference, now):
                await self._scheduler.wake(reference, self._number(now))
                woken += 1
        return woken

    async def _wake_lanes(self, partition: str, now: float) -> int:
        lanes = await self._overdue(due(partition), now)
        for lane_name in lanes:
            await self._scheduler.deliver_later(lane_name, 0)
        return len(lanes)

    async def _learn(self, now: float) -> int:
        """Have all conversations learnt from together: nobody waits for it."""
        if not self._learns:
            return 0
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            for partition in all_partitions():
                past = ("-inf", now, "LIMIT", 0, MOST_LEARNT)
                pipeline.execute_command("ZRANGEBYSCORE", learning(partition), *past)  # pyright: ignore[reportUnknownMemberType]
            lists = cast(list[list[str]], await pipeline.execute())
        found = [reference for references in lists for reference in references]
        if found:
            await self._scheduler.learn(found, self._number(now))
        return len(found)

    async def _erase(self, now: float) -> int:
        """Have the erasures done whose time has come."""
        if not self._erases:
            return 0
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            for partition in all_partitions():
                pipeline.zcount(erasures(partition), "-inf", now)
            counts = cast(list[int], await pipeline.execute())
        woken = [name for name, count in zip(all_partitions(), counts, strict=True) if count]
        for partition in woken:
            await self._scheduler.erase(partition, self._number(now))
        return len(woken)

    async def _ring_alarms(self, partition: str, now: float) -> int:
        async with guarded(self._deadline):
            near = (now + NEAR_SECONDS, "WITHSCORES", "LIMIT", 0, MOST)
            found = cast(
                list[str],
                await run_command(self._redis, "ZRANGEBYSCORE", alarms(partition), "-inf", *near),
            )
        for reference, score in zip(found[::2], found[1::2], strict=True):
            seconds = float(score) - now
            # One that is late may have been scheduled by a wrong clock: it gets another number.
            number = int(float(score) * 1000) if seconds > 0 else self._number(now)
            await self._scheduler.ring(reference, number, seconds=max(0.0, seconds))
        return len(found) // 2

    def _number(self, now: float) -> int:
        """Return one that nobody else gives, new with each grace period: all sweepers ask once in it."""
        return -int(now / self._grace_seconds)

    async def _overdue(self, key: str, now: float) -> list[str]:
        async with guarded(self._deadline):
            overdue = ("-inf", now - self._grace_seconds, "LIMIT", 0, MOST)
            found = await run_command(self._redis, "ZRANGEBYSCORE", key, *overdue)
        return cast(list[str], found)

    async def _is_held(self, reference: str, now: float) -> bool:
        async with guarded(self._deadline):
            lease = await self._redis.hget(ConversationKeys(reference).state, "lease_until")
        return lease is not None and float(lease) > now

    async def _now(self) -> float:
        async with guarded(self._deadline):
            return await server_time(self._redis)
