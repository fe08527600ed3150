"""Opens the keyring of an installation, and refuses keys that are not its own.

The first process of an installation gives it an id and a secret, which Redis keeps wrapped by the tenant
key. Whoever can unwrap that secret has the right key: a wrong or missing one is noticed at the start, before
anything is written under it.
"""

import base64
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import VAULT
from bot.engine.sealing.crypt import belonging, new_key
from bot.engine.sealing.keyring import Keyring, Refresh, TenantKeys
from bot.vocabulary.errors import ConfigurationError, UnreadableMemoryError

SECRET = "secret"  # noqa: S105 - the name of a field
_WRONG = (
    "What is remembered in this Redis was encrypted under another key than the one that is set: restore "
    "memory.key, memory.key_file or the file memory.key in data_dir, or name the old key in "
    "memory.previous_keys."
)

Fields = Mapping[str, str]


class KeySource(Protocol):
    """Where an installation's tenant keys come from.

    All raise ``ConfigurationError`` in one sentence that names the cause and the cure.
    """

    async def made(self, installation: str) -> tuple[TenantKeys, Fields]:
        """Return the keys of a new installation, with what Redis is to keep of them."""
        ...

    async def found(self, installation: str, fields: Fields) -> TenantKeys:
        """Return the keys of an installation that is there."""
        ...

    async def renewed(self, installation: str, fields: Fields) -> Fields:
        """Return what Redis is to keep from now on, with a new tenant key where we make them."""
        ...


async def open_keyring(redis: Redis, source: KeySource, *, deadline: float) -> Keyring:
    """Open the keyring, making the installation if it is new.

    Raises:
        ConfigurationError: The key is missing or wrong.
        StateUnavailableError: Redis did not answer in time.
    """
    fields = await read_installation(redis, deadline=deadline)
    if not fields:
        await _make(redis, source, deadline)
        fields = await read_installation(redis, deadline=deadline)
    return await keyring_of(fields, source, _refreshing(redis, source, deadline))


async def read_installation(redis: Redis, *, deadline: float) -> Fields:
    """Return what Redis keeps of the installation; empty when it is new.

    Raises ``StateUnavailableError`` when Redis does not answer in time.
    """
    async with guarded(deadline):
        return cast(dict[str, str], await run_command(redis, "HGETALL", VAULT))


async def keyring_of(fields: Fields, source: KeySource, refresh: Refresh | None = None) -> Keyring:
    """Build the keyring from what Redis keeps.

    Raises:
        ConfigurationError: The key is missing or wrong.
    """
    installation = fields["id"]
    keys = await source.found(installation, fields)
    try:
        secret = keys.unwrap(from_text(fields[SECRET]), secret_of(installation))
    except UnreadableMemoryError:
        raise ConfigurationError(_WRONG) from None
    return Keyring(installation, secret, keys, refresh)


def secret_of(installation: str) -> bytes:
    """Return what the wrapped secret of an installation belongs to."""
    return belonging(installation, "installation", "secret")


def as_text(wrapped: bytes) -> str:
    """Return bytes as Redis keeps them among texts."""
    return base64.b64encode(wrapped).decode()


def from_text(text: str) -> bytes:
    """Read what ``as_text`` wrote."""
    return base64.b64decode(text)


async def _make(redis: Redis, source: KeySource, deadline: float) -> None:
    """Make the installation; of several processes that try, the first one's counts."""
    installation = secrets.token_hex(16)
    keys, kept = await source.made(installation)
    secret = as_text(keys.wrap(new_key(), secret_of(installation)))
    fields = {"id": installation, SECRET: secret, **kept}
    words = [word for pair in fields.items() for word in pair]
    async with guarded(deadline):
        await run_command(redis, "EVAL", _MAKE, 1, VAULT, *words)


_MAKE = "if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('HSET', KEYS[1], unpack(ARGV)) end"


def _refreshing(
    redis: Redis, source: KeySource, deadline: float
) -> Callable[[], Awaitable[TenantKeys]]:
    async def refresh() -> TenantKeys:
        fields = await read_installation(redis, deadline=deadline)
        return await source.found(fields["id"], fields)

    return refresh
