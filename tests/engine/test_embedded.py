"""The embedded server: never two on a folder, never an orphan, never a lost write."""

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from redis.asyncio import Redis

from bot.engine.connection import check_server, connect, guarded
from bot.engine.embedded import EmbeddedServer
from bot.engine.server_binary import ServerBinary, find_server
from bot.engine.server_failure import explain_failure
from bot.engine.server_folder import (
    LONGEST_SOCKET_PATH,
    ServerFolder,
    prepare_folder,
    take_lock,
)
from bot.engine.server_guard import PARENT_IS_GONE, guarded_command
from bot.engine.server_process import Fsync, ask, server_arguments, start_process
from bot.vocabulary.errors import ConfigurationError, StateUnavailableError
from tests.servers import RealServer, running_server

ROOT = Path(__file__).parents[2]
WRITES = 300
PATIENCE = 10.0
VALKEY = ServerBinary(path=Path("/opt/valkey-server"), name="valkey", version=(9, 1, 2))

PARENT = """
import asyncio, sys
from pathlib import Path
from bot.engine.connection import connect
from bot.engine.embedded import EmbeddedServer

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


async def test_a_second_one_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    async with EmbeddedServer(folder=tmp_path) as first:
        with pytest.raises(ConfigurationError, match="already running on") as refused:
            await EmbeddedServer(folder=tmp_path).start()
        assert str(tmp_path) in str(refused.value)
        assert "data_dir" in str(refused.value)
        assert await acknowledged(first) == []
    async with EmbeddedServer(folder=tmp_path):
        pass


async def test_of_racing_processes_exactly_one_wins(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        parents = [stack.enter_context(a_parent(tmp_path)) for _ in range(4)]
        lines = [await asyncio.to_thread(_first_line, parent) for parent in parents]
        winners = [line for line in lines if line.isdecimal()]
        assert len(winners) == 1
        assert sum("already running on" in line for line in lines) == len(parents) - 1
        assert [process.pid for process in servers_on(tmp_path) if _is_server(process)] == [
            int(winners[0])
        ]
    await gone(int(winners[0]))


def _first_line(parent: "subprocess.Popen[str]") -> str:
    """The server's process id, or the last line of the traceback."""
    assert parent.stdout is not None
    assert parent.stderr is not None
    return parent.stdout.readline().strip() or parent.stderr.read().strip().splitlines()[-1]


def _is_server(process: psutil.Process) -> bool:
    return "server" in process.name()


async def test_a_stale_socket_and_lock_files_are_no_obstacle(tmp_path: Path) -> None:
    async with EmbeddedServer(folder=tmp_path) as server:
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(StateUnavailableError):
            await server.wait_dead()
        socket = prepare_folder(tmp_path).socket
        assert socket.exists()
        stale = socket.rename(socket.with_suffix(".kept"))
    stale.rename(socket)
    async with EmbeddedServer(folder=tmp_path) as server:
        assert await acknowledged(server) == []


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


async def test_an_orphan_is_shut_down_with_its_data_first(tmp_path: Path) -> None:
    folder = prepare_folder(tmp_path)
    with an_orphan(folder) as orphan:
        try:
            await answering(folder.socket)
            client = connect(f"unix://{folder.socket}", pool_size=1, deadline_seconds=5)
            written = await write(client, WRITES)
            await client.aclose()
            async with EmbeddedServer(folder=tmp_path) as server:
                assert orphan.wait(timeout=1) == 0  # an orderly end
                assert await acknowledged(server) == written
        finally:
            orphan.kill()


async def test_an_orphan_that_does_not_stop_is_named(tmp_path: Path) -> None:
    folder = prepare_folder(tmp_path)
    with an_orphan(folder) as orphan:
        try:
            await answering(folder.socket)
            orphan.send_signal(signal.SIGSTOP)
            with pytest.raises(ConfigurationError, match=f"end process {orphan.pid}"):
                await EmbeddedServer(folder=tmp_path, stop_seconds=0.4).start()
        finally:
            orphan.kill()
    async with EmbeddedServer(folder=tmp_path):
        pass


async def answering(socket: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while await ask(socket, "PING", seconds=1) != "+PONG":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_a_path_too_long_for_a_socket_gets_a_short_private_place(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["a-rather-long-name"] * 6)
    async with EmbeddedServer(folder=folder) as server:
        place = prepare_folder(folder).socket
        assert len(os.fsencode(place)) <= LONGEST_SOCKET_PATH
        assert place.parent.parent == Path(tempfile.gettempdir())
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
        assert (folder / "server.log").exists()
        assert await acknowledged(server) == []
        with pytest.raises(ConfigurationError, match="already running on"):
            await EmbeddedServer(folder=folder).start()
        assert place.is_socket()
    assert not place.parent.exists()


async def test_a_planted_runtime_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["a-rather-long-name"] * 6)
    place = prepare_folder(folder).socket.parent
    place.rmdir()
    place.symlink_to(tmp_path)
    try:
        with pytest.raises(ConfigurationError, match="is a link"):
            await EmbeddedServer(folder=folder).start()
    finally:
        place.unlink()


async def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(ConfigurationError, match="set data_dir to a folder"):
        await EmbeddedServer(folder=tmp_path / "data" / "redis").start()


async def test_a_damaged_log_of_writes_names_the_repair_which_works(tmp_path: Path) -> None:
    folder = tmp_path / "it's here"
    async with EmbeddedServer(folder=folder) as server:
        client = connect(server.url, pool_size=1, deadline_seconds=5)
        await write(client, 20)
        await client.aclose()
    _damage(folder)
    with pytest.raises(StateUnavailableError, match="is damaged") as failed:
        await EmbeddedServer(folder=folder).start()
    sentence = str(failed.value)
    assert "-check-aof " in sentence
    command = sentence.split("`")[1]
    repair = await asyncio.create_subprocess_exec(
        "bash", "-c", command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    await repair.communicate(b"y\n")
    async with EmbeddedServer(folder=folder) as server:
        kept = await acknowledged(server)
    assert kept == [str(number) for number in range(len(kept))]
    assert 0 < len(kept) < 20


def _damage(folder: Path) -> None:
    """Break a command in the middle of the log."""
    (log,) = folder.glob("appendonlydir/*.incr.aof")
    commands = log.read_bytes().split(b"*3\r\n")
    commands[len(commands) // 2] = b"#" + commands[len(commands) // 2][1:]
    log.write_bytes(b"*3\r\n".join(commands))


async def test_a_cut_tail_loses_only_the_tail(tmp_path: Path) -> None:
    """A power failure: what had not reached the disk is missing, the rest is there."""
    async with EmbeddedServer(folder=tmp_path) as server:
        client = connect(server.url, pool_size=1, deadline_seconds=5)
        await write(client, WRITES)
        await client.aclose()
    _cut(tmp_path, 1000)
    async with EmbeddedServer(folder=tmp_path) as server:
        kept = await acknowledged(server)
    assert kept == [str(number) for number in range(len(kept))]
    assert WRITES - 40 < len(kept) < WRITES


def _cut(folder: Path, count: int) -> None:
    """Take the last bytes from the log."""
    (log,) = folder.glob("appendonlydir/*.incr.aof")
    os.truncate(log, log.stat().st_size - count)


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


async def test_data_of_every_server_is_read_by_the_embedded_one(
    tmp_path: Path, any_redis_server: RealServer
) -> None:
    """Whoever installs another server later keeps the data of the one before."""
    with running_server(tmp_path, binary=any_redis_server.binary) as before:
        before.command("RPUSH", "acknowledged", "1", "2", "3")
    async with EmbeddedServer(folder=tmp_path) as server:
        assert await acknowledged(server) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("said", "exit_code", "words"),
    [
        (
            "1:M 22 Nov 2026 09:06:31.205 # Can't open: No space left on device\n",
            1,
            "is the disk full?",
        ),
        ("1:M 22 Nov 2026 09:06:31.205 # Can't recover from AOF write error\n", 1, "disk full?"),
        ("1:M 22 Nov 2026 09:06:31.205 # Fatal: odd thing\n", 1, "stopped: Fatal: odd thing."),
        ("error while loading shared libraries: libx.so\n", 127, "loading shared libraries"),
        ("", 1, "it said nothing"),
        ("1:M 22 Nov 2026 09:06:31.205 * Loading\n", None, "does not answer; it last said"),
        ("1:M 22 Nov 2026 09:06:31.205 * Ready\n", -9, "was ended by SIGKILL"),
    ],
)
def test_a_failure_is_one_sentence_with_its_cure(
    tmp_path: Path, said: str, exit_code: int | None, words: str
) -> None:
    folder = prepare_folder(tmp_path)
    sentence = explain_failure(folder=folder, server=VALKEY, said=said, exit_code=exit_code)
    assert words in sentence
    assert str(tmp_path) in sentence
    assert "\n" not in sentence
