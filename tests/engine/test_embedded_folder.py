"""The folder of an embedded server: never two on it, never an orphan, damage is named."""

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import tempfile
from pathlib import Path

import psutil
import pytest

from bot.engine.client.connection import connect
from bot.engine.server.embedded import EmbeddedServer
from bot.engine.server.failure import explain_failure
from bot.engine.server.folder import LONGEST_SOCKET_PATH, prepare_folder
from bot.vocabulary.errors import ConfigurationError, StateUnavailableError
from tests.embedded_kit import (
    VALKEY,
    WRITES,
    a_parent,
    acknowledged,
    an_orphan,
    answering,
    gone,
    servers_on,
    write,
)
from tests.servers import RealServer, running_server


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
