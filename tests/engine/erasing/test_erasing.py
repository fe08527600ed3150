"""Erasing a person: nothing is left of them anywhere, and everything of all others."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.keys import ConversationKeys, OwnerKeys
from bot.engine.ratings import Ratings
from bot.vocabulary.memory import identity_of
from tests.engine.erasing.erasing_kit import (
    EVERYWHERE,
    Citizen,
    a_town,
    everything_read,
    left_of,
)
from tests.memory_kit import stores_on

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


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


@pytest.mark.parametrize("is_place_known", [True, False])
async def test_their_word_in_a_survey_goes_when_its_case_has_long_gone(
    redis_client: Redis, tmp_path: Path, *, is_place_known: bool
) -> None:
    persons = await stores_on(redis_client)
    town = await a_town(redis_client, persons, tmp_path)
    gone, stays = Citizen(number=0), Citizen(number=1)
    for citizen in (gone, stays):
        await town.plant(citizen)
        keys = ConversationKeys(citizen.home)
        await redis_client.delete(keys.state, keys.cases, keys.history)
        if not is_place_known:
            person = await persons.people.person_of(identity_of(citizen.account))
            await redis_client.delete(OwnerKeys(person.owner).places)
    await town.ask(gone)
    words = (await everything_read(redis_client, persons)).values()
    assert gone.canary("word") not in left_of([gone], words)
    assert stays.canary("word") in left_of([stays], words)
    [rating, _] = sorted(
        await Ratings(redis_client, deadline=5).since(LONG_AGO), key=lambda one: one.word
    )
    assert (rating.score, rating.author_id) == (4, None), "the score is kept"
