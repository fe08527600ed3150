"""Tombstones: who was erased when, so that a restored backup erases again.

A tombstone is a keyed digest of an identity and a time; nobody can be read back from it. They stand in
Redis, and in a small file outside of it, which an old backup of Redis does not take back.
"""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from errno import EACCES
from pathlib import Path
from typing import BinaryIO, cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import TOMBSTONES
from bot.vocabulary.errors import StateUnavailableError

logger = logging.getLogger(__name__)

FILE_NAME = "tombstones.log"
PURPOSE = "tombstone"

ALIKE = 0.001
"""Seconds by which a time may differ that was written down and read again."""

Digest = Callable[[str], str]
"""Returns what stands for an identity: keyed, and the same as long as the installation lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TombstoneFile:
    """An append-only file of ``digest time`` lines; only its owner may read it."""

    path: Path

    def append(self, times: Mapping[str, float]) -> None:
        """Add lines; on the disk when it returns. Raises ``StateUnavailableError``."""
        if not times:
            return
        try:
            self._append(times)
        except OSError as error:
            raise _unusable(self.path, error) from error

    def _append(self, times: Mapping[str, float]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{digest} {_written(at)}\n" for digest, at in times.items()).encode()
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        with os.fdopen(os.open(self.path, flags, 0o600), "ab+") as file:
            file.write(lines if _ends_whole(file) else b"\n" + lines)
            file.flush()
            os.fsync(file.fileno())

    def check(self) -> None:
        """Look whether it can be read and added to, changing nothing. Raises ``StateUnavailableError``."""
        self.read()
        there = next(one for one in (self.path, *self.path.parents) if one.exists())
        if not os.access(there, os.W_OK):
            raise _unusable(self.path, PermissionError(EACCES, os.strerror(EACCES)))

    def read(self) -> dict[str, float]:
        """Return digest → time of the last erasure; a torn line is passed over.

        Raises ``StateUnavailableError``.
        """
        found: dict[str, float] = {}
        try:
            lines = self.path.read_text(encoding="ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return found
        except OSError as error:
            raise _unusable(self.path, error) from error
        for line in lines:
            digest, _, written = line.partition(" ")
            try:
                at = datetime.fromisoformat(written).timestamp()
            except ValueError:
                logger.warning("a tombstone can't be read", extra={"file": str(self.path)})
                continue
            found[digest] = max(at, found.get(digest, 0.0))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstones:
    """The tombstones of an installation.

    Every method raises ``StateUnavailableError`` when Redis did not answer within ``deadline``, or the file
    can't be read or written: then nothing counts as erased.
    """

    redis: Redis = field(repr=False)
    file: TombstoneFile
    digest: Digest = field(repr=False)
    keep: timedelta
    deadline: float

    async def set(self, identities: Mapping[str, float]) -> None:
        """Set a tombstone for each identity, with the time of its erasure."""
        times = {self.digest(identity): at for identity, at in identities.items()}
        known = self.file.read()
        self.file.append({one: at for one, at in times.items() if known.get(one, 0.0) < at})
        await self._store(times)

    async def all(self) -> dict[str, float]:
        """Return digest → time of all that still count, after Redis and the file have told each other."""
        in_file, stored = self.file.read(), await self._stored()
        both = {one: max(in_file.get(one, 0), stored.get(one, 0)) for one in in_file | stored}
        oldest = (datetime.now(UTC) - self.keep).timestamp()
        kept = {one: at for one, at in both.items() if at >= oldest}
        self.file.append({one: at for one, at in kept.items() if in_file.get(one, 0) < at - ALIKE})
        await self._store({one: at for one, at in kept.items() if stored.get(one, 0) < at - ALIKE})
        async with guarded(self.deadline):
            await run_command(self.redis, "ZREMRANGEBYSCORE", TOMBSTONES, "-inf", f"({oldest}")
        return kept

    async def erased_at(self, identity: str) -> datetime | None:
        """Return until when everything of an identity was erased; only Redis is asked."""
        async with guarded(self.deadline):
            found = await run_command(self.redis, "ZSCORE", TOMBSTONES, self.digest(identity))
        return None if found is None else datetime.fromtimestamp(float(found), UTC)

    async def _stored(self) -> dict[str, float]:
        async with guarded(self.deadline):
            found = await run_command(self.redis, "ZRANGE", TOMBSTONES, 0, -1, "WITHSCORES")
        rows = cast(list[str], found)
        return {one: float(at) for one, at in zip(rows[::2], rows[1::2], strict=True)}

    async def _store(self, times: Mapping[str, float]) -> None:
        if not times:
            return
        rows = [part for one, at in times.items() for part in (at, one)]
        async with guarded(self.deadline):
            await run_command(self.redis, "ZADD", TOMBSTONES, "GT", *rows)


def _ends_whole(file: BinaryIO) -> bool:
    """Whether a file ends with a whole line: behind a torn one the next would be lost as well."""
    if not file.seek(0, os.SEEK_END):
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def _unusable(path: Path, error: OSError) -> StateUnavailableError:
    return StateUnavailableError(
        f"The tombstones in {path} can't be read or written ({error.strerror}), so nobody is erased: "
        "see to the rights of data_dir and to free space."
    )


def _written(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
