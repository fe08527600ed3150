"""The life of an embedded server: it ends with us, and no write that it took is lost."""

import asyncio
import contextlib
import os
import signal
import stat
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bot.engine.client.connection import check_server, connect
from bot.engine.server.embedded import EmbeddedServer
from bot.engine.server.folder import (
    prepare_folder,
    take_lock,
)
from bot.engine.server.guard import PARENT_IS_GONE, guarded_command
from bot.engine.server.process import Fsync, start_process
from bot.vocabulary.errors import StateUnavailableError
from tests.embedded_kit import (
    PATIENCE,
    VALKEY,
    WRITES,
    a_parent,
    acknowledged,
    gone,
    servers_on,
    write,
)


async def test_start_and_stop_leave_only_data(tmp_path: Path) -> None:
    folder = tmp_path / "with space and ñ"
    async with EmbeddedServer(folder=folder) as server:
        pid = server.pid
        socket = prepare_folder(folder).socket
        assert socket.is_socket()
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert len(servers_on(folder)) == 1
        assert not psutil.Process(pid).net_connections("inet")
    assert not psutil.pid_exists(pid)
    assert not socket.exists()
    assert servers_on(folder) == []


@pytest.mark.parametrize("fsync", ["always", "everysec"])
async def test_it_passes_the_check_of_its_durability(tmp_path: Path, fsync: Fsync) -> None:
    async with EmbeddedServer(folder=tmp_path, fsync=fsync) as server:
        client = connect(server.url, pool_size=1, deadline_seconds=5)
        warnings = await check_server(client)
        await client.aclose()
    assert len(warnings) == (fsync == "everysec")


async def test_data_survives_a_stop(tmp_path: Path) -> None:
    async with EmbeddedServer(folder=tmp_path) as server:
        client = connect(server.url, pool_size=1, deadline_seconds=5)
        written = await write(client, 20)
        await client.aclose()
    async with EmbeddedServer(folder=tmp_path) as server:
        assert await acknowledged(server) == written


async def test_data_survives_a_kill_of_the_server_which_is_noticed(tmp_path: Path) -> None:
    async with EmbeddedServer(folder=tmp_path) as server:
        client = connect(server.url, pool_size=1, deadline_seconds=5)
        written = await write(client, WRITES)
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(StateUnavailableError, match="was ended by SIGKILL"):
            async with asyncio.timeout(PATIENCE):
                await server.wait_dead()
        await client.aclose()
    async with EmbeddedServer(folder=tmp_path) as server:
        assert await acknowledged(server) == written


async def test_a_wanted_end_is_no_death(tmp_path: Path) -> None:
    server = EmbeddedServer(folder=tmp_path)
    await server.start()
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        tasks.create_task(server.wait_dead())
        await server.stop()


async def test_a_killed_parent_leaves_no_server_and_loses_nothing(tmp_path: Path) -> None:
    with a_parent(tmp_path, writes=WRITES) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
        await gone(pid)
    assert servers_on(tmp_path) == []
    async with EmbeddedServer(folder=tmp_path) as server:
        assert await acknowledged(server) == [str(number) for number in range(WRITES)]


async def test_ctrl_c_does_not_reach_the_server(tmp_path: Path) -> None:
    async with EmbeddedServer(folder=tmp_path) as server:
        assert os.getpgid(server.pid) == server.pid
        assert os.getsid(server.pid) == server.pid


async def test_a_server_whose_parent_died_at_once_never_starts(tmp_path: Path) -> None:
    nobody = 2**22 + 1  # beyond the largest process id of Linux
    command = guarded_command(Path(sys.executable), ["-c", "open('started', 'w')"])
    command[command.index(str(os.getpid()))] = str(nobody)
    process = await asyncio.create_subprocess_exec(*command, cwd=tmp_path)
    assert await process.wait() == PARENT_IS_GONE
    assert not (tmp_path / "started").exists()


async def test_our_secrets_do_not_reach_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEVO_SLACK__BOT_TOKEN", "xoxb-planted")
    folder = prepare_folder(tmp_path)
    teller = tmp_path / "teller"
    teller.write_text("#!/bin/sh\nexec env\n")
    teller.chmod(0o700)
    lock = take_lock(folder.server_lock)
    assert lock is not None
    process = await start_process(
        folder=folder, server=replace(VALKEY, path=teller), fsync="always", lock=lock
    )
    os.close(lock)
    with pytest.raises(StateUnavailableError):
        await process.ended()
    environment = folder.log.read_text()
    assert "PATH=" in environment
    assert "xoxb-planted" not in environment


async def test_a_frozen_server_is_stopped_too(tmp_path: Path) -> None:
    server = EmbeddedServer(folder=tmp_path, stop_seconds=0.4)
    await server.start()
    pid = server.pid
    os.kill(pid, signal.SIGSTOP)
    await server.stop()
    assert not psutil.pid_exists(pid)
    assert not prepare_folder(tmp_path).socket.exists()


async def test_a_cancelled_start_leaves_nothing(tmp_path: Path) -> None:
    for milliseconds in range(0, 40, 4):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(milliseconds / 1000):
                async with EmbeddedServer(folder=tmp_path):
                    pass
        assert servers_on(tmp_path) == []
    async with EmbeddedServer(folder=tmp_path):
        pass
