"""Token buckets in Redis: all processes together stay below a platform's limits."""

from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.scripts import source
from bot.engine.shared_keys import bucket
from bot.vocabulary.messages import Platform
from bot.vocabulary.tools import Limit


class SharedLimits:
    """See ``RateLimiter``. Time is the server's, so that processes need no common clock."""

    def __init__(self, redis: Redis, platform: Platform, *, deadline: float) -> None:
        self._platform = platform
        self._deadline = deadline
        self._take = redis.register_script(source("take_tokens"))
        self._pause = redis.register_script(source("pause_bucket"))

    async def take(self, *limits: Limit) -> float:
        """See ``RateLimiter.take``."""
        async with guarded(self._deadline):
            wait = await self._take(
                keys=[bucket(self._platform, limit.scope) for limit in limits],
                args=[number for limit in limits for number in (limit.rate, limit.burst)],
            )
        return float(cast(str, wait))

    async def pause(self, scope: str, seconds: float) -> None:
        """See ``RateLimiter.pause``."""
        async with guarded(self._deadline):
            await self._pause(keys=[bucket(self._platform, scope)], args=[seconds])
