"""The engine alone over a real server (fsync always): accepted → reply stored and shown.

    python -m benchmarks engine_load

Three runs, server, generator and workers sharing the machine's cores:

1. saturation: messages as fast as they are accepted, over few conversations (a busy customer's
   messages join into one turn) and over many (each message a turn of its own), beside the floor:
   as many bare round trips as messages, in the same run;
2. paced below saturation: the latency of a single message;
3. sustained: 100 messages/s for 60 s over 2,000 conversations with a model stand-in of 0.4–1.2 s.

Every run counts what was lost and what was doubled.
"""

import asyncio
import json
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from redis.asyncio import Redis

from benchmarks.report import percentile, show
from bot.engine.client.connection import connect, run_command
from bot.engine.inbox import Inbox
from bot.engine.mailbox import Mailbox
from bot.engine.scheduler import DocketScheduler, Duties, open_docket, register
from bot.engine.server.embedded import EmbeddedServer
from bot.vocabulary.messages import Author, ConversationRef, IncomingMessage, Platform
from bot.vocabulary.people import Authority

CUSTOMER = Author(user_id="u", display_name="Carla")
AT_ONCE = 64
WORKERS = 2


@dataclass
class Run:
    """What was accepted and when, and what was shown and when (monotonic seconds)."""

    accepted: dict[str, float] = field(default_factory=dict[str, float])
    acks: list[float] = field(default_factory=list[float])
    shown: Counter[str] = field(default_factory=Counter[str])
    latencies: list[float] = field(default_factory=list[float])
    turns: int = 0
    started: float = 0.0
    ended: float = 0.0

    def take(self, lines: list[str]) -> None:
        for line in lines:
            at, ids = json.loads(line)
            self.turns += 1
            self.ended = max(self.ended, at)
            for message_id in ids.split(","):
                self.shown[message_id] += 1
                self.latencies.append(at - self.accepted[message_id])

    def summary(self) -> dict[str, object]:
        seconds = self.ended - self.started
        return {
            "messages": len(self.accepted),
            "messages/s": round(len(self.accepted) / seconds),
            "turns/s": round(self.turns / seconds),
            "ack p50/p99 ms": _both(self.acks),
            "reply p50/p99 ms": _both(self.latencies),
            "lost": len(self.accepted.keys() - self.shown.keys()),
            "doubled": sum(count > 1 for count in self.shown.values()),
        }


def _both(seconds: list[float]) -> str:
    return f"{percentile(seconds, 50) * 1000:.1f} / {percentile(seconds, 99) * 1000:.1f}"


async def _never(_argument: str) -> None:
    raise RuntimeError("this process only schedules")


@asynccontextmanager
async def workers(url: str, *think: float) -> AsyncGenerator[list[asyncio.subprocess.Process]]:
    """Start worker processes and wait until they are ready."""
    arguments = ["-m", "benchmarks.engine_worker", url, "--think", *map(str, think)]
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, limit=2**26
        )
        for _ in range(WORKERS)
    ]
    for process in started:
        assert process.stdout is not None
        await process.stdout.readline()
    try:
        yield started
    finally:
        for process in started:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def finish(run: Run, processes: list[asyncio.subprocess.Process]) -> None:
    """Drain the workers and collect what they showed."""
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        output, _ = await process.communicate()
        run.take(output.decode().splitlines())


def a_message(number: int, conversations: int) -> IncomingMessage:
    name = f"c{random.randrange(conversations)}"  # noqa: S311
    return IncomingMessage(
        event_key=f"e{number}",
        id=f"m{number}",
        conversation=ConversationRef(platform=Platform.PLAYGROUND, tenant_id="b", channel_id=name),
        author=CUSTOMER,
        text=f"message number {number} of a customer who asks about an order",
        sent_at=datetime.now(UTC),
    )


@asynccontextmanager
async def inbox(url: str, redis: Redis) -> AsyncGenerator[Inbox]:
    async with open_docket(url) as docket:
        register(docket, Duties(serve=_never, deliver=_never, ring=_never))
        mailbox = Mailbox(redis, deadline=10, lease_seconds=6)
        yield Inbox(mailbox, DocketScheduler(docket, deadline=10), Authority())


async def accept(run: Run, box: Inbox, message: IncomingMessage) -> None:
    begun = time.monotonic()
    await box.accept(message)
    run.acks.append(time.monotonic() - begun)
    run.accepted[message.id] = begun


async def saturate(url: str, redis: Redis, *, messages: int, conversations: int) -> Run:
    run = Run()
    queue = iter([a_message(number, conversations) for number in range(messages)])

    async def pour(box: Inbox) -> None:
        for message in queue:
            await accept(run, box, message)

    async with inbox(url, redis) as box, workers(url, 0, 0) as processes:
        run.started = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(pour(box))
        await until_idle(redis)
        await finish(run, processes)
    return run


async def pace(
    url: str,
    redis: Redis,
    *,
    rate: float,
    seconds: float,
    conversations: int,
    think: tuple[float, float],
) -> Run:
    """Send at a rate, whatever the replies do (open loop)."""
    run = Run()
    async with inbox(url, redis) as box, workers(url, *think) as processes:
        run.started = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for number in range(int(rate * seconds)):
                await asyncio.sleep(max(0.0, run.started + number / rate - time.monotonic()))
                tasks.create_task(accept(run, box, a_message(number, conversations)))
        await until_idle(redis)
        await finish(run, processes)
    return run


async def until_idle(redis: Redis) -> None:
    """Wait until no conversation and no lane waits any more."""
    while True:
        keys = [
            f"rv:{{p{number:02d}}}:{kind}" for number in range(32) for kind in ("pending", "due")
        ]
        if await redis.exists(*keys) == 0:
            return
        await asyncio.sleep(0.05)


async def floor(redis: Redis, trips: int) -> dict[str, object]:
    """As many bare, durable round trips as messages, at the same width."""
    numbers, took = iter(range(trips)), list[float]()

    async def go() -> None:
        for number in numbers:
            begun = time.monotonic()
            await redis.set(f"floor:{number % 1000}", "x" * 400)
            took.append(time.monotonic() - begun)

    begun = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(go())
    return {
        "round trips/s": round(trips / (time.monotonic() - begun)),
        "p50/p99 ms": _both(took),
    }


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        async with EmbeddedServer(folder=Path(folder) / "redis", fsync="always") as server:
            redis = connect(server.url, pool_size=AT_ONCE, deadline_seconds=10)
            show("server", {"binary": str(server.server), "fsync": "always", "workers": WORKERS})
            show("floor: bare SET", await floor(redis, 4000))
            for conversations in (100, 4000):
                await run_command(redis, "FLUSHALL")
                run = await saturate(server.url, redis, messages=4000, conversations=conversations)
                show(f"saturation, {conversations} conversations", run.summary())
            await run_command(redis, "FLUSHALL")
            run = await pace(
                server.url, redis, rate=50, seconds=10, conversations=2000, think=(0, 0)
            )
            show("50 messages/s, trivial handler", run.summary())
            await run_command(redis, "FLUSHALL")
            run = await pace(
                server.url, redis, rate=100, seconds=60, conversations=2000, think=(0.4, 1.2)
            )
            show("100 messages/s for 60 s, model stand-in 0.4–1.2 s", run.summary())
            await redis.aclose()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    show("children's CPU", {"seconds": round(usage.ru_utime + usage.ru_stime, 1)})


def run() -> None:
    uvloop.run(main())


if __name__ == "__main__":
    run()
