"""A private Redis or Valkey server as a child: what ``redis.url = "embedded"`` means.

It listens on a unix socket only, keeps its data append-only in one folder and never evicts. It
ends with us (``server_guard``), and a folder has one server at a time (``server_folder``).
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Generator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from bot.engine.server.binary import ServerBinary, find_server
from bot.engine.server.folder import ServerFolder, prepare_folder, take_lock
from bot.engine.server.process import Fsync, ServerProcess, ask, start_process
from bot.vocabulary.errors import ConfigurationError, StateUnavailableError

_POLL_SECONDS = 0.01


class AlreadyRunningError(ConfigurationError):
    """Raised when another Relevo uses the folder; ``url`` is the address of its server."""

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(message)
        self.url = url


class EmbeddedServer:
    """One server on one folder, from ``start`` to ``stop`` or as an async context manager.

    Start it from the thread that lives as long as the program: the kernel stops the server when
    that thread ends.
    """

    def __init__(
        self,
        *,
        folder: Path,
        fsync: Fsync = "everysec",
        start_seconds: float = 15.0,
        stop_seconds: float = 6.0,
    ) -> None:
        """Choose the folder; nothing is started yet.

        Args:
            folder: Its data folder, created when missing and made private (mode 0700).
            fsync: When a write is forced to the disk: before it is acknowledged, or each second.
            start_seconds: How long it may stay silent; loading much data is not silence.
            stop_seconds: How long it may take to stop before it is killed (what it acknowledged
                is safe then as well).
        """
        self._path = folder
        self._fsync: Fsync = fsync
        self._start_seconds = start_seconds
        self._stop_seconds = stop_seconds
        self._cleanup = contextlib.AsyncExitStack()
        self._process: ServerProcess | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The address to connect to, ``unix:///…``."""
        return _address(self._running.folder)

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._running.pid

    @property
    def server(self) -> ServerBinary:
        """The program that runs."""
        return self._running.server

    async def start(self) -> None:
        """Start the server and return when it answers.

        Raises:
            ConfigurationError: There is no server program, or the folder can't be used or is in
                use by another Relevo.
            StateUnavailableError: The server did not come up.
        """
        _refuse_windows()
        server = await asyncio.to_thread(find_server)
        folder = prepare_folder(self._path)
        async with contextlib.AsyncExitStack() as cleanup:
            cleanup.callback(os.close, _claim(folder))
            cleanup.callback(folder.remove_socket)
            with await _lock_for_server(folder, self._stop_seconds) as lock:
                folder.socket.unlink(missing_ok=True)
                process = await start_process(
                    folder=folder, server=server, fsync=self._fsync, lock=lock
                )
            cleanup.push_async_callback(process.end, self._stop_seconds)
            await process.answers(self._start_seconds)
            self._process = process
            self._cleanup = cleanup.pop_all()

    async def stop(self) -> None:
        """Stop the server with everything written, and leave nothing but its data behind."""
        await self._cleanup.aclose()

    async def wait_dead(self) -> None:
        """Return once ``stop`` has stopped the server.

        Raises:
            StateUnavailableError: The server ended by itself or was killed.
        """
        await self._running.ended()

    @property
    def _running(self) -> ServerProcess:
        if self._process is None:
            raise StateUnavailableError("The embedded server has not been started: call start().")
        return self._process


def _refuse_windows() -> None:
    if sys.platform == "win32":
        raise ConfigurationError(
            'redis.url is "embedded", and there is no Redis or Valkey server for Windows: run '
            "Relevo in Docker or WSL, or set redis.url to the address of a running server."
        )


def _address(folder: ServerFolder) -> str:
    return f"unix://{quote(str(folder.socket))}"


def _claim(folder: ServerFolder) -> int:
    """Make this process the folder's owner; the returned open file is the claim."""
    claim = take_lock(folder.owner_lock)
    if claim is None:
        raise AlreadyRunningError(
            f"Another Relevo is already running on {folder.path}: stop it, or give this one a "
            "data_dir of its own (several on one store need redis.url, the address of a server).",
            url=_address(folder),
        )
    return claim


async def _lock_for_server(
    folder: ServerFolder, seconds: float
) -> contextlib.AbstractContextManager[int]:
    """Take the lock that the server will hold, after an orphan has left the folder."""
    lock = take_lock(folder.server_lock)
    if lock is None:
        lock = await _end_orphan(folder, seconds)
    return _open_file(lock)


async def _end_orphan(folder: ServerFolder, seconds: float) -> int:
    """Shut down the server of a Relevo that is gone, with everything written; take its lock."""
    await ask(folder.socket, "SHUTDOWN", seconds=seconds / 2)
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds / 2
    while (lock := take_lock(folder.server_lock)) is None:
        if clock() > deadline:
            raise ConfigurationError(
                f"A server that an earlier Relevo left behind still uses {folder.path} and does "
                f"not stop: end process {folder.server_pid()} and start again."
            )
        await asyncio.sleep(_POLL_SECONDS)
    return lock


@contextlib.contextmanager
def _open_file(handle: int) -> Generator[int]:
    """Close our copy in the end; the server keeps its own, and with it the lock."""
    try:
        yield handle
    finally:
        os.close(handle)
