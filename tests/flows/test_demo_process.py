"""``relevo demo`` as a user meets it: a real process, in a folder of its own, ended in every way."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from tests.embedded_kit import gone, servers_on
from tests.playground.page import Page

ROOT = Path(__file__).parents[2]
READY = "Relevo is ready: "
READY_SECONDS = 20.0
"""Promised are 10 s on a free machine; the suite may share its cores."""

MARTA = "playground:demo:marta"
QUESTION = "How long does delivery take?"

pytestmark = pytest.mark.processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo: its process, the server that it has started, and its page's address."""

    process: "subprocess.Popen[str]"
    servers: tuple[psutil.Process, ...]
    origin: str
    ready_after: float

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal and wait; returns the exit code and what was said on stderr."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, said


def begin(folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def a_demo(folder: Path) -> Generator[Demo]:
    """Start a demo, and leave nothing of it behind."""
    start = time.monotonic()
    process = begin(folder)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith(READY), process.communicate(timeout=5)
        yield Demo(
            process=process,
            servers=tuple(psutil.Process(process.pid).children(recursive=True)),
            origin=line.removeprefix(READY).strip().rstrip("/"),
            ready_after=time.monotonic() - start,
        )
    finally:
        process.kill()
        process.communicate()


@asynccontextmanager
async def a_page(demo: Demo) -> AsyncGenerator[Page]:
    """Open the demo's page, as soon as it takes one."""
    async with asyncio.timeout(10), ClientSession() as session:
        address = f"{demo.origin}/playground/ws"
        while True:
            try:
                socket = await session.ws_connect(address, origin=demo.origin)
                break
            except WSServerHandshakeError:
                await asyncio.sleep(0.05)
        async with socket:
            yield Page(socket)


async def ask(demo: Demo) -> None:
    async with a_page(demo) as page:
        await page.hello("marta")
        answer = await page.act(type="say", id="question-1", text=QUESTION)
        assert answer["type"] == "ack"
        await _answered(page)


async def _answered(page: Page) -> dict[str, Any]:
    while True:
        line = (await page.hear("line", conversation=MARTA))["line"]
        if line["voice"] == "bot":
            return line


async def lines(demo: Demo) -> list[tuple[str, str]]:
    """Return who said what to or as Marta."""
    async with a_page(demo) as page:
        return [(line["voice"], line["source"]) for line in await page.lines(MARTA)]


async def left_behind(folder: Path, demo: Demo) -> list[psutil.Process]:
    """Return the processes that outlive a demo which has ended."""
    for server in demo.servers:
        await gone(server.pid)
    return servers_on(folder)


@pytest.fixture(scope="module")
def after_a_talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a demo has answered a question and was ended by Ctrl-C."""
    folder = tmp_path_factory.mktemp("demo")
    with a_demo(folder) as demo:
        assert demo.ready_after < READY_SECONDS
        assert len(demo.servers) == 1
        asyncio.run(ask(demo))
        code, said = demo.end(signal.SIGINT)
        assert (code, said) == (0, ""), "Ctrl-C is the way to end it: no error, no word"
        assert asyncio.run(left_behind(folder, demo)) == []
    return folder


async def test_starting_again_shows_the_earlier_conversation(after_a_talk: Path) -> None:
    with a_demo(after_a_talk) as demo:
        asked, answered = await lines(demo)
        assert asked == ("customer", QUESTION)
        assert answered[0] == "bot"
        assert answered[1]
        assert demo.end(signal.SIGTERM) == (0, "")
        assert await left_behind(after_a_talk, demo) == []


async def test_a_killed_demo_leaves_no_server_and_starts_again(after_a_talk: Path) -> None:
    with a_demo(after_a_talk) as demo:
        before = await lines(demo)
        code, _ = demo.end(signal.SIGKILL)
        assert code == -signal.SIGKILL
        assert await left_behind(after_a_talk, demo) == []
    with a_demo(after_a_talk) as again:
        assert await lines(again) == before


async def test_ctrl_c_before_it_is_ready_is_calm_too(tmp_path: Path) -> None:
    process = begin(tmp_path)
    deadline = time.monotonic() + READY_SECONDS
    while not (tmp_path / "relevo-data" / "demo" / "redis" / "server.log").exists():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=20)
    assert process.returncode in {0, 130}, said
    assert "Traceback" not in said
    assert READY not in out
    for server in servers_on(tmp_path):
        await gone(server.pid)
