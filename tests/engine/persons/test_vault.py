"""Memories in Redis: encrypted, fenced, bound to their owner, and gone with the person."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.engine.client.connection import run_command
from bot.engine.keys import OwnerKeys
from bot.engine.persons.vault import Version
from bot.vocabulary.errors import UnreadableMemoryError
from bot.vocabulary.memory import Memory, identity_of
from tests.memory_kit import (
    a_fact,
    a_place,
    a_principal,
    a_thread,
    an_episode,
    canary,
    everything_in,
    group_owner,
    learn,
    memories_of,
    stores_on,
)

ANA, BEN = a_principal("ana"), a_principal("ben")
EPISODE = an_episode(canary("problem"), by=ANA)
WHOLE = Memory(
    facts=(a_fact(canary("fact"), by=ANA),),
    replaced=(replace(a_fact(canary("old"), by=ANA), id="old"),),
    episodes=(EPISODE,),
    threads=(a_thread(canary("thread"), EPISODE),),
)


async def test_what_is_written_is_read_and_stands_nowhere_in_clear(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    owner = await learn(stores, ANA, WHOLE)
    memory, _ = await stores.vault.read(owner)
    assert memory == WHOLE
    assert b"cnry" not in await everything_in(redis_client)


async def test_a_write_over_another_version_is_refused(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    owner = await learn(stores, ANA, Memory())
    _, version = await stores.vault.read(owner)
    assert await stores.vault.write(owner, WHOLE, version)
    assert not await stores.vault.write(owner, Memory(), version)
    assert (await stores.vault.read(owner))[0] == WHOLE


async def test_of_many_writers_none_is_lost(redis_client: Redis) -> None:
    stores = [await stores_on(redis_client) for _ in range(2)]
    writes = (
        learn(stores[n % 2], ANA, Memory(episodes=(an_episode(f"p{n}", by=ANA),)))
        for n in range(12)
    )
    owners = set(await asyncio.gather(*writes))
    assert len(owners) == 1
    memory, _ = await stores[0].vault.read(owners.pop())
    assert {one.problem for one in memory.episodes} == {f"p{n}" for n in range(12)}


async def test_an_empty_memory_keeps_no_key_and_still_its_version(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    owner = await learn(stores, ANA, WHOLE)
    _, version = await stores.vault.read(owner)
    assert await stores.vault.write(owner, Memory(), version)
    assert await redis_client.hkeys(OwnerKeys(owner).memory) == ["version"]
    assert not await stores.vault.write(owner, WHOLE, Version())
    assert await redis_client.ttl(OwnerKeys(owner).memory) > 700 * 86400


@pytest.mark.parametrize("part", ["all", "key", "profile", "threads", "episodes"])
async def test_what_was_misrouted_never_decrypts(redis_client: Redis, part: str) -> None:
    stores = await stores_on(redis_client)
    owners = [await learn(stores, who, WHOLE) for who in (ANA, BEN)]
    source, target = (OwnerKeys(owner).memory for owner in owners)
    fields = ["key", "profile", "threads", "episodes"] if part == "all" else [part]
    for name in fields:
        await run_command(redis_client, "EVAL", _COPY, 2, source, target, name, name)
    with pytest.raises(UnreadableMemoryError):
        await stores.vault.read(owners[1])
    with pytest.raises(UnreadableMemoryError):
        await memories_of(stores).view(BEN)


async def test_a_field_in_the_place_of_another_never_decrypts(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    owner = await learn(stores, ANA, WHOLE)
    key = OwnerKeys(owner).memory
    await run_command(redis_client, "EVAL", _COPY, 2, key, key, "profile", "episodes")
    with pytest.raises(UnreadableMemoryError):
        await stores.vault.read(owner)


async def test_a_turn_goes_on_without_what_cant_be_decrypted(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    await learn(stores, ANA, WHOLE)
    key = OwnerKeys((await stores.people.person_of(identity_of(ANA))).owner).memory
    await run_command(redis_client, "HSET", key, "profile", "garbage")
    memories = memories_of(stores)
    recalled = await memories.recall(ANA, a_place("Dana"), is_direct=True, question="?")
    assert not recalled.facts
    await memories.raised(ANA, WHOLE.threads[0].id)
    code = await memories.offer_code(BEN) or ""
    for asked in (memories.drop(ANA, WHOLE.facts[0].id), memories.redeem(ANA, code)):
        with pytest.raises(UnreadableMemoryError):
            await asked
    assert (await memories.view(BEN)).linked == (), "nobody is joined to what can't be read"
    assert await redis_client.hget(key, "profile") == "garbage", "it was written over"


async def test_nothing_is_written_for_a_person_who_was_erased(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    owner = await learn(stores, ANA, WHOLE)
    _, version = await stores.vault.read(owner)
    person = await stores.people.person_of(identity_of(ANA))
    assert await stores.people.end(person.id, person.accounts)
    assert not await stores.vault.write(owner, WHOLE, version)
    assert not await stores.vault.write(owner, WHOLE, Version())
    assert b"ana" not in await everything_in(redis_client)
    assert (await memories_of(stores).view(ANA)).memory == Memory()


async def test_a_group_is_nobodys_and_a_person_is_no_group(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    place = a_place("C9", "1.2")
    fact = a_fact(canary("group"), by=ANA, place=place)
    assert await learn(stores, ANA, Memory(facts=(fact,)), place=place) == group_owner(place)
    await learn(stores, ANA, WHOLE)
    memories = memories_of(stores)
    inside = await memories.recall(BEN, a_place("C9", "3.4"), is_direct=False, question="?")
    assert inside.facts == (fact,)
    alone = await memories.recall(ANA, a_place("Dana"), is_direct=True, question="?")
    assert alone.facts == WHOLE.facts
    assert not (await memories.recall(BEN, a_place("Dben"), is_direct=True, question="?")).facts
    assert await stores.people.places.authors(group_owner(place)) == sorted(
        map(identity_of, (ANA, BEN))
    )


_COPY = "redis.call('HSET', KEYS[2], ARGV[2], redis.call('HGET', KEYS[1], ARGV[1]))"
