"""One run: a platform, Relevo's processes, customers who write, something that breaks, the verdict."""

import asyncio
import time
from dataclasses import dataclass, replace
from random import Random

from tests.faults.platforms.crowd import WARM_MESSAGES
from tests.faults.platforms.faults import Fault
from tests.faults.platforms.oracle import judge
from tests.faults.platforms.play import Judged, played, start
from tests.faults.platforms.scene import WATCH_SECONDS, Scene
from tests.faults.platforms.sites import CUSTOMERS, Site

LEAST_MESSAGES = CUSTOMERS * (1 + WARM_MESSAGES + 1)
"""Of every run: each customer writes before, while and after something breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Judged):
    """How one run ended. ``recovery`` is from the healing to the last answer that waited, seconds."""

    fault: str
    seed: int
    workers: int
    messages: int = 0
    recovery: float = 0.0


async def run_once(fault: Fault, kind: type[Site], seed: int) -> Result:
    """Let a fault strike a platform while its customers write, heal it, and judge what they see."""
    workers = fault.workers[seed % len(fault.workers)]
    result = Result(fault=fault.name, site=kind.name, seed=seed, workers=workers)
    dice = Random(f"{fault.name} {kind.name} {seed}")

    async def play(scene: Scene, result: Result) -> Result:
        watch = scene.site.tasks.create_task(_watch(scene.site))
        try:
            await start(scene, workers)
            return await _suffer(scene, fault, result)
        finally:
            watch.cancel()

    return await played(kind, dice, result, play)


async def _suffer(scene: Scene, fault: Fault, result: Result) -> Result:
    site, crowd = scene.site, scene.crowd
    await crowd.everybody()
    await scene.answered()
    writing = site.tasks.create_task(crowd.write())
    try:
        await scene.until(crowd.is_warm, "everybody was writing")
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


async def _watch(site: Site) -> None:
    """Note when each message is answered."""
    while True:
        for customer in site.customers:
            site.ledger.note(customer.name, site.replies(customer))
        await asyncio.sleep(WATCH_SECONDS)
