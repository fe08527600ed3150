"""Reads back who did what on which case, and notes what was done beside all cases."""

import heapq
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from itertools import islice
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import AUDIT_KEPT, all_partitions, audit, partition_of
from bot.vocabulary.turns import AuditEntry

_AT_ONCE = 200
"""Entries that are read with one request."""


class AuditTrail:
    """What people did, over all conversations: the newest ten thousand of each partition.

    Raises ``StateUnavailableError`` when Redis does not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline

    async def latest(
        self,
        limit: int,
        *,
        case: str | None = None,
        actor_id: str | None = None,
        user: str | None = None,
    ) -> Sequence[AuditEntry]:
        """Return the newest entries, newest first, of one case or one actor if that is asked.

        ``user`` is ``platform:user id``, wherever they acted.
        """
        found: list[list[AuditEntry]] = []
        for partition in all_partitions():
            mine: list[AuditEntry] = []
            async for entry in self._entries(partition):
                is_theirs = actor_id in {None, entry.actor_id} and user in {None, _user(entry)}
                if case in {None, entry.case} and is_theirs:
                    mine.append(entry)
                if len(mine) == limit:
                    break
            found.append(sorted(mine, key=_time, reverse=True))
        return list(islice(heapq.merge(*found, key=_time, reverse=True), limit))

    async def note(self, entry: AuditEntry) -> None:
        """Note what was done outside of any conversation."""
        key = audit(partition_of(entry.detail))
        text = codec.dumps(codec.audit, entry)
        async with guarded(self._deadline):
            limit = ("MAXLEN", "~", AUDIT_KEPT)
            await run_command(self._redis, "XADD", key, *limit, "*", "entry", text)

    async def _entries(self, partition: str) -> AsyncIterator[AuditEntry]:
        """All entries of a partition, newest first."""
        end = "+"
        while True:
            query = (audit(partition), end, "-", "COUNT", _AT_ONCE)
            async with guarded(self._deadline):
                rows = await run_command(self._redis, "XREVRANGE", *query)
            for _, fields in cast(list[tuple[str, dict[str, str]]], rows):
                yield codec.loads(codec.audit, fields["entry"])
            if len(rows) < _AT_ONCE:
                return
            end = f"({rows[-1][0]}"


def _user(entry: AuditEntry) -> str:
    platform, _, rest = entry.actor_id.partition(":")
    return f"{platform}:{rest.rpartition(':')[2]}"


def _time(entry: AuditEntry) -> datetime:
    return entry.at
