"""Erasing a person: nothing is left of them anywhere, and everything of all others."""

from pathlib import Path

from redis.asyncio import Redis

from tests.engine.erasing.erasing_kit import (
    EVERYWHERE,
    Citizen,
    a_town,
    everything_read,
    left_of,
)
from tests.memory_kit import stores_on


async def test_nothing_is_left_of_one_and_everything_of_the_others(
    redis_client: Redis, tmp_path: Path
) -> None:
    persons = await stores_on(redis_client)
    town = await a_town(redis_client, persons, tmp_path)
    gone, stays = Citizen(number=0), Citizen(number=1)
    await town.plant(gone)
    await town.plant(stays)
    before = await everything_read(redis_client, persons)
    assert left_of([stays], before.values()) >= {stays.canary(where) for where in EVERYWHERE}
    await town.ask(gone)
    after = await everything_read(redis_client, persons)
    assert not left_of([gone], after.values())
    assert left_of([stays], after.values()) == left_of([stays], before.values())
