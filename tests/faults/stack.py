"""A whole installation under test: a real Redis and two real worker processes, and who restarts them."""

import asyncio
import contextlib
import os
import signal
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Generic, TypeVar

from bot.engine.server.binary import find_server
from bot.engine.server.folder import prepare_folder
from tests import forking
from tests.faults.worker import Bomb, Orders, Ready, Struck, serve
from tests.servers import RealServer

POLL_SECONDS = 0.01
START_SECONDS = 60.0
"""Generous: other work may share the cores."""

Given = TypeVar("Given")


class Slot(Generic[Given]):
    """A place for one worker process, and what the process has said.

    A process is ``serve`` with its orders; it writes into ``log``.
    """

    def __init__(
        self,
        orders: Given,
        *,
        serve: "Callable[[Given, Connection[Ready | Struck, None]], None]",
        log: Path,
    ) -> None:
        self._orders = orders
        self._serve = serve
        self._log = log
        self._process: ForkServerProcess | None = None
        self._voice: Connection[None, Ready | Struck] | None = None
        self._port: int | None = None
        self._struck_at: float | None = None

    def start(self, orders: Given | None = None) -> None:
        """Start a new process here; with other orders for this once."""
        context = forking.context()
        self._port = None
        ours, theirs = context.Pipe(duplex=False)
        self._voice = ours
        given = (orders or self._orders, theirs)
        self._process = context.Process(target=self._serve, args=given, daemon=True)
        self._process.start()
        theirs.close()

    @property
    def port(self) -> int | None:
        """Where its pages are served; None before it is ready and after it has ended."""
        self._listen()
        return self._port if self._process and self.exit_code is None else None

    @property
    def pid(self) -> int | None:
        """The id of the process; None while there is none."""
        return self._process.pid if self._process else None

    @property
    def struck_at(self) -> float | None:
        """When its bomb went off (seconds, monotonic)."""
        self._listen()
        return self._struck_at

    @property
    def exit_code(self) -> int | None:
        """How the process ended; None while it lives (a frozen one lives)."""
        assert self._process is not None
        return self._process.exitcode

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        assert self._process is not None
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    async def ended(self, *, within: float) -> int:
        """Wait until the process has ended; returns its exit code."""
        deadline = time.monotonic() + within
        while (code := self.exit_code) is None:
            assert time.monotonic() < deadline, f"a worker did not end within {within:.0f} s"
            await asyncio.sleep(POLL_SECONDS)
        return code

    async def ready(self) -> None:
        """Wait until the process serves its pages."""
        deadline = time.monotonic() + START_SECONDS
        while self.port is None:
            if self.exit_code is not None or time.monotonic() > deadline:
                text = self._log.read_text("utf-8") if self._log.exists() else "it logged nothing"
                raise AssertionError(f"a worker did not start: {text[-2000:]}")
            await asyncio.sleep(POLL_SECONDS)

    def end(self) -> None:
        """End the process, whatever it does, and forget it."""
        if self._process is None:
            return
        self._process.kill()
        self._process.join()
        self._process.close()
        self._process = None

    def _listen(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while self._voice is not None and self._voice.poll():
                match self._voice.recv():
                    case Ready(port=port):
                        self._port = port
                    case Struck(at=at):
                        self._struck_at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The parts of an installation. ``folder`` holds logs and data until the end of the run."""

    redis: RealServer
    slots: tuple[Slot[Orders], Slot[Orders]]
    folder: Path

    def doors(self) -> list[int | None]:
        """Return the port of each slot's process, None where it has none now."""
        return [slot.port for slot in self.slots]

    def logs(self) -> str:
        """Return what the workers logged, for a failure's report."""
        return logs_in(self.folder)


def logs_in(folder: Path) -> str:
    """Return what the processes logged, for a failure's report."""
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.log")))


@asynccontextmanager
async def redis_in(folder: Path) -> AsyncGenerator[RealServer]:
    """Run a Redis that syncs each write, so that what it has acknowledged survives it."""
    server = RealServer(
        find_server(), prepare_folder(folder / "redis"), ("--appendfsync", "always")
    )
    await asyncio.to_thread(server.start)
    try:
        yield server
    finally:
        server.kill()
        server.folder.remove_socket()


@asynccontextmanager
async def a_stack(
    data_dir: Path, *, bomb: Bomb | None = None, join_seconds: float = 0.0
) -> AsyncGenerator[Stack]:
    """Start a Redis and two workers; the first carries the bomb."""
    slots: list[Slot[Orders]] = []
    with tempfile.TemporaryDirectory(prefix="relevo-fault-", ignore_cleanup_errors=True) as path:
        folder = Path(path)
        async with redis_in(folder) as redis:
            try:
                for worker in ("first", "second"):
                    orders = Orders(
                        redis_url=redis.url,
                        data_dir=data_dir,
                        log=folder / f"{worker}.log",
                        join_seconds=join_seconds,
                    )
                    slots.append(Slot(orders, serve=serve, log=orders.log))
                    slots[-1].start(replace(orders, bomb=bomb) if worker == "first" else None)
                for slot in slots:
                    await slot.ready()
                yield Stack(redis=redis, slots=(slots[0], slots[1]), folder=folder)
            finally:
                for slot in slots:
                    slot.end()
