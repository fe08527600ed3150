"""All persons of an installation, one after the other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded, run_command
from bot.engine.persons.records import Person

_KEYS = "rv:{u*}:person"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AllPersons:
    """See ``Everybody``; who changes meanwhile may come twice."""

    redis: Redis
    deadline: float

    async def everybody(self) -> AsyncIterator[Person]:
        """See ``Everybody.everybody``."""
        cursor = "0"
        while True:
            async with guarded(self.deadline):
                query = (cursor, "MATCH", _KEYS, "COUNT", _AT_ONCE)
                cursor, keys = await run_command(self.redis, "SCAN", *query)
            for person in await self._read(cast(list[str], keys)):
                yield person
            if str(cursor) == "0":
                return

    async def _read(self, keys: list[str]) -> list[Person]:
        async with guarded(self.deadline), self.redis.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.hgetall(key)
            found = cast(list[dict[str, str]], await pipeline.execute())
        return [
            Person.parse(key.partition("}")[0].removeprefix("rv:{u"), fields)
            for key, fields in zip(keys, found, strict=True)
            if fields
        ]
