"""Reads back what was seen of how well the bot does, and keeps what the desk is to be told of it."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.clock import server_time
from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import DAY_SECONDS, EVIDENCE_KEPT, all_partitions, evidence
from bot.engine.scripts import source
from bot.engine.shared_keys import RolloutKeys
from bot.vocabulary.rollout import Evidence

logger = logging.getLogger(__name__)

_AT_ONCE = 500
"""Entries that are read with one request."""

PROPOSALS_SECONDS = 90 * DAY_SECONDS

_BEGIN = "0-0"


@dataclass(slots=True)
class _Read:
    """What was read of one partition, and up to which entry."""

    last: str = _BEGIN
    seen: list[Evidence] = field(default_factory=list[Evidence])


class EvidenceReader:
    """What was seen in all conversations, oldest first; what was read once is not read again.

    Raises ``StateUnavailableError`` when Redis does not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline
        self._read = {partition: _Read() for partition in all_partitions()}
        self._one_at_a_time = asyncio.Lock()

    async def all(self) -> Sequence[Evidence]:
        """Return everything that is kept, in the order in which it was seen."""
        async with self._one_at_a_time:
            for partition, read in self._read.items():
                while await self._more(partition, read):
                    pass
                # What the stream has dropped meanwhile is dropped here as well.
                del read.seen[:-EVIDENCE_KEPT]
        found = (one for read in self._read.values() for one in read.seen)
        return sorted(found, key=lambda one: one.at)

    async def _more(self, partition: str, read: _Read) -> bool:
        """Read what is new in a partition; whether there is yet more."""
        query = (evidence(partition), f"({read.last}", "+", "COUNT", _AT_ONCE)
        async with guarded(self._deadline):
            rows = await run_command(self._redis, "XRANGE", *query)
        entries = cast(list[tuple[str, dict[str, str]]], rows)
        for entry, fields in entries:
            read.last = entry
            try:
                one = codec.loads(codec.evidence, fields["seen"])
                # Times of one zone are compared twenty times as fast, and all are sorted at each look.
                read.seen.append(replace(one, at=one.at.astimezone(UTC)))
            except ValueError as error:
                logger.warning("evidence can't be read", extra={"error": str(error)})
        return len(entries) == _AT_ONCE


class RolloutStore:
    """Who watches, and what the desk is to be told: kept until that is set to ring.

    Every method raises ``StateUnavailableError`` when Redis does not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline
        self._keys = RolloutKeys()
        self._lease = redis.register_script(source("lease"))

    async def lease(self, holder: str, seconds: float) -> bool:
        """Become or stay the one process that watches; False while another is."""
        async with guarded(self._deadline):
            args = [holder, int(seconds * 1000)]
            return bool(await self._lease(keys=[self._keys.lease], args=args))

    async def note(self, key: str, text: str) -> str:
        """Keep what is to be told under a key, once; returns what stands there."""
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hsetnx(self._keys.notices, key, text)
            pipeline.hget(self._keys.notices, key)
            _, kept = await pipeline.execute()
        return cast(str, kept)

    async def notices(self) -> Mapping[str, str]:
        """Return all that is still to be told."""
        async with guarded(self._deadline):
            return cast(dict[str, str], await self._redis.hgetall(self._keys.notices))

    async def told(self, key: str) -> None:
        """Forget what is set to ring."""
        async with guarded(self._deadline):
            await self._redis.hdel(self._keys.notices, key)

    async def proposed(self) -> Mapping[str, float]:
        """Return when what was proposed last, as Unix time."""
        async with guarded(self._deadline):
            found = await self._redis.hgetall(self._keys.proposed)
        return {key: float(at) for key, at in cast(dict[str, str], found).items()}

    async def propose(self, key: str, text: str, *, about: str, at: datetime) -> None:
        """Note that something is proposed, and keep what is to be told of it: both or neither."""
        keys = self._keys
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hsetnx(keys.notices, key, text)
            pipeline.hset(keys.proposed, about, str(at.timestamp()))
            pipeline.expire(keys.proposed, PROPOSALS_SECONDS)
            await pipeline.execute()

    async def now(self) -> float:
        """Return the server's time, as Unix time."""
        async with guarded(self._deadline):
            return await server_time(self._redis)
