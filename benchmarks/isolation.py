"""Whether anybody ever gets another's words: 100 persons, 20,000 things done in any order.

    python -m benchmarks isolation

Two workers, each with connections of its own, learn, recall, show, export, join, part, switch and erase,
sixteen at a time, over direct messages and shared channels of four workspaces in which everybody has the same name
and strangers have the same user id. A crossing is a canary in what somebody gets who is not the person who
said it (``tests/isolation.py``). Then ciphertexts are copied to other owners 2,000 times.
"""

import asyncio
import io
import logging
import tempfile
import time
from pathlib import Path

from benchmarks.report import percentile, show
from bot.engine.client.connection import connect
from bot.vocabulary.memory import Memory
from bot.vocabulary.messages import Platform, Principal
from tests.isolation import Crowd, two_workers
from tests.memory_kit import an_episode, direct_place, everything_in, learn, memories_of, stores_on
from tests.servers import running_server

SEED = 20261127
PERSONS = 100
TIMES = 20_000
MISROUTED = 2_000
RECALLS = 2_000
EPISODES = 50


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        asyncio.run(isolate(server.url))
        asyncio.run(recall(server.url))


async def isolate(url: str) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger("bot").addHandler(handler)
    logging.getLogger("bot").setLevel(logging.DEBUG)
    clients = [connect(url, pool_size=32, deadline_seconds=30) for _ in range(2)]
    crowd = Crowd(SEED, PERSONS, await two_workers(clients), clients[0])
    begun = time.perf_counter()
    result = await crowd.act(TIMES, at_once=16)
    seconds = time.perf_counter() - begun
    in_clear = (await everything_in(clients[0])).count(b"cnry")
    await crowd.misroute(MISROUTED)
    for client in clients:
        await client.aclose()
    show(
        f"{PERSONS} persons with {len(crowd.world.accounts)} accounts, {TIMES} things in {seconds:.0f} s",
        {
            **dict(sorted(result.done.items())),
            "canaries planted": crowd.count,
            "canaries shown": result.shown,
            "crossings": len(result.crossings),
            "own words that were lost": result.lost,
            "canaries in the logs": log.getvalue().count("cnry"),
            "canaries in clear in Redis": in_clear,
            "misrouted ciphertexts": result.misrouted,
            "misrouted and decrypted": result.decrypted,
        },
    )
    for line in result.crossings[:20]:
        print("  CROSSING", line)


async def recall(url: str) -> None:
    """How long a recall takes without the choosing: who it is, what is known, decrypted."""
    redis = connect(url, pool_size=8, deadline_seconds=30)
    stores = await stores_on(redis)
    who = Principal(platform=Platform.SLACK, tenant_id="T9", user_id="U9")
    place, memories = direct_place(who), memories_of(stores)
    figures: dict[str, object] = {}
    for episodes in (0, EPISODES):
        many = (an_episode(f"The printer {n} does not print", by=who) for n in range(episodes))
        await learn(stores, who, Memory(episodes=tuple(many)))
        times, spent = list[float](), time.process_time()
        for _ in range(RECALLS):
            begun = time.perf_counter()
            await memories.recall(who, place, is_direct=True, question="?")
            times.append((time.perf_counter() - begun) * 1000)
        spent = (time.process_time() - spent) / RECALLS * 1000
        figures[f"{episodes} episodes: CPU of ours, ms"] = round(spent, 2)
        figures[f"{episodes} episodes: p50, ms"] = round(percentile(times, 50), 2)
        figures[f"{episodes} episodes: p99, ms"] = round(percentile(times, 99), 2)
    await redis.aclose()
    show("a recall, from the principal to the decrypted memory (one round trip)", figures)


if __name__ == "__main__":
    main()
