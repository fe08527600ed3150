"""Settings that are changed while Relevo runs: how soon another process acts on them, and many at once.

    python -m benchmarks.steering [--changes 200] [--edits 1000] [--seed N]

1. One process changes a setting; another one, which serves turns, has built its behaviour anew from it. The
   time runs from the moment in which ``change`` returned to the moment in which the next turn of the other process
   is handled by the new behaviour (both clocks are the machine's monotonic one). Once as it is, once where the
   other process may not listen (its user of Redis has no right to any channel), so that it only looks.
2. Four processes make edits at once, as many as they can, on few settings: each must have got a number of its
   own, numbers must have no gap, and the log must be the order of effect: what each change found as the old value
   is what the one before it had written.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from redis.asyncio import Redis

from benchmarks.report import percentile, show
from bot.app import build_detector
from bot.app.live import Behaviour, Live, open_live
from bot.app.parts import answering_from, build_dispatcher, open_index
from bot.engine.client.connection import connect
from bot.vocabulary.steering import Edit, Editor
from bot.vocabulary.turns import TurnHandler
from config.settings import Settings, load
from knowledge import load_sample
from tests.servers import running_server

EDITORS = 4
LIMITS = ("unsure_limit", "rejection_limit", "repeat_limit")
LONGEST_PAUSE = 0.5
"""Between two changes, at random, so that they fall on any moment between two looks."""

TEAMS = [
    {"name": "Orders", "topics": ["orders"]},
    {"name": "Cookware", "hours": "mon-fri 09:00-17:00"},
]
TOPICS = [{"name": "orders", "words": ["order*", "deliver*", "refund*"]}]


def settings_in(folder: str) -> Settings:
    return load(None, data_dir=Path(folder), teams=TEAMS, topics=TOPICS)


def editor(name: str, key: str) -> Editor:
    return Editor(actor_id=f"cli:{name}", actor=name, place="", at=datetime.now(UTC), key=key)


async def follow(live: Live) -> None:
    """Serve by the behaviour that is built from the settings, and tell when each next one is in force."""
    base = live.base
    detector, index = build_detector(base), open_index(base)

    def build(settings: Settings) -> TurnHandler:
        return build_dispatcher(settings, answering_from(settings, index, ()), detector, {})

    behaviour = Behaviour(build, live.settings)

    def told(settings: Settings) -> Any:
        put = behaviour.prepare(settings)

        def put_and_tell() -> None:
            put()
            print(json.dumps([settings.desk.brand, time.monotonic()]), flush=True)

        return put_and_tell

    live.on_change(told)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(live.run())
        await asyncio.sleep(1.0)
        print("ready", flush=True)


async def edit(live: Live, name: str, count: int, seed: int) -> None:
    """Make edits, all at once as far as one process can, when told to; print their numbers."""
    chance = random.Random(f"{seed}{name}")  # noqa: S311
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)

    async def one(number: int) -> tuple[int, str, int]:
        path, value = f"escalation.{chance.choice(LIMITS)}", chance.randrange(1, 1_000_000)
        edits = [Edit(path=path, value=value)]
        change = await live.change(edits, editor(name, f"{name}-{number}"))
        return change.number, path, value

    print(json.dumps(await asyncio.gather(*(one(number) for number in range(count)))), flush=True)


@asynccontextmanager
async def child(*arguments: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run another process of this installation, ready."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.steering", *arguments),
        stdin=pipe,
        stdout=pipe,
        limit=2**24,
    )
    try:
        assert process.stdout is not None
        assert (await process.stdout.readline()).strip() == b"ready"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def visible(live: Live, url: str, folder: str, changes: int) -> list[float]:
    """Change the brand again and again; returns after how many seconds the other process acted on each."""
    seconds: list[float] = []
    async with child("--follow", url, folder) as process:
        assert process.stdout is not None
        for number in range(changes):
            await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311
            brand = f"Shop {number} {uuid4().hex}"
            await live.change([Edit(path="desk.brand", value=brand)], editor("bench", brand))
            returned = time.monotonic()
            told = ""
            while told != brand:
                told, at = json.loads(await process.stdout.readline())
                seconds += [max(0.0, at - returned)] if told == brand else []
    return seconds


async def at_once(live: Live, url: str, folder: str, edits: int, seed: int) -> dict[str, object]:
    """Let processes edit at once, and look whether the log tells the truth."""
    await live.refresh()
    first = (await live.changes(1))[0].number
    share = [str(edits // EDITORS), str(seed)]
    processes = [child("--edit", url, folder, f"editor{n}", *share) for n in range(EDITORS)]
    started = [await process.__aenter__() for process in processes]
    begun = time.monotonic()
    outputs = await asyncio.gather(*(process.communicate(b"go\n") for process in started))
    took = time.monotonic() - begun
    told = [tuple(one) for output, _ in outputs for one in json.loads(output)]
    return {
        "edits by processes": f"{len(told)} by {EDITORS}",
        "seconds": f"{took:.1f} ({len(told) / took:.0f} a second)",
        **await judged(live, told, first),
    }


async def judged(live: Live, told: Sequence[tuple[int, str, int]], first: int) -> dict[str, object]:
    log = [
        change for change in reversed(await live.changes(len(told) + 1)) if change.number > first
    ]
    logged = {(c.number, path, value) for c in log for path, value in c.new.items()}
    numbers = [change.number for change in log]
    counting: dict[str, Any] = {}
    disorder = 0
    for change in log:
        for path, value in change.new.items():
            disorder += change.old[path] != counting.get(path, change.old[path])
            counting[path] = value
    await live.refresh()
    wrong = sum(live.value(path) != value for path, value in counting.items())
    return {
        "lost": f"{len(set(told) - logged)} of {len(told)}",
        "doubled": len(numbers) - len(set(numbers)),
        "gaps in the numbers": len(set(range(first + 1, first + 1 + len(log))) - set(numbers)),
        "changes that missed the one before": f"{disorder} of {len(log)}",
        "settings that end otherwise": f"{wrong} of {len(counting)}",
    }


def summary(seconds: Sequence[float]) -> dict[str, object]:
    figures = ((name, percentile(seconds, percent)) for name, percent in (("p50", 50), ("p95", 95)))
    return {
        "changes": len(seconds),
        **{f"{name} ms": f"{value * 1000:.0f}" for name, value in figures},
        "max ms": f"{max(seconds) * 1000:.0f}",
    }


async def measure(changes: int, edits: int, seed: int) -> None:
    random.seed(seed)
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder) / "redis") as server:
        load_sample(Path(folder))
        socket = server.url.removeprefix("unix://")
        server.command(
            *(
                "ACL",
                "SETUSER",
                "deaf",
                "on",
                ">deaf",
                "~*",
                "+@all",
                "-@dangerous",
                "+info",
                "resetchannels",
            )
        )
        redis = connect(server.url, pool_size=64, deadline_seconds=10)
        live = await open_live(settings_in(folder), redis)
        heard = await visible(live, server.url, folder, changes)
        show("told by pub/sub, until another process acts on it", summary(heard))
        deaf = await visible(live, f"unix://deaf:deaf@{socket}", folder, changes)
        show("without pub/sub, by looking alone", summary(deaf))
        show("edits at once", await at_once(live, server.url, folder, edits, seed))
        await redis.aclose()


async def _in_child(mode: str, arguments: Sequence[str]) -> None:
    url, folder, *rest = arguments
    redis: Redis = connect(url, pool_size=64, deadline_seconds=30)
    live = await open_live(settings_in(folder), redis)
    if mode == "follow":
        await follow(live)
    else:
        await edit(live, rest[0], int(rest[1]), int(rest[2]))
    await redis.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.steering")
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    for mode in ("--follow", "--edit"):
        parser.add_argument(mode, nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.follow or options.edit:
        mode = "follow" if options.follow else "edit"
        asyncio.run(_in_child(mode, options.follow or options.edit))
        return
    print(f"seed: {options.seed}")
    asyncio.run(measure(options.changes, options.edits, options.seed))


if __name__ == "__main__":
    main()
