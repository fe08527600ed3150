"""Remembers what became of each piece of a delivery, so that a repeated key shows no second copy."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.keys import WEEK_SECONDS, pieces
from bot.engine.scripts import source
from bot.vocabulary.tools import Attempt


class StoredSends:
    """See ``SendLog``."""

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline
        self._begin = redis.register_script(source("begin_send"))

    async def begin(self, key: str, piece: int = 0) -> Attempt | None:
        """See ``SendLog.begin``."""
        async with guarded(self._deadline):
            earlier = await self._begin(keys=[pieces(key)], args=[piece, WEEK_SECONDS])
        if not earlier:
            return None
        begun, message_id = cast(list[str], earlier)
        return Attempt(
            begun_at=datetime.fromtimestamp(float(begun), UTC), message_id=message_id or None
        )

    async def finish(self, key: str, message_id: str, piece: int = 0) -> None:
        """See ``SendLog.finish``."""
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hset(pieces(key), f"id:{piece}", message_id)
            pipeline.expire(pieces(key), WEEK_SECONDS)
            await pipeline.execute()

    async def forget(self, key: str, piece: int = 0) -> None:
        """See ``SendLog.forget``."""
        async with guarded(self._deadline):
            await self._redis.hdel(pieces(key), f"begun:{piece}")

    async def shown(self, key: str) -> Mapping[int, str]:
        """See ``SendLog.shown``."""
        async with guarded(self._deadline):
            fields = cast(dict[str, str], await self._redis.hgetall(pieces(key)))
        ids = {name: value for name, value in fields.items() if name.startswith("id:")}
        return {int(name.removeprefix("id:")): value for name, value in sorted(ids.items())}
