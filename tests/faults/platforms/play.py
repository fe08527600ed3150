"""Sets up a scene, lets something be played in it, and tears it down, whatever happened."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from bot.engine.client.connection import connect
from tests.faults.platforms.crowd import Crowd
from tests.faults.platforms.oracle import Verdict
from tests.faults.platforms.scene import Scene
from tests.faults.platforms.sites import Site
from tests.faults.platforms.worker import Orders, serve
from tests.faults.stack import Slot, logs_in, redis_in
from tests.platforms.opening import open_stage
from tests.platforms.stage import Stage

READY_WITHIN = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How something that was played on a platform ended."""

    site: str
    verdict: Verdict = field(default_factory=Verdict)
    problem: str = ""
    logs: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem and not self.verdict.complaints


Played = TypeVar("Played", bound=Judged)


async def played(
    kind: type[Site],
    dice: Random,
    result: Played,
    play: Callable[[Scene, Played], Awaitable[Played]],
    **about: Any,
) -> Played:
    """Play on a site of a kind (``about`` are its arguments); what fails becomes the result's problem."""
    folder = Path(tempfile.mkdtemp(prefix="relevo-matrix-"))
    try:
        async with (
            open_stage(kind.platform) as stage,
            _a_scene(kind, stage, folder, dice, about) as scene,
        ):
            try:
                result = await play(scene, result)
            except (AssertionError, TimeoutError) as error:
                result = replace(result, problem=f"{error!r}"[:2000])
    except AssertionError as error:  # the platform has seen what it does not take
        result = replace(result, problem=result.problem or str(error)[:2000])
    finally:
        if not result.is_good:
            result = replace(result, logs=logs_in(folder))
        shutil.rmtree(folder, ignore_errors=True)
    return result


@asynccontextmanager
async def _a_scene(
    kind: type[Site], stage: Stage, folder: Path, dice: Random, about: dict[str, Any]
) -> AsyncGenerator[Scene]:
    slots: list[Slot[Orders]] = []
    async with redis_in(folder) as server, asyncio.TaskGroup() as tasks:
        site = kind(stage=stage, dice=dice, tasks=tasks, doors=lambda: _ports(slots), **about)
        redis = connect(server.url, pool_size=8, deadline_seconds=2)
        scene = Scene(
            site=site,
            server=server,
            slots=slots,
            redis=redis,
            dice=dice,
            crowd=Crowd(site=site, dice=Random(dice.random())),
            folder=folder,
        )
        try:
            yield scene
        finally:
            site.end()
            for slot in slots:
                slot.end()
            await redis.aclose()


async def start(scene: Scene, workers: int, **more: Any) -> None:
    """Start so many processes, with ``more`` in their orders, and wait until they receive."""
    for number in range(1, workers + 1):
        log = scene.folder / f"worker-{number}.log"
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


def _ports(slots: list[Slot[Orders]]) -> list[int]:
    """Return where the living processes serve."""
    return [port for slot in slots if (port := slot.port) is not None]
