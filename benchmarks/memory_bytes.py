"""What memory costs in Redis: bytes for each person and for each open conversation.

    python -m benchmarks memory_bytes

``MEMORY USAGE`` of all keys of a person after 0, 10, 100 and 1,000 conversations of a usual kind, within the
caps of the settings, and how ``used_memory`` grows with 10,000 persons of 10 conversations each. 100,000 are
extrapolated from that.
"""

import asyncio
import random
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.report import show
from bot.engine.client.connection import connect, run_command
from bot.engine.keys import ConversationKeys, OwnerKeys, identity
from bot.engine.persons.stores import PersonStores
from bot.memory.retention import Keeping, kept
from bot.vocabulary.memory import Commitment, Episode, Memory, Slot, identity_of
from bot.vocabulary.messages import ConversationRef, Platform, Principal
from bot.vocabulary.turns import Lane
from tests.builders import a_conversation, a_message
from tests.engine_kit import EchoHandler, build_engine
from tests.fakes import RecordingAdapter
from tests.memory_kit import NOW, a_fact, a_place, a_thread, stores_on
from tests.servers import running_server

MANY = 10_000
CONVERSATIONS = 10
EXTRAPOLATED = 100_000
AT_ONCE = 32
WORDS = """the invoice of May shows an old address and export to tax adviser fails after update printer in
    warehouse prints each label twice I can't sign in any more since my new phone is here codes don't arrive
    parcel was delivered neighbours who have moved shop closed please refund order number subscription plan
    changed price higher than before cable missing box screen stays black when it starts battery empty within
    hours account locked password reset mail never came spam folder checked again tomorrow morning support said
    wait two days nothing happened still broken warranty receipt attached photo damaged corner exchange size"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        asyncio.run(measure(server.url))


async def measure(url: str) -> None:
    redis = connect(url, pool_size=AT_ONCE, deadline_seconds=30)
    stores = await stores_on(redis)
    figures: dict[str, object] = {}
    for number, conversations in enumerate((0, 10, 100, 1_000)):
        who = a_customer(f"one{number}")
        await live(stores, who, conversations)
        figures[f"after {conversations} conversations"] = f"{await bytes_of(stores, redis, who):,}"
    show("bytes of one person (MEMORY USAGE of all their keys)", figures)
    show("bytes of an open conversation (the same)", await open_conversation(redis))
    before = await used(redis)
    await crowd(stores)
    each = (await used(redis) - before) / MANY
    show(
        f"{MANY:,} persons of {CONVERSATIONS} conversations (used_memory)",
        {
            "bytes of each": f"{each:,.0f}",
            f"MiB of {MANY:,}": round(each * MANY / 2**20),
            f"MiB of {EXTRAPOLATED:,}, extrapolated": round(each * EXTRAPOLATED / 2**20),
        },
    )
    await redis.aclose()


async def crowd(stores: PersonStores) -> None:
    left = iter(range(MANY))

    async def one_after_the_other() -> None:
        for number in left:
            await live(stores, a_customer(f"crowd{number}"), CONVERSATIONS)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(one_after_the_other())


async def live(stores: PersonStores, who: Principal, conversations: int) -> None:
    """Let somebody have conversations in threads of a direct message, and be remembered."""
    account = identity_of(who)
    person = await stores.people.person_of(account)
    for number in range(conversations):
        await stores.people.places.note(person, account, thread_of(who, number), is_direct=True)
    if conversations:
        _, version = await stores.vault.read(person.owner)
        assert await stores.vault.write(person.owner, remembered(who, conversations), version)


def remembered(who: Principal, conversations: int) -> Memory:
    """What is known after so many, one a day: each second one says something new of a slot."""
    slots = list(Slot)
    facts = [
        replace(
            a_fact(f"value {number}", by=who, place=thread_of(who, number), slot=slot),
            at=NOW - timedelta(days=conversations - number),
        )
        for number in range(0, conversations, 2)
        for slot in [slots[number // 2 % len(slots)]]
    ]
    now = facts[-len(slots) :]
    episodes = [an_episode_of(who, number, conversations) for number in range(conversations)]
    threads = [a_thread("The refund of the second parcel", one) for one in episodes[::7]]
    memory = Memory(
        facts=tuple(now),
        replaced=tuple(replace(one, replaced_at=one.at) for one in facts[: -len(slots)]),
        episodes=tuple(episodes),
        threads=tuple(replace(one, since=NOW) for one in threads),
    )
    return kept(memory, NOW, Keeping())


def an_episode_of(who: Principal, number: int, conversations: int) -> Episode:
    """One of usual length: two sentences of the customer, two of the answer, each fifth with a promise."""
    began = NOW - timedelta(days=conversations - number)
    seed = random.Random(number)  # noqa: S311
    return Episode(
        id=f"{seed.getrandbits(80):020x}",
        place=thread_of(who, number),
        began_at=began,
        ended_at=began + timedelta(minutes=14),
        language="en",
        problem=f"{a_sentence(seed)}. {a_sentence(seed)}.",
        tried=(a_sentence(seed),),
        resolution=f"{a_sentence(seed)}. {a_sentence(seed)}.",
        is_solved=number % 7 > 0,
        commitments=(Commitment(text=a_sentence(seed), by="Ana"),) if number % 5 == 0 else (),
        author_ids=(identity_of(who),),
    )


def a_sentence(seed: random.Random) -> str:
    """Twelve words in an order of their own: they compress like people's, not like one sentence."""
    return " ".join(seed.choices(WORDS.split(), k=12))


def thread_of(who: Principal, number: int) -> ConversationRef:
    return a_place(f"D{who.user_id}", f"17{number:08}.000100")


def a_customer(name: str) -> Principal:
    return Principal(platform=Platform.SLACK, tenant_id="T024BE7LD", user_id=f"U{name.upper()}")


async def bytes_of(stores: PersonStores, redis: Redis, who: Principal) -> int:
    """What all keys of a person take."""
    account = identity_of(who)
    keys = OwnerKeys((await stores.people.person_of(account)).owner)
    names = (identity(account), keys.person, keys.places, keys.memory)
    return sum([await usage(redis, name) for name in names])


async def open_conversation(redis: Redis) -> dict[str, object]:
    """What a conversation of four turns takes, before and after a human was asked for."""
    engine = build_engine(redis, RecordingAdapter(), EchoHandler())
    place, seed = a_conversation("D024BE7LD"), random.Random(1)  # noqa: S311
    figures: dict[str, object] = {}
    for title, last in (("with the bot", "Thank you"), ("with an open case", "a human, please")):
        for text in (*(f"{a_sentence(seed)}." for _ in range(3)), last):
            await engine.inbox.accept(a_message(text, conversation=place))
            await engine.worker.serve(str(place))
            for lane in Lane:
                await engine.sender.deliver(ConversationKeys(place).lane_name(lane))
        keys = await run_command(redis, "KEYS", f"*{place}*")
        figures[f"four turns {title}"] = f"{sum([await usage(redis, key) for key in keys]):,}"
    return figures


async def usage(redis: Redis, key: str) -> int:
    return int(await run_command(redis, "MEMORY", "USAGE", key, "SAMPLES", 0) or 0)


async def used(redis: Redis) -> int:
    return int((await run_command(redis, "INFO", "memory"))["used_memory"])


if __name__ == "__main__":
    main()
