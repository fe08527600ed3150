"""The small port behind which wake-ups and timers live, and its Docket side.

Docket (https://github.com/chrisguidry/docket) leases tasks to workers, renews the lease while they
run, takes a dead worker's tasks over and fires timers. It never decides order: tasks only say
"look at this conversation", and the mailbox decides what is served. Arguments are ids alone.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from docket import Docket, Worker

from bot.engine.client.connection import guarded
from bot.engine.keys import DOCKET_NAME
from bot.vocabulary.errors import StateUnavailableError

logger = logging.getLogger(__name__)

TOGETHER = 32
"""Most conversations of one task: few enough that several workers share a burst."""

LEARNING = 8
"""Conversations that one worker learns from at once: each may wait for a language model."""

RECONNECT_SECONDS = 0.5
"""Docket's own default is 5 s, which a customer would wait after each restart of Redis."""

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

    async def ring(self, conversation: str, number: int, *, seconds: float = 0.0) -> None:
        """Ask any worker to let the alarms of a conversation ring, at once or after ``seconds``.

        ``number`` is as in ``wake``.
        """
        ...

    async def learn(self, conversations: Sequence[str], number: int) -> None:
        """Ask any worker to learn from conversations; ``number`` is as in ``wake``."""
        ...

    async def erase(self, partition: str, number: int) -> None:
        """Ask any worker to do the erasures of a partition; ``number`` is as in ``wake``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """What a worker does when it is woken."""

    serve: Callable[[str], Awaitable[None]]
    deliver: Callable[[str], Awaitable[None]]
    ring: Callable[[str], Awaitable[None]]
    learn: Callable[[str], Awaitable[None]] | None = None
    erase: Callable[[str], Awaitable[None]] | None = None


class DocketScheduler:
    """Schedules over Docket, within ``deadline`` seconds a call.

    Wake-ups that come while another is on its way travel together: a Docket task costs its worker
    about three times what our own steps of a turn do, and under load it is shared by up to
    ``TOGETHER`` conversations. A quiet system sends each at once.
    """

    def __init__(self, docket: Docket, *, deadline: float) -> None:
        self._docket = docket
        self._deadline = deadline
        self._waiting: dict[str, str] = {}
        self._sending = asyncio.Lock()

    async def wake(self, conversation: str, number: int, *, seconds: float = 0.0) -> None:
        """See ``Scheduler.wake``."""
        key = f"{conversation}#{number}"
        if seconds:
            await self._add({key: conversation}, datetime.now(UTC) + timedelta(seconds=seconds))
            return
        self._waiting[key] = conversation
        async with self._sending:
            if key in self._waiting:
                await self._add(self._take_waiting())

    def _take_waiting(self) -> dict[str, str]:
        together = dict(islice(self._waiting.items(), TOGETHER))
        for key in together:
            del self._waiting[key]
        return together

    async def _add(self, wakes: dict[str, str], when: datetime | None = None) -> None:
        key = next(iter(wakes))
        async with guarded(self._deadline):
            await self._docket.add("serve", when=when, key=key)(list(wakes.values()))

    async def deliver_later(self, lane_name: str, seconds: float) -> None:
        """See ``Scheduler.deliver_later``."""
        when = datetime.now(UTC) + timedelta(seconds=seconds)
        key = f"{lane_name}#{when.timestamp():.1f}"
        async with guarded(self._deadline):
            await self._docket.add("deliver", when=when, key=key)(lane_name)

    async def ring(self, conversation: str, number: int, *, seconds: float = 0.0) -> None:
        """See ``Scheduler.ring``."""
        when = datetime.now(UTC) + timedelta(seconds=seconds)
        key = f"{conversation}@{number}"
        async with guarded(self._deadline):
            await self._docket.add("ring", when=when, key=key)(conversation)

    async def learn(self, conversations: Sequence[str], number: int) -> None:
        """See ``Scheduler.learn``: nobody waits for it, so that many share a task."""
        for start in range(0, len(conversations), TOGETHER):
            together = list(conversations[start : start + TOGETHER])
            async with guarded(self._deadline):
                await self._docket.add("learn", key=f"{together[0]}~{number}")(together)

    async def erase(self, partition: str, number: int) -> None:
        """See ``Scheduler.erase``."""
        async with guarded(self._deadline):
            await self._docket.add("erase", key=f"erase {partition}~{number}")(partition)


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


def register(docket: Docket, duties: Duties, *, concurrency: int = 128) -> None:
    """Name the duties, in every process: one that schedules must know them as well.

    At most ``concurrency`` conversations are served at once; a slow one delays none of those that
    were woken together with it, and one that fails ends none of them.
    """
    slots = asyncio.Semaphore(concurrency)

    async def serve_one(conversation: str) -> None:
        async with slots:
            await _unless_interrupted(conversation, duties.serve)

    async def serve(conversations: list[str]) -> None:
        ends = await asyncio.gather(*map(serve_one, conversations), return_exceptions=True)
        _raise_all(conversations, ends)

    async def ring(conversation: str) -> None:
        await _unless_interrupted(conversation, duties.ring)

    async def deliver(lane_name: str) -> None:
        await duties.deliver(lane_name)

    if duties.learn is not None:
        docket.register(_learning(duties.learn))
    if duties.erase is not None:
        docket.register(_erasing(duties.erase))
    docket.register(serve)
    docket.register(deliver)
    docket.register(ring)


def _erasing(duty: Callable[[str], Awaitable[None]]) -> Callable[[str], Awaitable[None]]:
    async def erase(partition: str) -> None:
        try:
            await duty(partition)
        except StateUnavailableError as error:
            logger.warning("erasure interrupted", extra={"error": str(error)})

    return erase


def _learning(
    duty: Callable[[str], Awaitable[None]],
) -> Callable[[list[str]], Awaitable[None]]:
    """Learn from a few conversations at a time, so that customers' turns always come first."""
    slots = asyncio.Semaphore(LEARNING)

    async def learn_one(conversation: str) -> None:
        async with slots:
            await _unless_interrupted(conversation, duty)

    async def learn(conversations: list[str]) -> None:
        ends = await asyncio.gather(*map(learn_one, conversations), return_exceptions=True)
        _raise_all(conversations, ends)

    return learn


async def _unless_interrupted(conversation: str, duty: Callable[[str], Awaitable[None]]) -> None:
    """Do a duty; one that Redis interrupts is found by the sweeper, and the others go on."""
    try:
        await duty(conversation)
    except StateUnavailableError as error:
        logger.warning(
            "turn interrupted", extra={"conversation": conversation, "error": str(error)}
        )


def _raise_all(conversations: Sequence[str], ends: Sequence[BaseException | None]) -> None:
    """Raise what conversations failed with, each error with the name of its conversation.

    A cancellation is no failure: alone it comes out as it is.
    """
    failures: list[Exception] = []
    for conversation, end in zip(conversations, ends, strict=True):
        if isinstance(end, Exception):
            end.add_note(f"Conversation: {conversation}")
            failures.append(end)
    if failures:
        raise ExceptionGroup("Some conversations could not be served.", failures)
    for end in ends:
        if end is not None:
            raise end


async def run_worker(docket: Docket, *, name: str, concurrency: int, lease_seconds: float) -> None:
    """Serve the docket until cancelled, then let running tasks end.

    ``lease_seconds`` is how long a dead worker's task waits before another takes it.
    """
    async with Worker(
        docket,
        name=name,
        concurrency=concurrency,
        redelivery_timeout=timedelta(seconds=lease_seconds),
        reconnection_delay=timedelta(seconds=RECONNECT_SECONDS),
        minimum_check_interval=timedelta(milliseconds=100),
        scheduling_resolution=timedelta(milliseconds=100),
        schedule_automatic_tasks=False,
    ) as worker:
        await worker.run_forever()


def _bounded(url: str) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | {"max_connections": str(CONNECTIONS)}
    return urlunsplit(parts._replace(query=urlencode(query)))
