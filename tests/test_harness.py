"""The tests' own tools: what they promise to every other suite."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import network_lock
from tests.network import ForeignNetworkError, is_local
from tests.proxy import FaultProxy
from tests.servers import RealServer
from tests.side_by_side import COMPUTING, ENGINE, FLOWS, code_of

ROOT = Path(__file__).parents[1]
FOREIGN = ("192.0.2.1", 9)
"""An address that belongs to nobody (RFC 5737)."""


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost"])
def test_this_machine_may_be_called(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize(
    "host",
    ["192.0.2.1", "10.0.0.1", "169.254.169.254", "::", "2001:db8::1", "a.example"],
)
def test_other_machines_may_not(host: str) -> None:
    assert not is_local(host)


def test_a_call_of_another_machine_is_refused_before_it_leaves() -> None:
    with socket.socket() as link, pytest.raises(ForeignNetworkError, match="192.0.2.1:9"):
        link.connect(FOREIGN)
    with (
        socket.socket(type=socket.SOCK_DGRAM) as link,
        pytest.raises(ForeignNetworkError, match="192.0.2.1:9"),
    ):
        link.sendto(b"hello", FOREIGN)
    assert len(network_lock.attempts) == 2
    network_lock.attempts.clear()


SWALLOWING = """
import contextlib, os, socket
def test_swallows():
    assert "RELEVO_DATA_DIR" not in os.environ
    with contextlib.suppress(Exception), socket.socket() as link:
        link.connect(("192.0.2.1", 9))
def test_seed(seed):
    assert seed == 4711
"""


def test_a_swallowed_call_fails_its_test_all_the_same(tmp_path: Path) -> None:
    done = _pytest(tmp_path, SWALLOWING, RELEVO_TEST_SEED="4711", RELEVO_DATA_DIR="/elsewhere")
    said, _ = done.communicate(timeout=60)
    assert "seed: 4711" in said
    assert "called other machines: ['192.0.2.1:9']" in said
    assert re.search(r"2 passed, 1 error", said), said


LINGERING = """
import time
def test_lingers(redis_server, capfd):
    with capfd.disabled():
        print("server", redis_server.pid, flush=True)
    time.sleep(60)
"""


def test_a_killed_run_leaves_no_server(tmp_path: Path) -> None:
    run = _pytest(tmp_path, LINGERING)
    assert run.stdout is not None
    with run:
        found = next(filter(None, (re.search(r"server (\d+)", line) for line in run.stdout)))
        server = psutil.Process(int(found[1]))
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _pytest(folder: Path, source: str, **environment: str) -> "subprocess.Popen[str]":
    """Run other tests in a process of their own, with our conftest as their plugin."""
    file = folder / "test_inner.py"
    file.write_text(source)
    options = ["-p", "tests.conftest", "--rootdir", str(ROOT), "-p", "no:cacheprovider"]
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-c", "pyproject.toml", *options, str(file)],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


async def test_the_proxy_counts_forwards_and_refuses(redis_server: RealServer) -> None:
    async with FaultProxy(redis_server.folder.socket) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"PING\r\n")
        assert await reader.readline() == b"+PONG\r\n"
        proxy.drop_replies(1, to=b"ECHO")
        writer.write(b"ECHO unheard\r\n")
        assert await reader.read() == b""
        writer.close()
        assert (proxy.connections, proxy.dropped) == (1, 1)
        await proxy.refuse()
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert await reader.read() == b""
        writer.close()


async def test_the_proxy_delays_and_holds_back(redis_server: RealServer) -> None:
    async with FaultProxy(redis_server.folder.socket) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        proxy.delay(0.1)
        start = time.monotonic()
        writer.write(b"PING\r\n")
        assert await reader.readline() == b"+PONG\r\n"
        assert time.monotonic() - start >= 0.1
        proxy.blackhole()
        writer.write(b"PING\r\n")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await reader.readline()
        proxy.heal()
        assert await reader.readline() == b"+PONG\r\n"
        writer.close()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([0, 0], 0),
        ([1, 0], 1),
        ([0, 1], 1),
        ([0, -9], -9),
        ([5, 0], 0),
        ([5, 1], 1),
        ([5, 5], 5),
        ([0, 0, 1], 1),
    ],
)
def test_a_run_in_parts_ends_badly_when_any_does(parts: list[int], code: int) -> None:
    assert code_of(parts) == code


def test_each_folder_of_the_other_parts_is_there() -> None:
    assert all((ROOT / "tests" / name).is_dir() for name in (*FLOWS, *ENGINE, *COMPUTING))
