"""The small port behind which wake-ups and timers live, and its Docket side.

Docket (https://github.com/chrisguidry/docket) leases tasks to workers, renews the lease while they
run, takes a dead worker's tasks over and fires timers. It never decides order: tasks only say
"look at this conversation", and the mailbox decides what is served. Arguments are ids alone.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from docket import Docket, Worker

from bot.engine.connection import guarded
from bot.engine.keys import DOCKET_NAME

CONNECTIONS = 256
"""Bound of Docket's own pool; it raises rather than waits when it is exhausted."""


class Scheduler(Protocol):
    """Wakes workers. A lost call is made good by the sweeper, a repeated one does nothing."""

    async def wake(self, conversation: str, number: int, *, seconds: float = 0.0) -> None:
        """Ask any worker to serve a conversation, at once or after ``seconds``.

        ``number`` makes each wake-up of a conversation distinct.
        """
        ...

    async def deliver_later(self, lane_name: str, seconds: float) -> None:
        """Ask any worker to deliver a lane after ``seconds``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """What a worker does when it is woken."""

    serve: Callable[[str], Awaitable[None]]
    deliver: Callable[[str], Awaitable[None]]


class DocketScheduler:
    """Schedules over Docket, within ``deadline`` seconds a call."""

    def __init__(self, docket: Docket, *, deadline: float) -> None:
        self._docket = docket
        self._deadline = deadline

    async def wake(self, conversation: str, number: int, *, seconds: float = 0.0) -> None:
        """See ``Scheduler.wake``."""
        when = datetime.now(UTC) + timedelta(seconds=seconds) if seconds else None
        key = f"{conversation}#{number}"
        async with guarded(self._deadline):
            await self._docket.add("serve", when=when, key=key)(conversation)

    async def deliver_later(self, lane_name: str, seconds: float) -> None:
        """See ``Scheduler.deliver_later``."""
        when = datetime.now(UTC) + timedelta(seconds=seconds)
        key = f"{lane_name}#{when.timestamp():.1f}"
        async with guarded(self._deadline):
            await self._docket.add("deliver", when=when, key=key)(lane_name)


@asynccontextmanager
async def open_docket(redis_url: str) -> AsyncGenerator[Docket]:
    """Open the docket in which all processes of an installation meet."""
    docket = Docket(
        name=DOCKET_NAME,
        url=_bounded(redis_url),
        heartbeat_interval=timedelta(seconds=2),
        execution_ttl=timedelta(0),
    )
    async with docket:
        yield docket


def register(docket: Docket, duties: Duties) -> None:
    """Name the duties, in every process: one that schedules must know them as well."""
    docket.register(duties.serve, names=["serve"])
    docket.register(duties.deliver, names=["deliver"])


async def run_worker(docket: Docket, *, name: str, concurrency: int, lease_seconds: float) -> None:
    """Serve the docket until cancelled, then let running tasks end.

    ``lease_seconds`` is how long a dead worker's task waits before another takes it.
    """
    async with Worker(
        docket,
        name=name,
        concurrency=concurrency,
        redelivery_timeout=timedelta(seconds=lease_seconds),
        minimum_check_interval=timedelta(milliseconds=100),
        scheduling_resolution=timedelta(milliseconds=100),
        schedule_automatic_tasks=False,
    ) as worker:
        await worker.run_forever()


def _bounded(url: str) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | {"max_connections": str(CONNECTIONS)}
    return urlunsplit(parts._replace(query=urlencode(query)))
