"""Processes that are forked from one that has imported Relevo already: a start costs next to nothing.

``begin`` starts the command line. Each command is begun from nothing when a run calls it for the first
time, as people begin it, so that what it imports, and in which order, is tried as well; after that the
process is a fork which finds the imports done, and is otherwise its own: folder, environment, signals,
output and exit code.
"""

import ctypes
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[1]
WARM = ["tests.warm", "tests.faults.worker", "tests.faults.platforms.worker"]
"""What the server of all forks imports before the first one."""

PR_SET_PDEATHSIG = 1

_begun: set[tuple[str, ...]] = set()


class Begun(Protocol):
    """A command that was begun: what is used of ``subprocess.Popen``."""

    pid: int

    def send_signal(self, sig: int, /) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """A command to be: its words, where it runs, all of its environment, what it is given to read, where it writes."""

    words: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    out: Path
    err: Path
    given: Path = Path(os.devnull)


@cache
def context() -> ForkServerContext:
    """Return the way to fork from a server that has imported Relevo once."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # no thread may live where processes are forked from
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(WARM)
    return context


def begin(orders: Orders) -> Begun:
    """Begin ``relevo`` with some words."""
    name = tuple(orders.words[: 2 if orders.words[:1] == ("kb",) else 1])
    if name in _begun:
        return _Forked(orders)
    _begun.add(name)
    with ExitStack() as files:
        out, err = (files.enter_context(path.open("ab")) for path in (orders.out, orders.err))
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *orders.words],
            cwd=orders.folder,
            env={**orders.environment, "PYTHONPATH": str(ROOT)},
            stdin=files.enter_context(orders.given.open("rb")),
            stdout=out,
            stderr=err,
        )


def run(
    *words: str,
    folder: Path,
    environment: Mapping[str, str],
    given: Path = Path(os.devnull),
    seconds: float = 60,
) -> subprocess.CompletedProcess[str]:
    """Run ``relevo`` to its end; ``given`` is what it reads from stdin.

    Raises:
        subprocess.TimeoutExpired: It took longer than ``seconds``; it is killed.
    """
    with tempfile.TemporaryDirectory(prefix="relevo-said-") as said:
        out, err = (Path(said) / name for name in ("out", "err"))
        orders = Orders(
            words=words, folder=folder, environment=environment, out=out, err=err, given=given
        )
        begun = begin(orders)
        try:
            code = begun.wait(seconds)
        finally:
            begun.kill()
        return subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())


def end_with_parent() -> None:
    """Let this process end with the one that has started it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class _Forked:
    """A fork, handled as a ``subprocess.Popen`` is."""

    def __init__(self, orders: Orders) -> None:
        self._process: ForkServerProcess = context().Process(
            target=_be, args=(orders,), daemon=True
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def send_signal(self, sig: int, /) -> None:
        if self._process.exitcode is None:
            os.kill(self.pid, sig)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("relevo", timeout or 0)
        return self._process.exitcode


def _be(orders: Orders) -> None:
    """Be ``python -m bot`` until it ends."""
    end_with_parent()
    os.chdir(orders.folder)
    os.environ.clear()
    os.environ.update(orders.environment)
    for number, path, how in (
        (0, orders.given, os.O_RDONLY),
        (1, orders.out, os.O_WRONLY | os.O_CREAT | os.O_APPEND),
        (2, orders.err, os.O_WRONLY | os.O_CREAT | os.O_APPEND),
    ):
        opened = os.open(path, how)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0)  # a fork's own is nowhere
    sys.argv = ["relevo", *orders.words]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
