"""What is left of persons who were erased, and of those who were not.

    python -m benchmarks erase

1,000 persons leave canaries in every kind of record, five of them in each shared channel; every other one is
erased. Counted is what is still to be found of them: in a full scan of Redis with all that can be decrypted, in
the append-only file after its rewrite, and in a backup of before that is put back, after the tombstones were
replayed. Of the others everything must still be there. An export must hold all that was planted of its person
(but what is the agents') and nothing of others. About ten minutes.
"""

import asyncio
import json
import shutil
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import percentile, show
from bot.engine.client.connection import connect
from bot.vocabulary.memory import identity_of
from tests.engine.erasing.erasing_kit import (
    EVERYWHERE,
    IN_A_GROUP,
    Citizen,
    Town,
    a_town,
    everything_read,
    left_of,
)
from tests.engine.erasing.test_erasing_backups import ALIVE, READABLE, saved, text_of
from tests.memory_kit import stores_on
from tests.servers import RealServer, running_server

PERSONS = 1000
EXPORTS = 100
AT_ONCE = 8
EVERYBODY = [Citizen(number=number) for number in range(PERSONS)]
GONE, STAY = EVERYBODY[::2], EVERYBODY[1::2]
AGENTS = ("note", "draft", "detail")
"""What agents and the desk noted for themselves is erased, and not exported."""


async def opened(server: RealServer, folder: Path) -> Town:
    redis = connect(server.url, pool_size=32, deadline_seconds=30)
    return await a_town(redis, await stores_on(redis), folder)


async def each(
    groups: Sequence[Sequence[Citizen]], work: Callable[[Citizen], Awaitable[None]]
) -> None:
    """Do something for all, some groups at once and the persons of a group one after the other."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one_group(group: Sequence[Citizen]) -> None:
        async with slots:
            for citizen in group:
                await work(citizen)

    await asyncio.gather(*map(one_group, groups))


def in_groups(citizens: Sequence[Citizen]) -> list[list[Citizen]]:
    groups: dict[int, list[Citizen]] = {}
    for citizen in citizens:
        groups.setdefault(citizen.number // IN_A_GROUP, []).append(citizen)
    return list(groups.values())


async def texts_of(town: Town) -> list[str]:
    return list((await everything_read(town.redis, town.persons)).values())


async def exports(town: Town, citizens: Sequence[Citizen]) -> dict[str, int]:
    """Count what exports lack, and what they hold of others."""
    lacking = foreign = 0
    for citizen in citizens:
        person = await town.persons.people.person_of(identity_of(citizen.account))
        text = await town.ending.exporting.export(person)
        json.loads(text)
        found = left_of([citizen], [text])
        planted = {citizen.canary(where) for where in EVERYWHERE if where not in AGENTS}
        lacking += len(planted - found)
        foreign += len(left_of([one for one in EVERYBODY if one != citizen], [text]))
    return {"exports": len(citizens), "planted but lacking": lacking, "of others": foreign}


async def erased(server: RealServer, folder: Path, whole: set[str]) -> None:
    """Erase every other person, and count what is left of whom."""
    seconds: list[float] = []
    town = await opened(server, folder)

    async def erase(citizen: Citizen) -> None:
        begun = time.perf_counter()
        await town.ask(citizen)
        seconds.append(time.perf_counter() - begun)

    await each([[citizen] for citizen in GONE], erase)
    after = await texts_of(town)
    await saved(town.redis)
    log = text_of(server.folder.path)
    show(
        "erased",
        {
            "persons": len(GONE),
            "seconds each, p50": round(percentile(seconds, 50), 2),
            "seconds each, p95": round(percentile(seconds, 95), 2),
            "left of them in Redis": len(left_of(GONE, after)),
            "left in the append-only file": len(left_of(GONE, [log])),
            "lost of the others": len(whole - left_of(STAY, after)),
        },
    )
    await town.redis.aclose()


async def put_back(server: RealServer, folder: Path, whole: set[str]) -> None:
    """Replay the tombstones over a backup of before, and count what is left of whom."""
    town = await opened(server, folder)
    back = len(left_of(GONE, await texts_of(town)))
    replayed = await town.ending.replaying.replay()
    while await town.bring_forward():
        await town.finish()
    after = await texts_of(town)
    show(
        "a backup of before, put back",
        {
            "brings back": back,
            "persons erased again": replayed,
            "left of them": len(left_of(GONE, after)),
            "lost of the others": len(whole - left_of(STAY, after)),
        },
    )
    await town.redis.aclose()


async def planted(server: RealServer, folder: Path) -> set[str]:
    """Plant everything; returns what must stay."""
    town = await opened(server, folder)
    await each(in_groups(EVERYBODY), town.plant)
    before = await texts_of(town)
    whole = left_of(STAY, before)
    counts = {"persons": PERSONS, "keys": len(before), "of those to be erased": 0}
    counts["of those to be erased"] = len(left_of(GONE, before))
    show("planted", counts | {"of the others": len(whole)})
    show("exports", await exports(town, EVERYBODY[:: PERSONS // EXPORTS]))
    await saved(town.redis)
    await town.redis.aclose()
    return whole


async def main() -> None:
    with TemporaryDirectory(prefix="relevo-") as name:
        folder = Path(name)
        with running_server(folder / "redis", extra=READABLE) as server:
            whole = await planted(server, folder / "data")
            backup = shutil.copytree(server.folder.path, folder / "backup", ignore=ALIVE)
            await erased(server, folder / "data", whole)
        with running_server(backup, extra=READABLE) as server:
            await put_back(server, folder / "data", whole)


if __name__ == "__main__":
    asyncio.run(main())
