"""What tombstones bring about later: whom they erase again, and whom they leave alone."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.client.connection import run_command
from bot.engine.erasing.everybody import AllPersons
from bot.engine.erasing.tombstones import FILE_NAME, TombstoneFile
from bot.engine.keys import ConversationKeys, OwnerKeys, all_partitions, audit, partition_of
from bot.engine.persons.records import MADE
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.memory import Memory, identity_of
from tests.engine.erasing.erasing_kit import (
    EVERYWHERE,
    Citizen,
    Town,
    a_town,
    everything_read,
    left_of,
)
from tests.memory_kit import a_fact, a_place, a_principal, learn, stores_on

ANA = Citizen(number=0)
STAYS, GONE = a_principal("stays"), a_principal("gone")
AN_HOUR = 3600
PAIRS = 6
"""Which of two persons stays is chance."""


@pytest.fixture
async def town(redis_client: Redis, tmp_path: Path) -> Town:
    return await a_town(redis_client, await stores_on(redis_client), tmp_path)


async def test_who_came_back_and_was_joined_takes_nobody_along(town: Town) -> None:
    people, erasing = town.persons.people, town.ending.erasing
    kept: set[str] = set()
    for number in range(PAIRS):
        old, back = (identity_of(a_principal(f"{name}{number}")) for name in ("old", "back"))
        key = OwnerKeys((await people.person_of(old)).owner).person
        await town.redis.hset(key, MADE, str(int(time.time()) - AN_HOUR))
        await people.person_of(back)
        await erasing.carry_out(await town.ending.erasures.ask(back))
        await people.join(old, back)
        kept.add((await people.person_of(old)).id)
    assert await town.ending.replaying.replay() == 0
    found = {person.id async for person in AllPersons(redis=town.redis, deadline=5).everybody()}
    assert kept <= found


async def test_of_a_person_in_a_backup_only_who_was_erased_since_goes(town: Town) -> None:
    """They had one person in it, and were parted before one of them was erased."""
    people, stays, gone = town.persons.people, identity_of(STAYS), identity_of(GONE)
    for who in (STAYS, GONE):
        await learn(town.persons, who, Memory(facts=(a_fact(f"of {who.user_id}", by=who),)))
    await people.join(stays, gone)
    key = OwnerKeys((await people.person_of(stays)).owner).person
    for field in (MADE, f"id:{stays}", f"id:{gone}"):
        await town.redis.hset(key, field, str(int(time.time()) - AN_HOUR))
    await town.ending.tombstones.set({gone: time.time()})
    assert await town.ending.replaying.replay() == 1
    assert await people.find(gone) is None
    person = await people.person_of(stays)
    memory, _ = await town.persons.vault.read(person.owner)
    assert [fact.value for fact in memory.facts] == ["of stays"]
    assert person.accounts == (stays,)


async def test_the_last_look_goes_where_a_turn_on_its_way_has_led(town: Town) -> None:
    await town.plant(ANA)
    elsewhere, account = a_place("late"), identity_of(ANA.other_account)
    message = town.message(ANA, elsewhere, "said", ANA.other_account)
    erasing = town.ending.erasing
    begun = await erasing.carry_out(await town.ending.erasures.ask(account))
    await town.mailbox.ingest(message)
    await town.persons.people.meet(account, elsewhere, is_direct=False)
    assert ANA.canary("said") in await words_of(town)
    await erasing.carry_out(begun)
    assert ANA.canary("said") not in await words_of(town)


async def test_what_cannot_be_read_holds_up_nothing_else(town: Town) -> None:
    await town.plant(ANA)
    used = {ConversationKeys(place).partition for place in (ANA.home, ANA.group, ANA.thread)}
    account = identity_of(ANA.account)
    apart = next(one for one in all_partitions() if one not in used)
    await town.redis.xadd(audit(apart), {"entry": f'{{"of another version": "{account}"}}'})
    asked = await town.ending.erasures.ask(account, at=time.time() + AN_HOUR)
    await town.bring_forward()
    await town.ending.erasing.work(partition_of(asked.identity))
    assert not {ANA.canary(where) for where in EVERYWHERE} & await words_of(town)
    assert await town.ending.erasures.late(-2 * AN_HOUR) == 1, "it is tried again"


async def test_who_waits_for_their_erasure_is_counted(town: Town) -> None:
    erasures = town.ending.erasures
    await erasures.ask(identity_of(ANA.account))
    assert (await erasures.late(AN_HOUR), await erasures.late(-1)) == (0, 1)
    key = f"rv:{{{all_partitions()[0]}}}:erasures"
    await run_command(town.redis, "ZADD", key, 0, "of another version")
    assert await erasures.late(AN_HOUR) == 1


def test_behind_a_torn_line_no_tombstone_is_lost(tmp_path: Path) -> None:
    file = TombstoneFile(path=tmp_path / FILE_NAME)
    now = datetime.now(UTC)
    file.append({"a": now.timestamp()})
    with file.path.open("a", encoding="ascii") as torn:
        torn.write("b 2026-1")
    file.append({"c": (now + timedelta(seconds=1)).timestamp()})
    assert set(file.read()) == {"a", "c"}
    file.check()


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(StateUnavailableError, match=FILE_NAME):
        TombstoneFile(path=tmp_path / FILE_NAME).check()


async def words_of(town: Town) -> set[str]:
    return left_of([ANA], (await everything_read(town.redis, town.persons)).values())
