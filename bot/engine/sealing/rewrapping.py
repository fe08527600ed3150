"""Wraps all data keys anew under the current tenant key, so that earlier ones can be taken away.

It may be broken off and begun again at any time, and runs beside workers: each key is exchanged in one step,
and only if it is still the one that was read. Last comes the installation's own secret, so that a start without
the earlier key is refused until everything is wrapped anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from redis.asyncio import Redis
from redis.client import NEVER_DECODE

from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import MEMORIES, VAULT, OwnerKeys, owner_of
from bot.engine.persons.vault import KEY
from bot.engine.scripts import source
from bot.engine.sealing.installation import (
    SECRET,
    KeySource,
    as_text,
    from_text,
    keyring_of,
    read_installation,
    secret_of,
)
from bot.engine.sealing.keyring import Keyring
from bot.vocabulary.errors import UnreadableMemoryError

_AT_ONCE = 500

OnProgress = Callable[[int], None]
"""Hears how many owners were looked at so far."""


@dataclass(slots=True, kw_only=True)
class Rewrapped:
    """What became of the owners: ``unreadable`` ones are wrapped by a key that is not set."""

    owners: int = 0
    changed: int = 0
    unreadable: int = 0


class Rewrapping:
    """Every method raises ``StateUnavailableError`` when Redis does not answer in time."""

    def __init__(self, redis: Redis, keys: KeySource, *, deadline: float) -> None:
        self._redis = redis
        self._keys = keys
        self._deadline = deadline
        self._exchange = redis.register_script(source("exchange_key"))

    async def run(self, tell: OnProgress) -> Rewrapped:
        """Wrap everything anew until nothing is left to do.

        Raises:
            ConfigurationError: The key is missing or wrong.
        """
        keyring = await self._renewed()
        done = Rewrapped()
        while True:
            round_ = await self._round(keyring, tell)
            done.owners, done.unreadable = round_.owners, round_.unreadable
            done.changed += round_.changed
            if not round_.changed:  # also what workers have written meanwhile is wrapped anew
                break
        if not done.unreadable:
            await self._wrap_secret()
        return done

    async def _renewed(self) -> Keyring:
        """The keyring, with a new tenant key where we make them and the last round was ended."""
        fields = await read_installation(self._redis, deadline=self._deadline)
        keyring = await keyring_of(fields, self._keys)
        if keyring.keys.is_current(from_text(fields[SECRET])):
            kept = await self._keys.renewed(fields["id"], fields)
            await self._keep(kept)
            keyring = await keyring_of({**fields, **kept}, self._keys)
        return keyring

    async def _round(self, keyring: Keyring, tell: OnProgress) -> Rewrapped:
        """Look at all owners once. SCAN names each that stands there all the while."""
        done, cursor = Rewrapped(), "0"
        while True:
            async with guarded(self._deadline):
                query = (cursor, "MATCH", MEMORIES, "COUNT", _AT_ONCE)
                cursor, found = await run_command(self._redis, "SCAN", *query)
            await self._wrap([owner_of(key) for key in cast(list[str], found)], keyring, done)
            tell(done.owners)
            if cursor in {"0", 0}:
                return done

    async def _wrap(self, owners: Sequence[str], keyring: Keyring, done: Rewrapped) -> None:
        for owner, wrapped in zip(owners, await self._wrapped(owners), strict=True):
            done.owners += 1
            if not wrapped or keyring.keys.is_current(wrapped):
                continue
            try:
                anew = await keyring.wrap_anew(owner, wrapped)
            except UnreadableMemoryError:
                done.unreadable += 1
                continue
            async with guarded(self._deadline):
                key = OwnerKeys(owner).memory
                done.changed += await self._exchange(keys=[key], args=[KEY, wrapped, anew])

    async def _wrapped(self, owners: Sequence[str]) -> list[bytes | None]:
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            for owner in owners:
                query = ("HGET", OwnerKeys(owner).memory, KEY)
                cast(Any, pipeline).execute_command(*query, **{NEVER_DECODE: True})
            return cast("list[bytes | None]", await pipeline.execute())

    async def _wrap_secret(self) -> None:
        fields = await read_installation(self._redis, deadline=self._deadline)
        installation = fields["id"]
        keys = await self._keys.found(installation, fields)
        wrapped, belongs = from_text(fields[SECRET]), secret_of(installation)
        if not keys.is_current(wrapped):
            secret = keys.unwrap(wrapped, belongs)
            await self._keep({SECRET: as_text(keys.wrap(secret, belongs))})

    async def _keep(self, fields: dict[str, str] | Any) -> None:
        words = [word for pair in fields.items() for word in pair]
        if words:
            async with guarded(self._deadline):
                await run_command(self._redis, "HSET", VAULT, *words)
