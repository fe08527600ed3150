"""Builds stores of persons for tests, principals, memories, and canaries that tell whose words leak."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from redis.asyncio import Redis
from redis.client import NEVER_DECODE

from bot.engine.client.connection import run_command
from bot.engine.persons.consent import Rules
from bot.engine.persons.joining import Merge
from bot.engine.persons.memories import PersonMemories
from bot.engine.persons.merging import keep_both
from bot.engine.persons.records import Person
from bot.engine.persons.stores import PersonStores, open_stores
from bot.engine.sealing.sources import SetKeys
from bot.vocabulary.memory import (
    Episode,
    Fact,
    FactOrigin,
    Memory,
    OpenThread,
    Recalled,
    Slot,
    identity_of,
)
from bot.vocabulary.messages import ConversationRef, Platform, Principal

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OTHER_KEY = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def canary(name: str) -> str:
    """Return a word that stands for somebody's secret and occurs nowhere by chance."""
    return f"cnry{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def crossings(text: str, names: Iterable[str], *, allowed: Iterable[str]) -> list[str]:
    """Return whose canaries stand in a text, but for those that may."""
    may = set(allowed)
    return [name for name in names if name not in may and canary(name) in text]


def a_principal(user: str, *, platform: Platform = Platform.SLACK, tenant: str = "T1") -> Principal:
    return Principal(platform=platform, tenant_id=tenant, user_id=user)


def a_place(
    channel: str,
    thread: str | None = None,
    *,
    platform: Platform = Platform.SLACK,
    tenant: str = "T1",
) -> ConversationRef:
    return ConversationRef(
        platform=platform, tenant_id=tenant, channel_id=channel, thread_id=thread
    )


def direct_place(principal: Principal) -> ConversationRef:
    """Return the place where somebody and the bot are alone."""
    return a_place(f"D{principal.user_id}", platform=principal.platform, tenant=principal.tenant_id)


def a_fact(
    value: str,
    *,
    by: Principal,
    place: ConversationRef | None = None,
    slot: Slot = Slot.PRODUCT,
    minutes: int = 0,
) -> Fact:
    """Return a fact that somebody has stated."""
    where = place or direct_place(by)
    number = hashlib.sha256(f"{value}{where}{slot}".encode()).hexdigest()[:12]
    return Fact(
        id=number,
        slot=slot,
        value=value,
        origin=FactOrigin.STATED,
        source=f"m{number}",
        place=where,
        author_id=identity_of(by),
        at=NOW + timedelta(minutes=minutes),
    )


def an_episode(problem: str, *, by: Principal, place: ConversationRef | None = None) -> Episode:
    where = place or direct_place(by)
    return Episode(
        id=hashlib.sha256(f"{problem}{where}".encode()).hexdigest()[:12],
        place=where,
        began_at=NOW,
        ended_at=NOW + timedelta(minutes=9),
        language="en",
        problem=problem,
        author_ids=(identity_of(by),),
    )


def a_thread(about: str, episode: Episode) -> OpenThread:
    return OpenThread(
        id=f"t{episode.id}", about=about, since=NOW, place=episode.place, episode=episode.id
    )


class WholeRecaller:
    """Recalls everything: so that nothing which is read can stay unseen."""

    def recall(self, memory: Memory, question: str, now: datetime) -> Recalled:
        return Recalled(facts=memory.facts, episodes=memory.episodes, threads=memory.threads)


async def stores_on(
    redis: Redis,
    *,
    rules: Rules | None = None,
    key: str = KEY,
    previous: tuple[str, ...] = (),
    merge: Merge = keep_both,
) -> PersonStores:
    """Open the stores as a process with this key would; several play several processes."""
    return await open_stores(
        redis, SetKeys(key, previous), rules or Rules(), deadline=5, days=730, merge=merge
    )


def memories_of(stores: PersonStores) -> PersonMemories:
    """Return the memory as turns reach it, which recalls and exports everything."""

    async def export(person: Person) -> str:
        memory, _ = await stores.vault.read(person.owner)
        visits = await stores.people.visits(person)
        return f"{person} {memory} {visits}"

    return stores.memories(WholeRecaller(), export)


async def learn(
    stores: PersonStores, by: Principal, memory: Memory, *, place: ConversationRef | None = None
) -> str:
    """Remember something more of somebody or, in a shared place, of its group; returns the owner."""
    while True:
        where = place or direct_place(by)
        person = await stores.people.meet(identity_of(by), where, is_direct=place is None)
        owner = person.owner if place is None else group_owner(place)
        known, version = await stores.vault.read(owner)
        both, said_by = keep_both(known, memory), [identity_of(by)]
        if await stores.vault.write(owner, both, version, accounts=said_by):
            return owner


def group_owner(place: ConversationRef) -> str:
    return f"group:{place.platform}:{place.tenant_id}:{place.channel_id}"


async def everything_in(redis: Redis) -> bytes:
    """Return all keys with all that they hold, as Redis would write it into a backup."""
    keys = cast(list[str], await run_command(redis, "KEYS", "*"))
    async with redis.pipeline(transaction=False) as pipeline:
        for key in keys:
            cast(Any, pipeline).execute_command("DUMP", key, **{NEVER_DECODE: True})
        dumps = cast(list[bytes], await pipeline.execute())
    return b"".join(
        part for pair in zip(map(str.encode, keys), dumps, strict=True) for part in pair
    )
