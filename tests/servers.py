"""Real Redis and Valkey servers for tests: on a unix socket, in a folder of their own.

Nothing outlives pytest: each server ends with its parent, even when that is killed.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from redis import Redis

from bot.engine.server.binary import ServerBinary, find_server, find_servers
from bot.engine.server.folder import ServerFolder, prepare_folder
from bot.engine.server.guard import guarded_command
from bot.engine.server.process import SERVER_ENVIRONMENT, server_arguments

START_SECONDS = 10.0


@dataclass
class RealServer:
    """A server that a test may kill, freeze and start again on the same data."""

    binary: ServerBinary
    folder: ServerFolder
    extra: tuple[str, ...] = ()
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """Its address, ``unix:///…``."""
        return f"unix://{self.folder.socket}"

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = [*server_arguments(self.folder, "everysec"), *self.extra]
        log = self.folder.open_log()
        self._process = subprocess.Popen(
            guarded_command(self.binary.path, settings),
            env=SERVER_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        os.close(log)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            text = self.folder.log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, f"{self.binary} did not start: {text[-2000:]}"
            time.sleep(0.005)

    def command(self, *words: str) -> object:
        """Run one command as its operator would, and return the reply."""
        with Redis(unix_socket_path=str(self.folder.socket), decode_responses=True) as client:
            run = cast("Callable[..., object]", client.execute_command)  # pyright: ignore[reportUnknownMemberType]
            return run(*words)

    def kill(self) -> None:
        """End it without a chance to write anything."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in an orderly way, insisting: it refuses while it writes its first log."""
        for _ in range(10):
            if self._end(signal.SIGTERM, seconds=0.3):
                return
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it neither answer nor refuse, until ``thaw``."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals, *, seconds: float = 10) -> bool:
        if self._process is None:
            return True
        self._process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=seconds)
            self._process = None
        return self._process is None

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as link:
            link.settimeout(1)
            link.connect(str(self.folder.socket))
            link.sendall(b"PING\r\n")
            return link.recv(64).startswith((b"+PONG", b"-NOAUTH"))
        return False


@contextlib.contextmanager
def running_server(
    folder: Path, *, binary: ServerBinary | None = None, extra: tuple[str, ...] = ()
) -> Generator[RealServer]:
    """Run a server for a while: append-only, each second, on ``folder``.

    Args:
        folder: Where it keeps its data.
        binary: Which one; the preferred one of this machine when None.
        extra: Further settings (``"--port", "7000"``).
    """
    server = RealServer(binary or find_server(), prepare_folder(folder), extra)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        server.folder.remove_socket()


SERVERS_HERE = tuple(find_servers())
"""Every distinct server of this machine, for suites that must hold on each."""
