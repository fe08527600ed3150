"""Whether anybody reads another's words, or private ones in public: whole turns of 100 persons in any order.

    python -m benchmarks isolation_turns (fewer turns: python -m benchmarks.isolation_turns --turns N)

Two workers on one Redis with the encrypted memory; people of four workspaces share names, ids and channels,
some have a second account that is joined. They greet, ask, ask again, reject and want a human, in direct
messages, channels and threads, in any order; agents take each case and give it back. In the place of a
language model stands one that says all that it reads. Looked at are prompts, replies, what the desk reads,
receipts, logs and ``/metrics`` (``tests/flows/square.py``).
"""

import argparse
import asyncio
import io
import logging
import tempfile
import time
from pathlib import Path

from prometheus_client import generate_latest

from benchmarks.report import show
from bot.engine.client.connection import connect
from tests.flows.square import a_square
from tests.servers import running_server

SEED = 20261127
PERSONS = 100
TOLD_EVERY = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--turns", type=int, default=20_000)
    turns = parser.parse_args().turns
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        asyncio.run(walk(server.url, turns))


async def walk(url: str, turns: int) -> None:
    log = io.StringIO()
    root = logging.getLogger()
    root.addHandler(logging.StreamHandler(log))
    root.setLevel(logging.DEBUG)
    redis = connect(url, pool_size=8, deadline_seconds=30)
    square = await a_square(redis, PERSONS, SEED)
    begun, cpu = time.perf_counter(), time.process_time()
    for number in range(turns):
        if number % TOLD_EVERY == 0:
            so_far = await square.looked_at(log.getvalue())
            print(f"  {number} of {turns}, crossings so far: {len(so_far.crossings)}", flush=True)
        await square.step()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    log.write(generate_latest().decode())
    found = await square.looked_at(log.getvalue())
    await redis.aclose()
    show(
        f"{PERSONS} persons, {turns} whole turns in {seconds:.0f} s ({cpu:.0f} s of CPU)",
        {
            **{f"looked at: {what}": count for what, count in found.seen.items()},
            "of these with a secret word": found.told,
            "crossings": len(found.crossings),
        },
    )
    for line in found.crossings[:20]:
        print("  CROSSING", line)


if __name__ == "__main__":
    main()
