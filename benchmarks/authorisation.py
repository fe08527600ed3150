"""Every admin's command and button by everybody: how many unauthorised changes there are, and unnoted refusals.

python -m benchmarks.authorisation [--cells N]

Each cell goes the whole way: inbox, worker, dispatcher, store, audit log, on a real Redis. Who is who is told by
a stand-in for the platform's look-up, which answers, is silent or fails; tests/platforms try the real ones.
A change is any difference in settings, admins or memory, or a command that was done.
"""

import argparse
import asyncio
import logging
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from bot.engine.client.connection import connect
from bot.vocabulary.commands import COMMANDS
from bot.vocabulary.messages import Platform
from tests.admin.authority import LOOKS, PEOPLE, Cell, Findings, cells, explore, walked
from tests.servers import running_server

SEED = 7
AT_ONCE = 32


async def measure(url: str, tried: list[Cell]) -> Findings:
    """Try cells on a Redis."""
    redis = connect(url, pool_size=64, deadline_seconds=30)
    try:
        return await explore(redis, tried, walked, AT_ONCE)
    finally:
        await redis.aclose()


def main() -> None:
    """Try all cells, or some, and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=0, help="so many at random; 0 takes all")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    logging.disable()  # there are files that nobody can fetch, thousands of times
    every = list(cells())
    chance = random.Random(given.seed)  # noqa: S311 (a sample, no secret)
    tried = chance.sample(every, given.cells) if given.cells else every
    print(
        f"seed {given.seed}: {len(tried)} of {len(every)} cells = {len(COMMANDS)} commands as lines "
        f"and as buttons × {len(PEOPLE)} kinds of people × {len(Platform)} platforms × {len(LOOKS)} looks"
    )
    began = time.monotonic()
    with running_server(Path(tempfile.mkdtemp())) as server:
        found = asyncio.run(measure(server.url, tried))
    print(f"unauthorised changes: {found.changes} in {found.refused} tries of whoever may not")
    print(f"refusals in the audit log: {found.noted} of {found.refused}")
    print(f"done for admins: {found.done}; everybody's: {found.open_to_all}")
    for kind, count in Counter(line.partition(":")[0] for line in found.wrong).items():
        print(f"  otherwise than expected: {kind}, {count} times")
    print(f"{time.monotonic() - began:.0f} seconds")
    raise SystemExit(1 if found.changes or found.wrong or found.noted != found.refused else 0)


if __name__ == "__main__":
    main()
