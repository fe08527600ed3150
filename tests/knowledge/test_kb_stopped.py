"""``relevo kb`` that is stopped in the middle leaves nothing behind."""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from tests.knowledge.command import relevo, started
from tests.knowledge.origins.site import Site

STOPPED = 128 + signal.SIGTERM
GIT = shutil.which("git") or "git"


async def never(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


@pytest.fixture
def temporary(tmp_path: Path, site: Site) -> Path:
    """Where temporary folders are made; the settings open the site."""
    (tmp_path / "relevo.toml").write_text(f'knowledge.allow_hosts = ["{site.host}"]\n')
    (tmp_path / "tmp").mkdir()
    return tmp_path / "tmp"


@pytest.fixture
def git_pids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[int]]:
    """The processes that git was started in."""
    noted, wrapper = tmp_path / "pids", tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\necho $$ >> {noted}\nexec {GIT} "$@"\n')
    wrapper.chmod(0o700)
    monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}")
    return lambda: [int(line) for line in noted.read_text().split()]


def until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"


def test_sync_that_is_stopped_leaves_no_temporary_folder(
    tmp_path: Path, temporary: Path, site: Site
) -> None:
    site.pages["/"] = "Returns"
    assert relevo(tmp_path, "kb", "add", site.url()).returncode == 0
    site.pages["/"] = never
    site.asked.clear()
    process = started(tmp_path, "kb", "sync", TMPDIR=str(temporary))
    until(lambda: site.asked)
    process.terminate()
    assert process.wait(10) == STOPPED
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_add_that_is_stopped_leaves_no_git(
    by: signal.Signals,
    tmp_path: Path,
    temporary: Path,
    site: Site,
    git_pids: Callable[[], list[int]],
) -> None:
    site.otherwise = never
    process = started(tmp_path, "kb", "add", site.url("/x.git"), TMPDIR=str(temporary))
    until(lambda: site.asked)
    process.send_signal(by)
    assert process.wait(10) == (STOPPED if by is signal.SIGTERM else -by)
    assert git_pids()
    until(lambda: all(is_gone(pid) for pid in git_pids()))
    if by is signal.SIGTERM:
        assert list(temporary.iterdir()) == []
