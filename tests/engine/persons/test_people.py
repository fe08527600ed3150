"""Persons: made once, met, joined by a code, parted again, switched on and off."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.engine.client.connection import run_command
from bot.engine.keys import OwnerKeys, identity
from bot.engine.persons.codes import OFFERS_AN_HOUR, WRONG_AN_HOUR, WRONG_OF_ALL
from bot.engine.persons.consent import Rules
from bot.engine.persons.merging import keep_both
from bot.engine.persons.records import PARTING, Visit, group_of, parse_visit, visit_text
from bot.engine.shared_keys import CodeKeys
from bot.memory.profile import are_rivals
from bot.vocabulary.memory import ConsentRule, FactOrigin, LinkResult, Memory, Slot, identity_of
from bot.vocabulary.messages import ConversationRef, Platform, Principal
from tests.memory_kit import (
    a_fact,
    a_place,
    a_principal,
    a_thread,
    an_episode,
    direct_place,
    everything_in,
    learn,
    memories_of,
    stores_on,
)

ANA = a_principal("ana")
ANA_TOO = a_principal("555", platform=Platform.TELEGRAM, tenant="bot")
BEN = a_principal("ben")
ACCOUNT, ACCOUNT_TOO = identity_of(ANA), identity_of(ANA_TOO)


async def link(redis: Redis, first: Principal, second: Principal) -> LinkResult:
    memories = memories_of(await stores_on(redis))
    code = await memories.offer_code(first)
    assert code is not None
    return await memories.redeem(second, code)


@pytest.mark.parametrize(
    ("account", "place"),
    [
        ("slack:T1:U1", a_place("C1", "1.2")),
        ("slack:T1:U1", a_place("D1")),
        ("slack:T2:U1", a_place("C1")),
        ("telegram:b%3A1:u%7C2", a_place("c|d", "e:f", platform=Platform.TELEGRAM, tenant="b:1")),
    ],
)
def test_a_visit_round_trips(account: str, place: ConversationRef) -> None:
    text = visit_text(account, place, is_direct=True)
    at = datetime(2026, 1, 2, tzinfo=UTC)
    visit = Visit(account=account, place=place, is_direct=True, at=at)
    assert parse_visit(text, at.timestamp()) == visit


def test_all_threads_of_a_channel_are_one_group() -> None:
    assert group_of(a_place("C1", "1.2")) == group_of(a_place("C1")) == "group:slack:T1:C1"


async def test_of_many_first_meetings_at_once_one_person_comes(redis_client: Redis) -> None:
    stores = [await stores_on(redis_client) for _ in range(4)]
    found = await asyncio.gather(
        *(one.people.person_of(ACCOUNT) for one in stores for _ in range(5))
    )
    assert len({person.id for person in found}) == 1
    records = await run_command(redis_client, "KEYS", "rv:{u*}:person")
    assert len(records) == 1
    for key in (identity(ACCOUNT), records[0]):
        assert await redis_client.ttl(key) > 700 * 86400


async def test_accounts_never_share_a_person_by_name_or_id(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    accounts = [
        a_principal("U1"),
        a_principal("U1", tenant="T2"),
        a_principal("U1", platform=Platform.DISCORD),
        a_principal("b:c", tenant="a"),
        a_principal("c", tenant="a:b"),
    ]
    persons = {(await stores.people.person_of(identity_of(one))).id for one in accounts}
    assert len(persons) == len(accounts)


async def test_a_person_knows_where_they_wrote(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    memories = memories_of(stores)
    for _ in range(2):
        await memories.recall(ANA, a_place("Dana"), is_direct=True, question="?")
        await memories.recall(ANA, a_place("C1", "1.2"), is_direct=False, question="?")
    visits = await stores.people.visits(await stores.people.person_of(ACCOUNT))
    assert {(one.account, str(one.place), one.is_direct) for one in visits} == {
        (ACCOUNT, "slack:T1:Dana", True),
        (ACCOUNT, "slack:T1:C1:1.2", False),
    }


async def test_two_accounts_become_one_person_by_a_code_alone(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    memories = memories_of(stores)
    plan, device = Slot.PLAN, Slot.DEVICE
    old, new = a_fact("free", by=ANA, slot=plan), a_fact("pro", by=ANA_TOO, slot=plan, minutes=5)
    phone = a_fact("phone", by=ANA_TOO, slot=device)
    await learn(stores, ANA, Memory(facts=(old,)))
    await learn(stores, ANA_TOO, Memory(facts=(phone, new)))
    code = await memories.offer_code(ANA)
    assert code is not None
    assert [len(part) for part in code.split(" ")] == [4, 4]
    assert await memories.redeem(ANA, code) is LinkResult.OWN
    assert await memories.redeem(ANA_TOO, code.replace(" ", "-")) is LinkResult.LINKED
    for who, other in ((ANA, ACCOUNT_TOO), (ANA_TOO, ACCOUNT)):
        view = await memories.view(who)
        assert view.linked == (other,)
        assert {fact.value for fact in view.memory.facts} == {"free", "phone"}
        assert [fact.value for fact in view.memory.replaced] == ["pro"]
    visits = await stores.people.visits(await stores.people.person_of(ACCOUNT))
    assert {one.account for one in visits} == {ACCOUNT, ACCOUNT_TOO}


def test_of_both_words_the_stronger_origin_counts_then_the_first() -> None:
    said = a_fact("free", by=ANA, slot=Slot.PLAN)
    known = replace(a_fact("pro", by=ANA_TOO, slot=Slot.PLAN), origin=FactOrigin.INTEGRATION)
    for first, second in ((said, known), (known, said)):
        both = keep_both(Memory(facts=(first,)), Memory(facts=(second,)))
        assert (both.facts, both.replaced[0].id) == ((known,), said.id)
        assert keep_both(both, Memory(facts=(second,))) == both
    phone = a_fact("iPhone 13", by=ANA, slot=Slot.DEVICE)
    desk = a_fact("Windows 11", by=ANA_TOO, slot=Slot.DEVICE)
    both = keep_both(Memory(facts=(phone,)), Memory(facts=(desk,)), are_rivals)
    assert set(both.facts) == {phone, desk}, "several things of one kind can be true"


async def test_a_code_is_used_once_and_by_the_same_account_again(redis_client: Redis) -> None:
    memories = memories_of(await stores_on(redis_client))
    code = await memories.offer_code(ANA) or ""
    results = await asyncio.gather(*(memories.redeem(who, code) for who in (ANA_TOO, BEN)))
    assert sorted(results) == [LinkResult.LINKED, LinkResult.WRONG]
    winner = (ANA_TOO, BEN)[results.index(LinkResult.LINKED)]
    assert await memories.redeem(winner, code) is LinkResult.LINKED
    assert len((await memories.view(ANA)).linked) == 1


async def test_codes_run_out_and_are_revoked(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    memories = memories_of(stores)
    first = await memories.offer_code(ANA) or ""
    second = await memories.offer_code(ANA) or ""
    assert await memories.redeem(ANA_TOO, first) is LinkResult.WRONG
    await stores.codes.revoke(ACCOUNT)
    assert await memories.redeem(ANA_TOO, second) is LinkResult.WRONG
    for _ in range(OFFERS_AN_HOUR - 2):
        assert await memories.offer_code(ANA)
    assert await memories.offer_code(ANA) is None
    keys = await run_command(redis_client, "KEYS", "rv:{codes}:code:*")
    assert len(keys) == 1
    assert 0 < await redis_client.ttl(keys[0]) <= 600
    assert second.replace(" ", "").encode() not in await everything_in(redis_client)


async def test_guessing_ends_for_an_account_and_ends_a_code(redis_client: Redis) -> None:
    memories = memories_of(await stores_on(redis_client))
    code = await memories.offer_code(ANA) or ""
    for _ in range(WRONG_AN_HOUR):
        assert await memories.redeem(BEN, "0000 000") is LinkResult.WRONG
    assert await memories.redeem(BEN, code) is LinkResult.TOO_OFTEN
    await redis_client.incrby(CodeKeys("").wrong, WRONG_OF_ALL - WRONG_AN_HOUR)
    assert await memories.redeem(ANA_TOO, code) is LinkResult.WRONG


async def test_two_who_join_each_other_at_once_are_one(redis_client: Redis) -> None:
    memories = [memories_of(await stores_on(redis_client)) for _ in range(2)]
    codes = [await one.offer_code(who) for one, who in zip(memories, (ANA, ANA_TOO), strict=True)]
    results = await asyncio.gather(
        memories[0].redeem(ANA_TOO, codes[0] or ""), memories[1].redeem(ANA, codes[1] or "")
    )
    assert set(results) <= {LinkResult.LINKED, LinkResult.OWN}
    assert (await memories[0].view(ANA)).linked == (ACCOUNT_TOO,)
    assert (await memories[1].view(ANA_TOO)).linked == (ACCOUNT,)


async def test_many_who_join_in_a_ring_at_once_are_one(redis_client: Redis, seed: int) -> None:
    """Each joins the next, in two processes: whoever goes may be adopted by several, one after the other."""
    people = [(await stores_on(redis_client)).people for _ in range(2)]
    pauses = random.Random(seed)
    for number in range(12):
        ring = [f"slack:T1:{number}-{member}" for member in range(4)]

        async def join(member: int, ring: list[str] = ring) -> None:
            await asyncio.sleep(pauses.random() * 0.003)
            await people[member % 2].join(ring[member], ring[(member + 1) % 4])

        await asyncio.gather(*map(join, range(4)))
        found = [await people[0].person_of(account) for account in ring]
        assert [person.accounts for person in found] == [tuple(ring)] * 4
        assert not found[0].coming
    records = await run_command(redis_client, "KEYS", "rv:{u*}:person")
    assert len(records) == 12, "nothing is left of those who went"


async def test_who_leaves_takes_their_own_and_nothing_else(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    memories = memories_of(stores)
    mine, theirs = a_fact("ana's", by=ANA), a_fact("555's", by=ANA_TOO, slot=Slot.DEVICE)
    noted = a_fact("agent's", by=a_principal("agent"), place=direct_place(ANA_TOO), slot=Slot.LEVEL)
    await learn(stores, ANA, Memory(facts=(mine,)))
    await learn(stores, ANA_TOO, Memory(facts=(theirs, noted)))
    assert not await memories.unlink(ANA)
    await link(redis_client, ANA, ANA_TOO)
    later = a_fact("later", by=ANA_TOO, slot=Slot.SYSTEM)
    await learn(stores, ANA_TOO, Memory(facts=(later,)))
    assert await memories.unlink(ANA_TOO)
    assert await memories.unlink(ANA_TOO), "the same turn once more"
    assert (await memories.view(ANA)).memory.facts == (mine,)
    left = await memories.view(ANA_TOO)
    assert set(left.memory.facts) == {theirs, noted, later}
    assert left.linked == ()
    for who in (ANA, ANA_TOO):
        person = await stores.people.person_of(identity_of(who))
        assert {one.account for one in await stores.people.visits(person)} == {identity_of(who)}
        for key in vars(OwnerKeys(person.owner)).values():
            seconds = await redis_client.ttl(key)
            assert seconds == -2 or seconds > 700 * 86400, key


async def test_who_leaves_twice_at_once_loses_nothing(redis_client: Redis) -> None:
    stores = [await stores_on(redis_client) for _ in range(2)]
    memories = [memories_of(one) for one in stores]
    for number in range(12):
        who, other = a_principal(f"a{number}"), a_principal(f"b{number}")
        own = [a_fact(f"v{n}", by=who, slot=slot) for n, slot in enumerate(list(Slot)[:3])]
        await learn(stores[0], who, Memory(facts=(own[0],)))
        await stores[0].people.join(identity_of(other), identity_of(who))
        await asyncio.gather(
            memories[0].unlink(who),
            learn(stores[1], who, Memory(facts=(own[1],))),
            memories[1].unlink(who),
            learn(stores[0], who, Memory(facts=(own[2],))),
        )
        assert set((await memories[0].view(who)).memory.facts) == set(own)
        left = await memories[0].view(other)
        assert (left.memory, left.linked) == (Memory(), ())
        assert not await stores[0].people.visits(
            await stores[0].people.person_of(identity_of(other))
        )


async def test_a_used_code_joins_nobody_again_who_was_parted(redis_client: Redis) -> None:
    memories = memories_of(await stores_on(redis_client))
    code = await memories.offer_code(ANA) or ""
    assert await memories.redeem(ANA_TOO, code) is LinkResult.LINKED
    assert await memories.unlink(ANA)
    assert await memories.redeem(ANA_TOO, code) is LinkResult.WRONG
    assert (await memories.view(ANA)).linked == ()


async def test_what_was_being_learnt_while_an_account_left_is_not_written(
    redis_client: Redis,
) -> None:
    stores = await stores_on(redis_client)
    await link(redis_client, ANA, ANA_TOO)
    owner = (await stores.people.person_of(ACCOUNT_TOO)).owner
    known, version = await stores.vault.read(owner)
    assert await memories_of(stores).unlink(ANA_TOO)
    learnt = keep_both(known, Memory(facts=(a_fact("late", by=ANA_TOO),)))
    assert not await stores.vault.write(owner, learnt, version)


@pytest.mark.parametrize("rule", ConsentRule)
async def test_the_rule_counts_until_the_switch_does(
    redis_client: Redis, rule: ConsentRule
) -> None:
    stores = await stores_on(redis_client, rules=Rules(rule=rule))
    memories = memories_of(stores)
    await learn(stores, ANA, Memory(facts=(a_fact("pro", by=ANA),)))
    seen = list[bool]()
    for switch in (None, False, True):
        if switch is not None:
            assert await memories.switch(ANA, on=switch) is (rule is not ConsentRule.NONE)
        recalled = await memories.recall(ANA, a_place("Dana"), is_direct=True, question="?")
        seen.append((await memories.view(ANA)).is_on)
        assert bool(recalled.facts) is seen[-1]
    assert seen == [
        rule is ConsentRule.OPT_OUT,
        False,
        rule is not ConsentRule.NONE,
    ]
    assert (await memories.view(ANA)).memory.facts, "what is there stays until it is forgotten"


async def test_there_is_no_memory_in_a_place_without(redis_client: Redis) -> None:
    stores = await stores_on(redis_client, rules=Rules(off_in=("slack:T1",)))
    memories = memories_of(stores)
    await learn(stores, ANA_TOO, Memory(facts=(a_fact("pro", by=ANA_TOO),)))
    await link(redis_client, ANA, ANA_TOO)
    assert not await memories.switch(ANA, on=True)
    recalled = await memories.recall(ANA, a_place("Dana"), is_direct=True, question="?")
    assert not recalled.facts
    place = direct_place(ANA_TOO)
    assert (await memories.recall(ANA_TOO, place, is_direct=True, question="?")).facts


@pytest.mark.parametrize("off_first", [True, False])
async def test_off_wins_when_persons_become_one(redis_client: Redis, *, off_first: bool) -> None:
    stores = await stores_on(redis_client)
    memories = memories_of(stores)
    await memories.switch(ANA, on=not off_first)
    await memories.switch(ANA_TOO, on=off_first)
    await link(redis_client, ANA, ANA_TOO)
    assert not (await memories.view(ANA)).is_on
    person = await stores.people.person_of(ACCOUNT)
    assert person.switch is not None
    assert person.switch.account == (ACCOUNT if off_first else ACCOUNT_TOO)
    assert datetime.now(UTC) - person.switch.at < timedelta(minutes=1)
    assert await redis_client.ttl(OwnerKeys(person.owner).person) == -1, "it is kept"
    await memories.unlink(ANA)
    assert not (await memories.view(ANA)).is_on


@pytest.mark.parametrize("leaves", [ANA, ANA_TOO])
async def test_nothing_names_an_account_that_has_left(
    redis_client: Redis, leaves: Principal
) -> None:
    stores = await stores_on(redis_client)
    memories, stays = memories_of(stores), ANA if leaves is ANA_TOO else ANA_TOO
    await link(redis_client, ANA, ANA_TOO)
    await memories.switch(leaves, on=False)
    await memories.unlink(leaves)
    for mine, other in ((leaves, stays), (stays, leaves)):
        person = await stores.people.person_of(identity_of(mine))
        fields = await redis_client.hgetall(OwnerKeys(person.owner).person)
        assert identity_of(other) not in str(fields)
        assert person.switch is not None
        assert (person.switch.is_on, person.switch.account) == (False, identity_of(mine))


async def test_what_was_prepared_for_a_parting_that_never_came_is_gone(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    await link(redis_client, ANA, ANA_TOO)
    person, made = await stores.people.person_of(ACCOUNT), "0" * 32
    half_done = OwnerKeys(f"person:{made}")
    await redis_client.hset(OwnerKeys(person.owner).person, PARTING + ACCOUNT, made)
    await redis_client.hset(half_done.memory, "version", "1")  # longer kept than who it is
    assert await memories_of(stores).unlink(ANA)
    assert not await redis_client.exists(half_done.memory)


async def test_raising_and_dropping(redis_client: Redis) -> None:
    stores = await stores_on(redis_client)
    memories = memories_of(stores)
    episode = an_episode("broken", by=ANA)
    thread = a_thread("the refund", episode)
    await learn(stores, ANA, Memory(episodes=(episode,), threads=(thread,)))
    await memories.raised(ANA, thread.id)
    assert (await memories.view(ANA)).memory.threads[0].raised_at is not None
    await memories.raised(ANA, "nothing")
    assert await memories.drop(ANA, thread.id)
    assert not await memories.drop(ANA, thread.id)
    assert not await memories.drop(BEN, episode.id), "only one's own"
    assert (await memories.view(ANA)).memory == Memory(episodes=(episode,))
