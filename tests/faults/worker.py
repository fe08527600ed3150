"""A worker process of a crash test: the real Relevo, which may carry a bomb at a failpoint.

``serve`` is where such a process begins. It is forked from a server that has imported everything
already (multiprocessing's ``forkserver``), so a start costs milliseconds instead of the seconds that
imports take.
"""

import asyncio
import os
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from bot.app import Relevo, read_settings
from bot.cli.running import run_until_signal
from bot.vocabulary.failpoints import FailpointName, arm
from config.logs import set_up
from config.settings import Settings
from tests.forking import end_with_parent

LEASE_SECONDS = 1.2
SEND_SECONDS = 1.0
DEADLINE_SECONDS = 3.0
DRAIN_SECONDS = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bomb:
    """Sends its own process ``number`` (a signal) at the nth passing of a failpoint."""

    at: FailpointName
    passing: int
    number: signal.Signals = signal.SIGKILL


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a worker process is to be."""

    redis_url: str
    data_dir: Path
    log: Path
    join_seconds: float = 0.0
    bomb: Bomb | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The process says: its pages are served on this port."""

    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """The process says, as its last word: the bomb goes off now (seconds, monotonic)."""

    at: float


class Fuse:
    """Counts the passings of a bomb's failpoint."""

    def __init__(self, bomb: Bomb, voice: "Connection[Ready | Struck, None]") -> None:
        self._bomb = bomb
        self._voice = voice
        self._left = bomb.passing

    def pass_by(self, name: FailpointName) -> None:
        """Go off when it is time."""
        if name != self._bomb.at:
            return
        self._left -= 1
        if self._left != 0:
            return
        if name == "acknowledged":
            # uvloop writes at the end of its round: only then has the acknowledgement left.
            asyncio.get_running_loop().call_later(0.003, self._strike)
        else:
            self._strike()

    def _strike(self) -> None:
        self._voice.send(Struck(at=time.monotonic()))
        os.kill(os.getpid(), self._bomb.number)


def serve(orders: Orders, voice: "Connection[Ready | Struck, None]") -> None:
    """Be a worker until a signal ends it."""
    end_with_parent()
    log_to(orders.log)
    if orders.bomb is not None:
        arm(Fuse(orders.bomb, voice).pass_by)

    async def on_ready(relevo: Relevo) -> None:
        voice.send(Ready(port=relevo.edge.port))

    run_until_signal(_settings(orders), "all", on_ready)


def _settings(orders: Orders) -> Settings:
    return read_settings(
        data_dir=orders.data_dir,
        redis={"url": orders.redis_url, "deadline_seconds": DEADLINE_SECONDS},
        engine={
            "join_seconds": orders.join_seconds,
            "lease_seconds": LEASE_SECONDS,
            "sweep_seconds": 0.4,
            "send_seconds": SEND_SECONDS,
            "drain_seconds": DRAIN_SECONDS,
        },
        desk={"channel": "playground:desk"},
        playground={"enabled": True},
        conversation={"languages": ("en",)},  # no model of languages to load in each process
        escalation={"answer_above": 0.15, "unsure_limit": 100},
        http={"port": 0},
    )


def log_to(path: Path) -> None:
    """Write all that the process says into a file."""
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    set_up("INFO")
