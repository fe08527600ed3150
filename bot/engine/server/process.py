"""The process of an embedded server: its settings, its start, its answers and its end."""

import asyncio
import contextlib
import os
from asyncio.subprocess import DEVNULL, STDOUT, Process
from pathlib import Path
from typing import Literal

from bot.engine.server.binary import ServerBinary
from bot.engine.server.failure import explain_failure
from bot.engine.server.folder import ServerFolder
from bot.engine.server.guard import guarded_command
from bot.vocabulary.errors import StateUnavailableError

Fsync = Literal["always", "everysec"]
"""When a write is forced to the disk: before it is acknowledged, or once a second."""

SERVER_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}
"""All that the server sees of ours: no token or password reaches its process."""

_POLL_SECONDS = 0.005


def server_arguments(folder: ServerFolder, fsync: Fsync) -> list[str]:
    """Return the settings of a private server.

    The log of writes is kept as plain commands: its binary form is refused by other versions
    (measured: Redis 7.0 calls one of Valkey 9.1 damaged and proposes to cut it off), while plain
    commands are read by all, and a search for a person's erased words sees them. Loading 200,000
    hashes takes 0.5 s instead of 0.3 s.
    """
    settings = {
        "port": "0",
        "unixsocket": str(folder.socket),
        "unixsocketperm": "700",
        "dir": str(folder.path),
        "appendonly": "yes",
        "appendfsync": fsync,
        "aof-use-rdb-preamble": "no",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "logfile": "",
    }
    return [word for name, value in settings.items() for word in (f"--{name}", value)]


async def start_process(
    *, folder: ServerFolder, server: ServerBinary, fsync: Fsync, lock: int
) -> "ServerProcess":
    """Start a server that ends with this thread, in a session of its own.

    Its own session keeps Ctrl-C away from it: it must outlive the draining of our work.

    Args:
        folder: Where it keeps its data and listens.
        server: The program.
        fsync: When writes are forced to the disk.
        lock: Open lock file; the server inherits it and holds the lock until it ends.
    """
    log = folder.open_log()
    log_start = os.fstat(log).st_size
    command = guarded_command(server.path, server_arguments(folder, fsync), note=lock)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=DEVNULL,
            stdout=log,
            stderr=STDOUT,
            env=SERVER_ENVIRONMENT,
            pass_fds=(lock,),
            start_new_session=True,
        )
    finally:
        os.close(log)
    return ServerProcess(process=process, folder=folder, server=server, log_start=log_start)


class ServerProcess:
    """A running server, until its end."""

    def __init__(
        self, *, process: Process, folder: ServerFolder, server: ServerBinary, log_start: int
    ) -> None:
        self.folder = folder
        self.server = server
        self._process = process
        self._log_start = log_start
        self._stopping = False

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def answers(self, seconds: float) -> None:
        """Wait until the server answers, at most ``seconds`` in silence.

        Raises:
            StateUnavailableError: It ended or stayed silent.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds
        while clock() < deadline and self._process.returncode is None:
            reply = await ask(self.folder.socket, "PING", seconds=1.0)
            if reply == "+PONG":
                return
            if reply is not None and reply.startswith("-LOADING"):
                deadline = clock() + seconds
            await asyncio.sleep(_POLL_SECONDS)
        raise StateUnavailableError(self._why())

    async def ended(self) -> None:
        """Wait for the end.

        Raises:
            StateUnavailableError: The end was not asked for.
        """
        await self._process.wait()
        if not self._stopping:
            raise StateUnavailableError(self._why())

    async def end(self, seconds: float) -> None:
        """Ask for a shutdown, then insist, then kill."""
        self._stopping = True
        try:
            reply = await ask(self.folder.socket, "SHUTDOWN", seconds=seconds / 2)
            if reply == "" and await self._ends_within(seconds / 4):
                return
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            await self._ends_within(seconds / 4)
        finally:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def _ends_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._process.wait()
        return self._process.returncode is not None

    def _why(self) -> str:
        with self.folder.log.open("rb") as log:
            log.seek(self._log_start)
            said = log.read().decode(errors="replace")
        return explain_failure(
            folder=self.folder,
            server=self.server,
            said=said,
            exit_code=self._process.returncode,
        )


async def ask(socket: Path, command: str, *, seconds: float) -> str | None:
    """Send one command and return the first line of the reply.

    Empty when the server hung up instead (it does so to shut down), None when nobody answered.
    """
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(f"{command}\r\n".encode())
                return (await reader.readline()).decode(errors="replace").strip()
            finally:
                writer.close()
    return None
