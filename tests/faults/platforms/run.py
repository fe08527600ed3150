"""One run: a platform, Relevo's processes, customers who write, something that breaks, the verdict."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from bot.engine.client.connection import connect
from bot.engine.server.binary import find_server
from bot.engine.server.folder import prepare_folder
from tests.faults.platforms.crowd import Crowd
from tests.faults.platforms.faults import Fault
from tests.faults.platforms.oracle import Verdict, judge
from tests.faults.platforms.scene import WATCH_SECONDS, Scene
from tests.faults.platforms.sites import Doors, Site
from tests.faults.platforms.worker import Orders, serve
from tests.faults.stack import Slot
from tests.platforms.opening import open_stage
from tests.platforms.stage import Stage
from tests.servers import RealServer

WARM_SECONDS = 0.3
"""How long customers write before something breaks."""

READY_WITHIN = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one run ended. ``recovery`` is from the healing to the last answer that waited, seconds."""

    fault: str
    site: str
    seed: int
    workers: int
    messages: int = 0
    recovery: float = 0.0
    verdict: Verdict = field(default_factory=Verdict)
    problem: str = ""
    logs: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem and not self.verdict.complaints


async def run_once(fault: Fault, kind: type[Site], seed: int) -> Result:
    """Let a fault strike a platform while its customers write, heal it, and judge what they see."""
    workers = fault.workers[seed % len(fault.workers)]
    result = Result(fault=fault.name, site=kind.name, seed=seed, workers=workers)
    dice = Random(f"{fault.name} {kind.name} {seed}")
    folder = Path(tempfile.mkdtemp(prefix="relevo-matrix-"))
    try:
        async with open_stage(kind.platform) as stage:
            result = await _run_on(stage, kind, fault, dice, folder, result)
    except AssertionError as error:  # the platform has seen what it does not take
        result = replace(result, problem=result.problem or str(error)[:2000])
    finally:
        if not result.is_good:
            result = replace(result, logs=logs_in(folder))
        shutil.rmtree(folder, ignore_errors=True)
    return result


async def _run_on(
    stage: Stage, kind: type[Site], fault: Fault, dice: Random, folder: Path, result: Result
) -> Result:
    slots: list[Slot[Orders]] = []
    ports = ports_of(slots)
    async with redis_in(folder) as server, asyncio.TaskGroup() as tasks:
        site = kind(stage=stage, dice=dice, tasks=tasks, doors=ports)
        redis = connect(server.url, pool_size=8, deadline_seconds=2)
        crowd = Crowd(site=site, dice=Random(dice.random()))
        scene = Scene(site=site, server=server, slots=slots, redis=redis, dice=dice, crowd=crowd)
        watch = tasks.create_task(_watch(site))
        try:
            await start(scene, result.workers, folder)
            result = await _play(scene, fault, result)
        except (AssertionError, TimeoutError) as error:
            result = replace(result, problem=f"{error!r}"[:2000])
        finally:
            site.end()
            watch.cancel()
            for slot in slots:
                slot.end()
            await redis.aclose()
    return result


@asynccontextmanager
async def redis_in(folder: Path) -> AsyncGenerator[RealServer]:
    """Run a Redis that syncs each write, so that what it has acknowledged survives it."""
    server = RealServer(
        find_server(), prepare_folder(folder / "redis"), ("--appendfsync", "always")
    )
    await asyncio.to_thread(server.start)
    try:
        yield server
    finally:
        server.kill()
        server.folder.remove_socket()


async def start(scene: Scene, workers: int, folder: Path, **more: Any) -> None:
    """Start so many processes, with ``more`` in their orders, and wait until they receive."""
    for number in range(1, workers + 1):
        log = folder / f"worker-{number}.log"
        orders = Orders(
            platform=scene.site.platform,
            settings=scene.site.settings,
            redis_url=scene.server.url,
            log=log,
            **more,
        )
        scene.slots.append(Slot(orders, serve=serve, log=log))
        scene.slots[-1].start()
    for slot in scene.slots:
        await slot.ready()
    async with asyncio.timeout(READY_WITHIN):
        await scene.site.ready()


async def _play(scene: Scene, fault: Fault, result: Result) -> Result:
    site, crowd = scene.site, scene.crowd
    await crowd.everybody()
    await scene.answered()
    writing = site.tasks.create_task(crowd.write())
    try:
        await asyncio.sleep(WARM_SECONDS)
        await fault.strike(scene)
    finally:
        crowd.stop()
        await writing
    healed_at = time.monotonic()
    await crowd.everybody()
    await scene.answered()
    await asyncio.sleep(scene.afterglow)
    await scene.count()
    verdict = judge(
        site.ledger,
        {customer.name: site.replies(customer) for customer in site.customers},
        left=await scene.left(),
        resent=scene.resent(),
        judges_order=scene.judges_order,
    )
    waited = [item for item in site.ledger.entries if item.wrote_at < healed_at]
    last = max((item.answered_at or 0.0 for item in waited), default=0.0)
    return replace(
        result,
        messages=len(site.ledger.entries),
        recovery=max(0.0, last - healed_at),
        verdict=verdict,
    )


def ports_of(slots: list[Slot[Orders]]) -> Doors:
    """Return a way to ask where the living processes serve."""
    return lambda: [port for slot in slots if (port := slot.port) is not None]


def logs_in(folder: Path) -> str:
    """Return what the processes logged, for a failure's report."""
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.log")))


async def _watch(site: Site) -> None:
    """Note when each message is answered."""
    while True:
        for customer in site.customers:
            site.ledger.note(customer.name, site.replies(customer))
        await asyncio.sleep(WATCH_SECONDS)
