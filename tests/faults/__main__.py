"""The kill sweep: ``make faults``, or ``python -m tests.faults --help``.

Every run starts a real Redis and two real workers, lets people write over real WebSockets, breaks
something, heals it and then asks for each acknowledged message: is it known, handled once, answered
visibly once, in order? The exit code is 1 when the answer is no anywhere; the line that is printed
then repeats the run.

- ``faults``: what breaks
- ``run``: one run, from the start of the stack to the verdict
- ``stack``, ``worker``: Redis, the worker processes, and the bombs that they carry
- ``person``, ``traffic``, ``ledger``: who writes what, and what was acknowledged
- ``evidence``, ``oracle``: what is left, and what is wrong with it
- ``table``: the figures with their denominators
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
from tests.faults.run import Result, run_once
from tests.faults.table import line_of, table


def main() -> int:
    """Run the sweep; returns the exit code."""
    options = _options()
    for name in [name for name in os.environ if name.upper().startswith("RELEVO_")]:
        del os.environ[name]
    chosen = [fault for fault in ALL if options.only in fault.name]
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="relevo-faults-") as folder:
        load_sample(Path(folder))
        results = asyncio.run(_sweep(chosen, seeds, Path(folder), options.jobs))
    typer.echo(table(results, seconds=time.monotonic() - started))
    return 0 if results and all(result.is_good for result in results) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--seeds", type=int, default=10, help="runs of each fault (10)")
    parser.add_argument("--first-seed", type=int, default=1, help="number of the first seed (1)")
    parser.add_argument("--only", default="", help="faults whose name contains this")
    parser.add_argument("--jobs", type=int, default=2, help="runs side by side (2)")
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
