"""Erasures that were asked for and are not done yet: durable, leased, repeated until they are done."""

import logging
from dataclasses import replace
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.clock import server_time
from bot.engine.client.connection import guarded, run_command
from bot.engine.codec import StoredErasure
from bot.engine.keys import ConversationKeys, all_partitions, erasures, partition_of
from bot.engine.scripts import source
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import Lane

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60
"""An erasure whose worker has died is begun anew after that."""

MOST = 20
"""Erasures that one duty takes at a time."""

SHOWN_SECONDS = 60.0
"""How long an erasure waits at most until the customer has been shown that it is done."""


class Erasures:
    """The erasures of an installation, in the partitions of the conversations in which they were asked.

    Every method raises ``StateUnavailableError`` when Redis did not answer within ``deadline``.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline
        self._take = redis.register_script(source("take_erasures"))

    async def ask(self, identity: str, *, at: float | None = None) -> StoredErasure:
        """Note that somebody is to be erased, outside of any conversation; the caller carries it out.

        ``at`` is Unix time until which everything goes; now, unless it is said.
        """
        now = await self.now()
        erasure = StoredErasure(identity=identity, asked_at=now if at is None else at)
        await self._set(erasure, now + LEASE_SECONDS)
        return erasure

    async def take(self, partition: str) -> list[StoredErasure]:
        """Lease what is to be done now."""
        async with guarded(self._deadline):
            texts = await self._take(keys=[erasures(partition)], args=[MOST, LEASE_SECONDS])
        found: list[StoredErasure] = []
        for text in cast(list[str], texts):
            try:
                found.append(codec.loads(codec.erasure, text))
            except ValueError as error:
                logger.warning("an erasure can't be read", extra={"error": str(error)})
        return found

    async def put_off(self, erasure: StoredErasure, seconds: float) -> None:
        """Let an erasure wait."""
        await self._set(erasure, await self.now() + seconds)

    async def become(
        self, erasure: StoredErasure, seconds: float, **changes: object
    ) -> StoredErasure:
        """Note how far an erasure has come; it is done again after ``seconds`` unless that goes on."""
        changed = replace(erasure, **changes)
        at, key = await self.now() + seconds, _key(erasure)
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.zrem(key, codec.dumps(codec.erasure, erasure))
            pipeline.zadd(key, {codec.dumps(codec.erasure, changed): at})
            await pipeline.execute()
        return changed

    async def done(self, erasure: StoredErasure) -> None:
        """Forget an erasure that is done."""
        async with guarded(self._deadline):
            await self._redis.zrem(_key(erasure), codec.dumps(codec.erasure, erasure))

    async def is_told(self, erasure: StoredErasure) -> bool:
        """Whether the customer has been shown that they are erased, or will hardly be any more."""
        if erasure.place is None:
            return True
        lane = ConversationKeys(ConversationRef.parse(erasure.place)).lane(Lane.CUSTOMER)
        async with guarded(self._deadline):
            waits = await self._redis.exists(lane)
        return not waits or await self.now() - erasure.asked_at > SHOWN_SECONDS

    async def late(self, seconds: float) -> int:
        """Count those that were asked for longer ago and have not come to their last look."""
        oldest = await self.now() - seconds
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            for partition in all_partitions():
                pipeline.zrange(erasures(partition), 0, -1)  # pyright: ignore[reportUnknownMemberType]
            found = cast(list[list[str]], await pipeline.execute())
        return sum(_is_late(text, oldest) for texts in found for text in texts)

    async def now(self) -> float:
        """Return the server's time."""
        async with guarded(self._deadline):
            return await server_time(self._redis)

    async def _set(self, erasure: StoredErasure, at: float) -> None:
        async with guarded(self._deadline):
            text = codec.dumps(codec.erasure, erasure)
            await run_command(self._redis, "ZADD", _key(erasure), at, text)


def _is_late(text: str, oldest: float) -> bool:
    try:
        erasure = codec.loads(codec.erasure, text)
    except ValueError:
        return True  # no worker of this version can do it
    return not erasure.is_again and erasure.asked_at < oldest


def _key(erasure: StoredErasure) -> str:
    return erasures(partition_of(erasure.place or erasure.identity))
