"""After an erasure: neither the append-only file nor a backup that is put back holds anything of it."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import connect, run_command
from bot.vocabulary.memory import identity_of
from tests.engine.erasing.erasing_kit import (
    EVERYWHERE,
    OTHERS,
    Citizen,
    Town,
    a_town,
    everything_read,
    left_of,
)
from tests.memory_kit import stores_on
from tests.servers import RealServer, running_server

PERSONS = 20
PATIENCE = 20.0
ALIVE = shutil.ignore_patterns("*.sock", "*.lock")
READABLE = ("--rdbcompression", "no")
"""So that a text that is in a file can be found there."""


async def test_of_twenty_the_erased_ten_are_nowhere_and_the_others_whole(tmp_path: Path) -> None:
    everybody = [Citizen(number=number) for number in range(PERSONS)]
    gone, stay = everybody[::2], everybody[1::2]
    with running_server(tmp_path / "redis", extra=READABLE) as server:
        town = await opened(server, tmp_path / "data")
        for citizen in everybody:
            await town.plant(citizen)
        whole = left_of(stay, await texts_of(town))
        await saved(town.redis)
        backup = shutil.copytree(server.folder.path, tmp_path / "backup", ignore=ALIVE)
        assert left_of(gone, [text_of(backup)]), "it is a backup of them"
        for citizen in gone:
            await town.ask(citizen)
        assert not left_of(gone, await texts_of(town))
        assert left_of(stay, await texts_of(town)) == whole
        await saved(town.redis)
        assert not left_of(gone, [text_of(server.folder.path)])
        await town.redis.aclose()
    with running_server(backup, extra=READABLE) as server:
        town = await opened(server, tmp_path / "data")
        assert left_of(gone, await texts_of(town)), "it brings them back"
        assert await town.ending.replaying.replay() == len(gone)
        await town.finish()
        assert not left_of(gone, await texts_of(town))
        assert left_of(stay, await texts_of(town)) == whole
        assert await town.ending.replaying.replay() == 0
        await town.redis.aclose()


async def test_an_export_holds_everything_of_one_and_nothing_of_others(
    redis_client: Redis, tmp_path: Path
) -> None:
    town = await a_town(redis_client, await stores_on(redis_client), tmp_path)
    me, other = Citizen(number=0), Citizen(number=1)
    for citizen in (me, other):
        await town.plant(citizen)
    person = await town.persons.people.person_of(identity_of(me.account))
    text = await town.ending.exporting.export(person)
    told = json.loads(text)
    assert set(told["identities"]) == {identity_of(me.account), identity_of(me.other_account)}
    planted = {me.canary(where) for where in EVERYWHERE} - {me.canary(where) for where in OTHERS}
    exported = left_of([me], [text])
    assert planted - exported <= {me.canary(where) for where in ("detail", "draft")}
    assert not left_of([other], [text])
    assert not {me.canary(where) for where in OTHERS} & exported


async def opened(server: RealServer, folder: Path) -> Town:
    redis = connect(server.url, pool_size=8, deadline_seconds=5)
    return await a_town(redis, await stores_on(redis), folder)


async def texts_of(town: Town) -> list[str]:
    return list((await everything_read(town.redis, town.persons)).values())


async def saved(redis: Redis) -> None:
    """Have the append-only file written anew, as an erasure asks for, and wait until it is."""
    async with asyncio.timeout(PATIENCE):
        await written(redis)
        await run_command(redis, "BGREWRITEAOF")
        await written(redis)


async def written(redis: Redis) -> None:
    """Wait until no rewrite is on its way."""
    while True:
        facts = cast(dict[str, int], await run_command(redis, "INFO", "persistence"))
        if not facts["aof_rewrite_in_progress"] and not facts["aof_rewrite_scheduled"]:
            return
        await asyncio.sleep(0.02)


def text_of(folder: Path) -> str:
    """Return all that a server has written to its folder."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return "".join(file.read_bytes().decode("latin-1") for file in files)
