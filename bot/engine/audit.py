"""Reads back who did what on which case, and notes what was done beside all cases."""

import heapq
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import AUDIT_KEPT, all_partitions, audit, partition_of
from bot.engine.overlay import OverlayStore
from bot.vocabulary.messages import Platform
from bot.vocabulary.turns import AuditEntry

CHANGED = "settings set"
UNDID = "settings undo"
"""The verbs of changes that were made outside of any conversation."""

_AT_ONCE = 200
"""Entries that are read with one request."""

_CHANGES_SEEN = 2_000
_SHOWN = 120


class AuditTrail:
    """What people did, over all conversations: the newest ten thousand of each partition.

    Raises ``StateUnavailableError`` when Redis does not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline
        self._settings = OverlayStore(redis, deadline=deadline)

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
        if not case:
            aside = await self._aside()
            found.append(
                [
                    entry
                    for entry in aside
                    if actor_id in {None, entry.actor_id} and user in {None, _user(entry)}
                ]
            )
        return list(islice(heapq.merge(*found, key=_time, reverse=True), limit))

    async def note(self, entry: AuditEntry) -> None:
        """Note what was done outside of any conversation."""
        key = audit(partition_of(entry.detail))
        text = codec.dumps(codec.audit, entry)
        async with guarded(self._deadline):
            limit = ("MAXLEN", "~", AUDIT_KEPT)
            await run_command(self._redis, "XADD", key, *limit, "*", "entry", text)

    async def _aside(self) -> Sequence[AuditEntry]:
        """Return the last changes of settings, newest first, that no turn of an admin has noted.

        They were made by Relevo itself, or in a terminal. Whoever was erased has no name any more.
        """
        found: list[AuditEntry] = []
        seen = 0
        async for number, record in self._settings.records():
            seen += 1
            if record["actor_id"].partition(":")[0] not in {"", *Platform}:
                found.append(_entry(number, record))
            if seen == _CHANGES_SEEN:
                break
        return sorted(found, key=_time, reverse=True)

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


def _entry(number: int, record: Mapping[str, Any]) -> AuditEntry:
    old, new = record["old"], record["new"]
    told = (f"{path}: {_short(old.get(path))} → {_short(new[path])}" for path in new)
    return AuditEntry(
        at=datetime.fromisoformat(record["at"]),
        actor_id=record["actor_id"],
        actor=record["actor"],
        action=UNDID if record["undoes"] else CHANGED,
        case="",
        detail=f"#{number} {'; '.join(told)}",
        place=record["place"],
    )


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _user(entry: AuditEntry) -> str:
    platform, _, rest = entry.actor_id.partition(":")
    return f"{platform}:{rest.rpartition(':')[2]}"


def _time(entry: AuditEntry) -> datetime:
    return entry.at
