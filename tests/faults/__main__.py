"""The sweeps: ``make faults``, or ``python -m tests.faults --help``.

Every run starts a real Redis and real workers, lets people write over real sockets, breaks something,
heals it and then asks for each acknowledged message: is it known, handled once, answered visibly once,
in order? The exit code is 1 when the answer is no anywhere; the line that is printed then repeats the
run. ``kills`` breaks processes and Redis under the playground, ``platforms`` whatever can go wrong
between Slack, Discord or Telegram and Relevo, ``desks`` crowds a desk on each of the three.

- ``faults``: what breaks
- ``run``: one run, from the start of the stack to the verdict
- ``stack``, ``worker``: Redis, the worker processes, and the bombs that they carry
- ``person``, ``traffic``, ``ledger``: who writes what, and what was acknowledged
- ``evidence``, ``oracle``: what is left, and what is wrong with it
- ``table``: the figures with their denominators
- ``platforms``: the same for the platforms: ``faults``, ``play`` and ``run``, ``oracle``, ``table``; ``sites`` are
  the platforms with their customers, ``desk`` and ``desks`` the crowded desks, ``meter`` their pace
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import typer

from knowledge import load_sample
from tests.faults.faults import ALL, Fault
from tests.faults.platforms import matrix
from tests.faults.platforms.desk import DeskResult, crowd_the_desk, desk_table
from tests.faults.platforms.desks import DESKS
from tests.faults.platforms.sites import Site
from tests.faults.platforms.table import line_of as matrix_line_of
from tests.faults.platforms.table import table as matrix_table
from tests.faults.run import Result, run_once
from tests.faults.table import line_of, table

KILL_SEEDS = 10
MATRIX_SEEDS = 3


def main() -> int:
    """Run the sweep; returns the exit code."""
    options = _options()
    for name in [name for name in os.environ if name.upper().startswith("RELEVO_")]:
        del os.environ[name]
    parts = [play for name, play in PARTS.items() if options.part in {"all", name}]
    good = [is_good for play in parts for is_good in play(options)]
    if not good:
        typer.echo("Nothing has such a name: nothing was played.", err=True)
    return 0 if good and all(good) else 1


def _kills(options: argparse.Namespace) -> list[bool]:
    """Return of each run whether it was good, as the other parts do."""
    chosen = [fault for fault in ALL if options.only in fault.name]
    if not chosen:
        return []
    seeds = range(options.first_seed, options.first_seed + (options.seeds or KILL_SEEDS))
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="relevo-faults-") as folder:
        load_sample(Path(folder))
        results = asyncio.run(_sweep(chosen, seeds, Path(folder), options.jobs))
    typer.echo(table(results, seconds=time.monotonic() - started))
    return [result.is_good for result in results]


def _platforms(options: argparse.Namespace) -> list[bool]:
    chosen = matrix.cells(only=options.only, on=options.on)
    if not chosen:
        return []
    seeds = range(options.first_seed, options.first_seed + (options.seeds or MATRIX_SEEDS))
    started = time.monotonic()
    results = asyncio.run(matrix.play(chosen, seeds, jobs=options.jobs, tell=_tell))
    typer.echo(matrix_table(results, seconds=time.monotonic() - started))
    return [result.is_good for result in results]


def _tell(result: matrix.Result) -> None:
    typer.echo(matrix_line_of(result), err=not result.is_good)


def _desks(options: argparse.Namespace) -> list[bool]:
    kinds = [kind for kind in DESKS if options.on in kind.name and options.only in "desk"]
    if not kinds:
        return []
    results = asyncio.run(_crowd(kinds, options.first_seed))
    typer.echo(desk_table(results))
    return [result.is_good for result in results]


async def _crowd(kinds: list[type[Site]], seed: int) -> list[DeskResult]:
    """One after the other: each needs both cores for its pace to be true."""
    results = [await crowd_the_desk(kind, seed=seed) for kind in kinds]
    for result in results:
        if not result.is_good:
            repeat = f"--part desks --on '{result.site}' --first-seed {result.seed}"
            what = f"WRONG desk on {result.site}; repeat with python -m tests.faults {repeat}"
            wrong = [result.problem, *result.verdict.complaints, result.logs]
            typer.echo("\n".join([what, *wrong]), err=True)
    return results


PARTS = {"kills": _kills, "platforms": _platforms, "desks": _desks}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--part", default="all", choices=["all", *PARTS], help="what to play (all)")
    parser.add_argument("--seeds", type=int, help=f"runs of each ({KILL_SEEDS}, {MATRIX_SEEDS})")
    parser.add_argument("--first-seed", type=int, default=1, help="number of the first seed (1)")
    parser.add_argument("--only", default="", help="faults whose name contains this")
    parser.add_argument("--on", default="", help="platforms whose name contains this")
    parser.add_argument("--jobs", type=int, default=3, help="runs side by side (3)")
    return parser.parse_args()


async def _sweep(faults: list[Fault], seeds: range, data_dir: Path, jobs: int) -> list[Result]:
    places = asyncio.Semaphore(jobs)
    results: list[Result] = []

    async def one(fault: Fault, seed: int) -> None:
        async with places:
            result = await run_once(fault, seed, data_dir)
        results.append(result)
        typer.echo(line_of(result), err=not result.is_good)

    async with asyncio.TaskGroup() as runs:
        for fault in faults:
            for seed in seeds:
                runs.create_task(one(fault, seed))
    return results


if __name__ == "__main__":
    sys.exit(main())
