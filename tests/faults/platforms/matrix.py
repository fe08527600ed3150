"""Plays every fault on every platform that has it, some runs side by side."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from tests.faults.platforms.faults import ALL, Fault
from tests.faults.platforms.run import Result, run_once
from tests.faults.platforms.sites import Site

Cell = tuple[Fault, type[Site]]


def cells(*, only: str = "", on: str = "") -> list[Cell]:
    """Return the faults whose name contains ``only``, on the platforms whose name contains ``on``."""
    return [
        (fault, site)
        for fault in ALL
        for site in fault.sites
        if only in fault.name and on in site.name
    ]


async def play(
    chosen: Sequence[Cell], seeds: Iterable[int], *, jobs: int, tell: Callable[[Result], None]
) -> list[Result]:
    """Run all cells with all seeds; ``tell`` hears of each run when it ends."""
    places = asyncio.Semaphore(jobs)
    results: list[Result] = []

    async def one(fault: Fault, site: type[Site], seed: int) -> None:
        async with places:
            result = await run_once(fault, site, seed)
        results.append(result)
        tell(result)

    async with asyncio.TaskGroup() as runs:
        for seed in seeds:
            for fault, site in chosen:
                runs.create_task(one(fault, site, seed))
    return results
