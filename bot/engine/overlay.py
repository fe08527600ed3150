"""What was changed of the settings while Relevo runs, and the log of all changes, in Redis.

One script stores a change: the values by path, its number and its record in the log, together or not at
all. The number that the changer has read must be the last one, so that each change was validated with all
before it; numbers have no gaps, and their order is the order in which changes took effect.
"""

import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import SETTING_CHANGES_KEPT, SETTINGS_CHANNEL, WEEK_SECONDS, SettingKeys
from bot.engine.scripts import source

logger = logging.getLogger(__name__)

_NUMBER = ""
"""The field of the overlay that holds the number of its last change; no path is empty."""

_AT_ONCE = 200
"""Changes that are read with one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOverlay:
    """All values by path, as they are stored, and the number of the change that made them so.

    ``done`` is the number of the change whose key was asked for, None when there is none such.
    """

    number: int = 0
    entries: Mapping[str, str] = field(default_factory=dict[str, str])
    done: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A change to be stored: its record for the log, the paths that it takes out and those it sets."""

    key: str
    record: str
    removes: Sequence[str] = ()
    entries: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of it, and the number of the change (or of the last one, where it was ``stale``)."""

    result: Literal["stored", "done", "stale"]
    number: int


class OverlayStore:
    """Reads and writes the overlay. Raises ``StateUnavailableError`` when Redis does not answer in time."""

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline
        self._keys = SettingKeys()
        self._edit = redis.register_script(source("edit_settings"))

    async def read(self, key: str = "") -> StoredOverlay:
        """Read all of it at one moment, and whether the change with a key was stored before."""
        keys = self._keys
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hgetall(keys.overlay)
            pipeline.xrevrange(keys.changes, count=1)
            pipeline.get(keys.done(key))
            found, last, done = cast(
                tuple[dict[str, str], list[tuple[str, Any]], str | None], await pipeline.execute()
            )
        number = _number(found.pop(_NUMBER, "0"))
        if last:
            number = max(number, _number(last[0][0]))
        return StoredOverlay(number=number, entries=found, done=int(done) if done else None)

    async def mark(self) -> str | None:
        """Return what is another text after each change, for whoever looks whether there was one."""
        async with guarded(self._deadline):
            return cast(str | None, await run_command(self._redis, "HGET", self._keys.overlay, ""))

    async def write(self, writing: Writing, *, read: int) -> Written:
        """Store a change over the state of this number, unless it is stored already."""
        keys = self._keys
        pairs = [text for pair in writing.entries.items() for text in pair]
        limits = (SETTING_CHANGES_KEPT, WEEK_SECONDS, SETTINGS_CHANNEL)
        async with guarded(self._deadline):
            result, number = await self._edit(
                keys=[keys.overlay, keys.changes, keys.done(writing.key)],
                args=[
                    read,
                    writing.record,
                    *limits,
                    len(writing.removes),
                    *writing.removes,
                    *pairs,
                ],
            )
        return Written(result=result, number=int(number))

    async def record(self, number: int) -> Mapping[str, Any] | None:
        """Return the record of a change, None when it is in the log no more."""
        at = f"{number}-0"
        async with guarded(self._deadline):
            rows = await run_command(self._redis, "XRANGE", self._keys.changes, at, at)
        found = [record async for _, record in _readable(rows)]
        return found[0] if found else None

    async def records(self, *, after: int = 0) -> AsyncIterator[tuple[int, Mapping[str, Any]]]:
        """Go through the numbers and records of all changes after one, newest first."""
        end, start = "+", f"({after}-0" if after else "-"
        while True:
            query = (self._keys.changes, end, start, "COUNT", _AT_ONCE)
            async with guarded(self._deadline):
                rows = await run_command(self._redis, "XREVRANGE", *query)
            async for found in _readable(rows):
                yield found
            if len(rows) < _AT_ONCE:
                return
            end = f"({rows[-1][0]}"

    def listening(self) -> PubSub:
        """Give what hears of changes, for as long as it is connected."""
        return self._redis.pubsub()  # pyright: ignore[reportUnknownMemberType]


async def _readable(rows: Any) -> AsyncIterator[tuple[int, Mapping[str, Any]]]:
    """Read what can be read; a record that another hand has damaged hides no other."""
    for entry_id, fields in cast(list[tuple[str, dict[str, str]]], rows):
        try:
            record = json.loads(fields["change"])
        except (KeyError, ValueError):
            logger.warning("a change of the settings can't be read", extra={"id": entry_id})
            continue
        yield _number(entry_id), record


def _number(text: str) -> int:
    """Read the number of a change; 0 where another hand has written something else."""
    number = text.partition("-")[0]
    return int(number) if number.isdecimal() else 0
