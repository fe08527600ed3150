"""The places from which tenant keys come: the settings, a file of our own, or a key service."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.engine.sealing.crypt import new_key
from bot.engine.sealing.installation import Fields, KeySource
from bot.engine.sealing.key_command import KeyCommand
from bot.engine.sealing.keyfile import FILE_NAME, keys_of, make_key_file, read_key_file
from bot.engine.sealing.keyring import TenantKeys
from bot.vocabulary.errors import ConfigurationError

_TENANT = "tenant:"
_CURRENT = "current"


def choose_source(
    *, key: str, previous: Sequence[str], command: Sequence[str], folder: Path
) -> KeySource:
    """Return where the tenant keys come from, as the settings say.

    Raises:
        ConfigurationError: What they say can't be meant.
    """
    if command and key:
        raise ConfigurationError(
            "Both memory.key and memory.key_command are set: keep the one that is to wrap data keys."
        )
    if command:
        return ServiceKeys(KeyCommand(command))
    return SetKeys(key, previous) if key else FileKeys(folder, previous)


class SetKeys:
    """Keys that the settings name."""

    def __init__(self, key: str, previous: Sequence[str]) -> None:
        self._keys = keys_of(key, previous)

    async def made(self, installation: str) -> tuple[TenantKeys, Fields]:  # noqa: ARG002 - theirs
        """See ``KeySource.made``."""
        return self._keys, {}

    async def found(self, installation: str, fields: Fields) -> TenantKeys:  # noqa: ARG002 - theirs
        """See ``KeySource.found``."""
        return self._keys

    async def renewed(self, installation: str, fields: Fields) -> Fields:  # noqa: ARG002 - theirs
        """See ``KeySource.renewed``: new ones are set by people."""
        return {}


class FileKeys:
    """A key in a file of ``folder``, made for a new installation alone."""

    def __init__(self, folder: Path, previous: Sequence[str]) -> None:
        self._folder = folder
        self._previous = previous

    async def made(self, installation: str) -> tuple[TenantKeys, Fields]:  # noqa: ARG002 - all alike
        """See ``KeySource.made``."""
        text = read_key_file(self._folder) or make_key_file(self._folder)
        return keys_of(text, self._previous), {}

    async def found(self, installation: str, fields: Fields) -> TenantKeys:  # noqa: ARG002 - all alike
        """See ``KeySource.found``."""
        text = read_key_file(self._folder)
        if text is None:
            raise ConfigurationError(
                f"What is remembered in this Redis is encrypted, and its key {self._folder / FILE_NAME} "
                "is missing: restore that file, or set memory.key to the same key on every machine."
            )
        return keys_of(text, self._previous)

    async def renewed(self, installation: str, fields: Fields) -> Fields:  # noqa: ARG002 - all alike
        """See ``KeySource.renewed``: new ones are set by people."""
        return {}


class ServiceKeys:
    """Random tenant keys, which Redis keeps wrapped by a key service.

    So the service is asked when a process starts, and never for a customer's turn.
    """

    def __init__(self, command: KeyCommand) -> None:
        self._command = command

    async def made(self, installation: str) -> tuple[TenantKeys, Fields]:
        """See ``KeySource.made``."""
        key = new_key()
        return TenantKeys(current=key), await self._kept(installation, key)

    async def found(self, installation: str, fields: Fields) -> TenantKeys:
        """See ``KeySource.found``."""
        current = fields.get(_CURRENT)
        if current is None:
            raise ConfigurationError(
                "What is remembered in this Redis is encrypted under a key of the settings or of data_dir, "
                "not of a key service: take memory.key_command out."
            )
        keys = await self._unwrapped(installation, fields)
        return TenantKeys(
            current=keys[current], previous=[key for name, key in keys.items() if name != current]
        )

    async def renewed(self, installation: str, fields: Fields) -> Fields:
        """See ``KeySource.renewed``; earlier ones are wrapped anew, under the service's present key."""
        earlier = await self._unwrapped(installation, fields)
        kept = await self._kept(installation, new_key())
        context = _context(installation)
        return {
            name: await self._command.wrap(key, context) for name, key in earlier.items()
        } | kept

    async def _unwrapped(self, installation: str, fields: Fields) -> dict[str, bytes]:
        context = _context(installation)
        return {
            name: await self._command.unwrap(wrapped, context)
            for name, wrapped in fields.items()
            if name.startswith(_TENANT)
        }

    async def _kept(self, installation: str, key: bytes) -> dict[str, str]:
        name = _TENANT + secrets.token_hex(4)
        return {name: await self._command.wrap(key, _context(installation)), _CURRENT: name}


def _context(installation: str) -> Mapping[str, str]:
    return {"installation": installation}
