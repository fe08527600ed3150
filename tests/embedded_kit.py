"""Helps to watch embedded servers from outside: who runs, who is left, what was kept."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import psutil
from redis.asyncio import Redis

from bot.engine.client.connection import connect, guarded
from bot.engine.server.binary import ServerBinary, find_server
from bot.engine.server.embedded import EmbeddedServer
from bot.engine.server.folder import ServerFolder, take_lock
from bot.engine.server.process import ask, server_arguments

ROOT = Path(__file__).parents[1]
WRITES = 300
PATIENCE = 10.0
VALKEY = ServerBinary(path=Path("/opt/valkey-server"), name="valkey", version=(9, 1, 2))

PARENT = """
import asyncio, sys
from pathlib import Path
from bot.engine.client.connection import connect
from bot.engine.server.embedded import EmbeddedServer

async def main(folder, writes):
    async with EmbeddedServer(folder=Path(folder)) as server:
        client = connect(server.url, pool_size=2, deadline_seconds=5)
        for number in range(int(writes)):
            await client.rpush("acknowledged", number)
        await client.aclose()
        print(server.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main(*sys.argv[1:]))
"""
"""A Relevo reduced to its server: says the server's process id when all writes are acknowledged."""


@contextlib.contextmanager
def a_parent(folder: Path, *, writes: int = 0) -> Generator[subprocess.Popen[str]]:
    """Run ``PARENT`` in a process of its own, and leave nothing of it behind."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), str(writes)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with parent:
            yield parent
            parent.kill()
    finally:
        parent.kill()


def servers_on(folder: Path) -> list[psutil.Process]:
    """Every process that holds a file of the folder open: the lock, the log, the data."""
    place = str(folder.resolve())
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and any(
                file.path.startswith(place) for file in process.open_files()
            ):
                found.append(process)
    return found


async def gone(pid: int) -> None:
    """Wait until a process has ended."""
    deadline = time.monotonic() + PATIENCE
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, f"process {pid} still runs"
        await asyncio.sleep(0.01)


async def acknowledged(server: EmbeddedServer) -> list[str]:
    client = connect(server.url, pool_size=1, deadline_seconds=5)
    try:
        return [str(number) for number in await client.lrange("acknowledged", 0, -1)]
    finally:
        await client.aclose()


async def write(client: Redis, count: int) -> list[str]:
    for number in range(count):
        async with guarded(5):
            await client.rpush("acknowledged", number)
    return [str(number) for number in range(count)]


def an_orphan(folder: ServerFolder) -> "subprocess.Popen[bytes]":
    """A server without an owner, as a system without death signals leaves it behind."""
    lock = take_lock(folder.server_lock)
    assert lock is not None
    orphan = subprocess.Popen(
        [find_server().path, *server_arguments(folder, "everysec")],
        pass_fds=(lock,),
        stdout=subprocess.DEVNULL,
    )
    os.pwrite(lock, f"{orphan.pid}\n".encode(), 0)
    os.close(lock)
    return orphan


async def answering(socket: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while await ask(socket, "PING", seconds=1) != "+PONG":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
