"""What Relevo costs: an echo through all of it beside an echo by the bare SDK, on each platform.

    python -m benchmarks platform_echo
    python -m benchmarks.platform_echo telegram

The loopback platform and its customers are this process, the bot is one of its own, and Redis
another. Each bot answers the same customers twice (in turns, so that a busy machine hurts all):

- one customer, one message after the other: the latency of a single message;
- 32 customers, each with one message on its way: messages a second, and latency under load.

Latency is from the moment when the customer's message exists on the platform until the echo does.
The bare SDK keeps nothing: what a crash, a repeated event, a lost answer or a second message at the
same time does to it is its user's to solve. Relevo stores each event before it is acknowledged, takes
the lease of the conversation, stores turn and reply in one step, notes each send before and after.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import psutil

from benchmarks.platform_echo_crowd import Crowd, a_crowd
from benchmarks.report import percentile, show
from bot.engine.client.connection import connect, run_command
from bot.engine.server.embedded import EmbeddedServer
from bot.vocabulary.messages import Platform
from tests.platforms.opening import PLATFORMS

CUSTOMERS = 32
SINGLES = 150
SECONDS = 4.0
ROUNDS = 2
BOTS: tuple[tuple[str, Literal["always", "everysec"] | None], ...] = (
    ("bare SDK", None),
    ("Relevo, fsync everysec", "everysec"),
    ("Relevo, fsync always", "always"),
)


@dataclass
class Figures:
    """What one bot did over all rounds; times are seconds."""

    single: list[float] = field(default_factory=list[float])
    loaded: list[float] = field(default_factory=list[float])
    seconds: float = 0.0
    bot_cpu: float = 0.0
    platform_cpu: float = 0.0
    redis_cpu: float = 0.0
    redis_calls: int = 0
    lost: int = 0
    doubled: int = 0

    @property
    def rate(self) -> float:
        return len(self.loaded) / self.seconds

    def line(self) -> str:
        count = len(self.loaded)
        cpu = "/".join(
            f"{seconds / count * 1000:.1f}"
            for seconds in (self.bot_cpu, self.redis_cpu, self.platform_cpu)
        )
        return (
            f"{self.rate:6.0f} messages/s, p50/p99 {_both(self.loaded)} ms; "
            f"single {_both(self.single)} ms; CPU ms a message (bot/Redis/platform) {cpu}; "
            f"Redis commands a message {self.redis_calls / count:.1f}; "
            f"lost {self.lost}, doubled {self.doubled}"
        )


def _both(seconds: list[float]) -> str:
    return f"{percentile(seconds, 50) * 1000:.1f}/{percentile(seconds, 99) * 1000:.1f}"


@asynccontextmanager
async def a_bot(crowd: Crowd, redis_url: str) -> AsyncGenerator[psutil.Process]:
    """Start a bot and wait until it hears the platform."""
    settings = {name: str(value) for name, value in crowd.stage.settings.items()}
    options = ["--redis", redis_url] if redis_url else []
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.platform_echo_bots"),
        *(crowd.stage.platform, json.dumps(settings), *options),
        env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(30):
            await crowd.stage.ready()
        yield psutil.Process(process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
                await process.wait()


def spent(process: psutil.Process | None) -> float:
    if process is None:
        return 0.0
    used = process.cpu_times()
    return used.user + used.system


async def calls_of(server: EmbeddedServer | None) -> int:
    """How many commands a server has worked off, with those within scripts."""
    if server is None:
        return 0
    redis = connect(server.url, pool_size=4, deadline_seconds=10)
    facts = await run_command(redis, "INFO", "commandstats")
    await redis.aclose()
    return int(sum(of["calls"] for of in facts.values()))


async def play(
    platform: Platform, fsync: Literal["always", "everysec"] | None, figures: Figures
) -> None:
    """One round of one bot, on a platform and a Redis of its own."""
    async with AsyncExitStack() as stack:
        server: EmbeddedServer | None = None
        if fsync is not None:
            folder = stack.enter_context(TemporaryDirectory(prefix="relevo-bench-"))
            server = await stack.enter_async_context(
                EmbeddedServer(folder=Path(folder) / "redis", fsync=fsync)
            )
        crowd = await stack.enter_async_context(a_crowd(platform, CUSTOMERS))
        bot = await stack.enter_async_context(a_bot(crowd, server.url if server else ""))
        redis = psutil.Process(server.pid) if server else None
        await crowd.greet()
        figures.single += await crowd.one_by_one(SINGLES)
        before = spent(bot), spent(redis), time.process_time(), await calls_of(server)
        loaded, seconds = await crowd.all_at_once(CUSTOMERS, SECONDS)
        figures.loaded += loaded
        figures.seconds += seconds
        figures.bot_cpu += spent(bot) - before[0]
        figures.redis_cpu += spent(redis) - before[1]
        figures.platform_cpu += time.process_time() - before[2]
        figures.redis_calls += await calls_of(server) - before[3]
        figures.lost += crowd.lost
        figures.doubled += crowd.doubled


async def floor(fsync: Literal["always", "everysec"]) -> str:
    """The latency of one bare durable write."""
    with TemporaryDirectory(prefix="relevo-bench-") as folder:
        async with EmbeddedServer(folder=Path(folder) / "redis", fsync=fsync) as server:
            redis = connect(server.url, pool_size=4, deadline_seconds=10)
            took = list[float]()
            for number in range(300):
                begun = time.monotonic()
                await run_command(redis, "SET", f"floor:{number}", "x" * 400)
                took.append(time.monotonic() - begun)
            await redis.aclose()
    return f"p50/p99 {_both(took)} ms"


BOUGHT = {
    "events": "stored before they are acknowledged, in order, each once: a crash or a repeat costs none",
    "turns": "one at a time in a conversation, fenced, with history and receipt, taken over from the dead",
    "replies": "noted before and after each send: a lost answer is looked up, not sent twice",
    "limits": "shared by all processes; Discord allows 50 calls/s, Telegram 30 messages/s, Slack 1/s a channel",
}


def ratios(figures: dict[str, Figures]) -> dict[str, str]:
    bare = figures["bare SDK"]
    return {
        f"{name} : bare SDK": (
            f"messages/s {its.rate / bare.rate:.2f}, "
            f"single p50 +{(percentile(its.single, 50) - percentile(bare.single, 50)) * 1000:.1f} ms, "
            f"CPU of the bot {its.bot_cpu / len(its.loaded) / (bare.bot_cpu / len(bare.loaded)):.1f}×"
        )
        for name, its in figures.items()
        if its is not bare
    }


async def main(platforms: list[Platform]) -> None:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    show("machine", {"cores": os.cpu_count(), "load before": load})
    show("one bare SET", {"everysec": await floor("everysec"), "always": await floor("always")})
    for platform in platforms:
        figures = {name: Figures() for name, _ in BOTS}
        for _ in range(ROUNDS):
            for name, fsync in BOTS:
                await play(platform, fsync, figures[name])
        lines = {name: its.line() for name, its in figures.items()}
        show(f"{platform}: {CUSTOMERS} customers, closed loop", lines | ratios(figures))
    show("what the difference buys", BOUGHT)


if __name__ == "__main__":
    asyncio.run(main([Platform(name) for name in sys.argv[1:]] or list(PLATFORMS)))
