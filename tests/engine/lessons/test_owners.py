"""Learning into the real memories: encrypted, under whom they belong to, erased ones never."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.client.connection import run_command
from bot.engine.engine import Engine
from bot.engine.erasing.tombstones import PURPOSE, TombstoneFile, Tombstones
from bot.engine.keys import OwnerKeys
from bot.engine.lessons import StoredOwners, Teaching
from bot.engine.lessons.owners import Change
from bot.engine.persons.consent import Rules
from bot.engine.persons.stores import PersonStores, open_stores
from bot.engine.sealing.sources import SetKeys
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.memory import ConsentRule, Fact, FactOrigin, Memory, Slot
from bot.vocabulary.messages import ConversationRef
from tests.builders import a_conversation, a_customer, a_message
from tests.engine.lessons.kit import CARLA, CUSTOMER, KEYS, OPTIONS, SmallLearner
from tests.engine_kit import EchoHandler, build_engine
from tests.fakes import RecordingAdapter

BEA = "playground:demo:bea"
KEY = "A" * 43 + "="
_HOLDS = """
for _, text in ipairs(redis.call('HGETALL', KEYS[1])) do
  if string.find(text, ARGV[1], 1, true) then return 1 end
end
return 0"""


@dataclass
class Memories:
    """The stores of persons, and workers that learn into them."""

    redis: Redis
    stores: PersonStores
    tombstones: Tombstones

    @property
    def owners(self) -> StoredOwners:
        stores = self.stores
        return StoredOwners(
            people=stores.people,
            vault=stores.vault,
            consent=stores.consent,
            tombstones=self.tombstones,
        )

    def engine(self, learner: SmallLearner | None = None) -> Engine:
        teaching = Teaching(learner=learner or SmallLearner(), owners=self.owners)
        adapter, handler = RecordingAdapter(), EchoHandler()
        return build_engine(self.redis, adapter, handler, options=OPTIONS, teaching=teaching)

    async def hear(self, text: str, **fields: object) -> ConversationRef:
        engine = self.engine()
        message = a_message(text, **fields)
        await engine.inbox.accept(message)
        await engine.worker.serve(str(message.conversation))
        return message.conversation

    async def learn(
        self, place: ConversationRef = CUSTOMER, *, learner: SmallLearner | None = None
    ) -> None:
        learning = self.engine(learner).learning
        assert learning is not None
        await learning.learn(str(place))

    async def say(self, text: str, **fields: object) -> None:
        await self.learn(await self.hear(text, **fields))

    async def of(self, account: str) -> Memory:
        person = await self.stores.people.person_of(account)
        return (await self.stores.vault.read(person.owner))[0]


@pytest.fixture
async def memories(redis_client: Redis, tmp_path: Path) -> Memories:
    return await opened(redis_client, tmp_path)


async def opened(redis: Redis, folder: Path, rules: Rules | None = None) -> Memories:
    source = SetKeys(KEY, ())
    stores = await open_stores(redis, source, rules or Rules(), deadline=5, days=30)
    tombstones = Tombstones(
        redis=redis,
        file=TombstoneFile(path=folder / "tombstones.log"),
        digest=partial(stores.keyring.mark, PURPOSE),
        keep=timedelta(days=400),
        deadline=5,
    )
    return Memories(redis, stores, tombstones)


def values(memory: Memory) -> list[str]:
    return [fact.value for fact in memory.facts]


async def test_it_is_learnt_encrypted_and_the_place_is_known(memories: Memories) -> None:
    await memories.say("my plan is Ultramarine")
    assert values(await memories.of(CARLA)) == ["Ultramarine"]
    person = await memories.stores.people.person_of(CARLA)
    keys = OwnerKeys(person.owner)
    assert await run_command(memories.redis, "EVAL", _HOLDS, 1, keys.memory, "Ultramarine") == 0
    [visit] = await memories.stores.people.visits(person)
    assert (visit.place, visit.is_direct) == (CUSTOMER, True)


async def test_joined_accounts_learn_into_one_memory(memories: Memories) -> None:
    await memories.stores.people.join(CARLA, BEA)
    await memories.say("my plan is Pro")
    elsewhere = a_conversation("c2")
    await memories.say("my version is 7", conversation=elsewhere, author=a_customer("Bea"))
    assert values(await memories.of(CARLA)) == ["Pro", "7"]


async def test_what_is_said_in_a_shared_place_is_its_groups(memories: Memories) -> None:
    square = a_conversation("square")
    await memories.say("my plan is Pro", conversation=square, is_direct=False)
    assert await memories.of(CARLA) == Memory()
    memory, _ = await memories.stores.vault.read("group:playground:demo:square")
    assert values(memory) == ["Pro"]


async def test_the_switch_counts_when_it_is_learnt(memories: Memories) -> None:
    await memories.stores.consent.set(CARLA, on=False)
    await memories.say("my plan is Pro")
    await memories.stores.consent.set(CARLA, on=True)
    await memories.say("my version is 7")
    assert values(await memories.of(CARLA)) == ["7"]


@pytest.mark.parametrize(
    "rules",
    [
        Rules(rule=ConsentRule.NONE),
        Rules(rule=ConsentRule.OPT_IN),
        Rules(off_in=("playground:demo",)),
    ],
    ids=["none", "opt-in", "off there"],
)
async def test_the_settings_count(redis_client: Redis, tmp_path: Path, rules: Rules) -> None:
    memories = await opened(redis_client, tmp_path, rules)
    await memories.say("my plan is Pro")
    assert await memories.of(CARLA) == Memory()


async def test_what_an_erasure_covers_is_not_learnt(memories: Memories) -> None:
    await memories.tombstones.set({CARLA: datetime.now(UTC).timestamp() + 60})
    await memories.say("my plan is Pro")
    assert await memories.of(CARLA) == Memory()
    await memories.say("my plan is Pro", sent_at=datetime.now(UTC) + timedelta(minutes=2))
    assert values(await memories.of(CARLA)) == ["Pro"]


def a_fact(value: str) -> Fact:
    return Fact(
        id=value,
        slot=Slot.PLAN,
        value=value,
        origin=FactOrigin.STATED,
        source="m1",
        place=CUSTOMER,
        author_id=CARLA,
        at=datetime.now(UTC),
    )


async def test_a_change_that_was_overtaken_is_made_again(memories: Memories) -> None:
    person = await memories.stores.people.person_of(CARLA)
    seen: list[list[str]] = []

    async def change(memory: Memory) -> Memory:
        seen.append(values(memory))
        if len(seen) == 1:
            await memories.owners.change(person.owner, with_one("first"), accounts=[CARLA])
        return await with_one("second")(memory)

    changed = await memories.owners.change(person.owner, change, accounts=[CARLA])
    assert seen == [[], ["first"]]
    assert values(changed.after) == values(await memories.of(CARLA)) == ["first", "second"]


def with_one(value: str) -> Change:
    async def change(memory: Memory) -> Memory:
        return replace(memory, facts=(*memory.facts, a_fact(value)))

    return change


async def test_who_is_erased_meanwhile_stays_erased(memories: Memories) -> None:
    person = await memories.stores.people.person_of(CARLA)
    tries = 0

    async def change(memory: Memory) -> Memory:
        nonlocal tries
        tries += 1
        await memories.stores.people.end(person.id, [CARLA])
        return await with_one("late")(memory)

    with pytest.raises(StateUnavailableError):
        await memories.owners.change(person.owner, change, accounts=[CARLA])
    assert tries == 1, "no model is asked again and again for nobody"
    assert await memories.of(CARLA) == Memory()


async def test_the_lessons_of_who_is_joined_meanwhile_are_learnt(memories: Memories) -> None:
    """By chance either of both persons is the one that stays."""
    learner = SmallLearner()
    await memories.hear("my plan is Pro")

    async def meanwhile() -> None:
        await memories.stores.people.join(BEA, CARLA)
        await memories.stores.people.person_of(CARLA)

    learner.meanwhile = meanwhile
    with suppress(StateUnavailableError):
        await memories.learn(learner=learner)
    await memories.redis.hdel(KEYS.learnt, "held")
    await memories.redis.zadd(KEYS.learning, {str(CUSTOMER): 0}, xx=True)
    await memories.learn(learner=learner)
    assert values(await memories.of(BEA)) == ["Pro"]
    assert await memories.redis.llen(KEYS.lessons) == 0


async def test_who_was_erased_is_not_registered_again_by_what_was_left(memories: Memories) -> None:
    await memories.hear("my plan is Pro")
    people = memories.stores.people
    person = await people.person_of(CARLA)
    await memories.tombstones.set({CARLA: datetime.now(UTC).timestamp()})
    await people.end(person.id, person.accounts)
    await memories.learn()
    assert await people.find(CARLA) is None
    await people.person_of(CARLA)
    await memories.say("my version is 7")
    assert values(await memories.of(CARLA)) == ["7"], "who comes back is learnt from again"
