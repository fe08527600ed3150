"""A sample of the races at the desk, and that their oracle sees what it is there for."""

import pytest

from benchmarks.desk_races import World, claims, die_once, races
from bot.vocabulary.failpoints import arm

arm(die_once)


async def test_only_who_has_the_word_speaks_whatever_races(redis_url: str, seed: int) -> None:
    world = World(url=redis_url, seed=seed)
    wrong = await races(world, 40)
    doubled = await claims(world, 20)
    await world.close()
    assert wrong == []
    assert doubled == 0
    assert world.counts["plans"] > 100, "too little happened to prove anything"


@pytest.mark.parametrize("bug", ["unfenced", "unwithheld", "undone"])
async def test_the_oracle_sees_a_fault(redis_url: str, seed: int, bug: str) -> None:
    world = World(url=redis_url, seed=seed, bug=bug)
    wrong: list[str] = []
    for _ in range(40):
        wrong += await races(world, 20)
        if wrong:
            break
    await world.close()
    assert wrong
