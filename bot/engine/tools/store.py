"""Small durable fields of one platform's adapter, and leases among its processes."""

from collections.abc import Mapping, Sequence
from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.keys import ADAPTER_SECONDS
from bot.engine.scripts import source
from bot.engine.shared_keys import adapter_lease, adapter_section
from bot.vocabulary.messages import Platform


class StoredFields:
    """See ``AdapterStore``."""

    def __init__(self, redis: Redis, platform: Platform, *, deadline: float) -> None:
        self._redis = redis
        self._platform = platform
        self._deadline = deadline
        self._lease = redis.register_script(source("lease"))

    async def read(self, section: str) -> Mapping[str, str]:
        """See ``AdapterStore.read``."""
        async with guarded(self._deadline):
            return cast(dict[str, str], await self._redis.hgetall(self._key(section)))

    async def get(self, section: str, field: str) -> str | None:
        """See ``AdapterStore.get``."""
        async with guarded(self._deadline):
            return cast(str | None, await self._redis.hget(self._key(section), field))

    async def put(self, section: str, fields: Mapping[str, str]) -> None:
        """See ``AdapterStore.put``."""
        key = self._key(section)
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hset(key, items=[part for pair in fields.items() for part in pair])
            pipeline.expire(key, ADAPTER_SECONDS)
            await pipeline.execute()

    async def drop(self, section: str, fields: Sequence[str]) -> None:
        """See ``AdapterStore.drop``."""
        async with guarded(self._deadline):
            await self._redis.hdel(self._key(section), *fields)

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        """See ``AdapterStore.lease``."""
        key = adapter_lease(self._platform, name)
        async with guarded(self._deadline):
            return bool(await self._lease(keys=[key], args=[holder, int(seconds * 1000)]))

    def _key(self, section: str) -> str:
        return adapter_section(self._platform, section)
