"""Many persons, accounts and places at once, each with words of its own: whoever sees another's is found out.

Each account says canaries in private, each channel hears canaries of its own. Two workers, with connections
and guesses of their own, learn, recall, show, export, join, part and erase in a random order, several at a
time. A crossing is a canary in what somebody gets who is not, and was not while it was read, the person who
said it, or in another place than the one where it was said.
"""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from redis.asyncio import Redis

from bot.engine.client.connection import run_command
from bot.engine.keys import MEMORIES, owner_of
from bot.engine.persons.registry import PersonRegistry
from bot.engine.persons.stores import PersonStores
from bot.vocabulary.errors import UnreadableMemoryError
from bot.vocabulary.memory import LinkResult, Memory, Slot, identity_of
from bot.vocabulary.messages import ConversationRef, Platform, Principal
from tests.memory_kit import (
    a_fact,
    a_place,
    an_episode,
    canary,
    direct_place,
    learn,
    memories_of,
    stores_on,
)

HOMES = (
    (Platform.SLACK, "T1"),
    (Platform.SLACK, "T2"),
    (Platform.DISCORD, "G1"),
    (Platform.TELEGRAM, "bot"),
)
NAME = "Alex"
"""Everybody's name: it says nothing of who they are."""

CANARY = re.compile("cnry[0-9a-f]{16}")
LEARNERS = 8

_WEIGHTS = {
    "learn": 22,
    "learn_in_group": 8,
    "recall": 30,
    "recall_in_group": 18,
    "view": 8,
    "export": 6,
    "link": 3,
    "unlink": 3,
    "switch": 1,
    "erase": 1,
}
_LIMITS = "for _, key in ipairs(redis.call('KEYS', 'rv:{codes}:*')) do redis.call('DEL', key) end"


@dataclass
class World:
    """What is true: who says what, and which accounts are one person, or were until when."""

    accounts: Sequence[Principal]
    clock: int = 0
    groups: list[set[str]] = field(default_factory=list[set[str]])
    together: dict[frozenset[str], float] = field(default_factory=dict[frozenset[str], float])
    said: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """The canaries of each account and of each channel."""
    whose: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.groups = [{identity_of(one)} for one in self.accounts]

    def tick(self) -> int:
        self.clock += 1
        return self.clock

    def group(self, account: str) -> set[str]:
        return next(group for group in self.groups if account in group)

    def unite(self, first: str, second: str) -> None:
        one, other = self.group(first), self.group(second)
        if one is other:
            return
        for here in one:
            for there in other:
                self.together[frozenset((here, there))] = float("inf")
        self.groups = [group for group in self.groups if group is not one and group is not other]
        self.groups.append(one | other)

    def separate(self, account: str) -> None:
        group, now = self.group(account), self.tick()
        group.discard(account)
        for other in group:
            self.together[frozenset((account, other))] = now
        self.groups = [one for one in self.groups if one]
        self.groups.append({account})

    def may_see(self, account: str, since: int) -> set[str]:
        """Whose words an account may have got by something that began then."""
        others = (
            pair - {account}
            for pair, until in self.together.items()
            if account in pair and until > since
        )
        return {account}.union(*others)

    def say(self, of: str, word: str) -> None:
        self.said.setdefault(of, set()).add(word)
        self.whose[word] = of

    def erase(self, account: str) -> None:
        """From now on nobody may see what an account has said."""
        for word in self.said.pop(account, set()):
            self.whose[word] = f"erased {account}"

    def foreign(self, text: str, allowed: set[str]) -> list[str]:
        """Whose canaries stand in a text that may not."""
        return [
            self.whose[word] for word in CANARY.findall(text) if self.whose[word] not in allowed
        ]


@dataclass
class Result:
    """What came of it."""

    crossings: list[str] = field(default_factory=list[str])
    done: Counter[str] = field(default_factory=Counter[str])
    shown: int = 0
    lost: int = 0
    misrouted: int = 0
    decrypted: int = 0


class Crowd:
    """Persons who do things at random, on two workers."""

    def __init__(
        self, seed: int, persons: int, workers: Sequence[PersonStores], redis: Redis
    ) -> None:
        self.random = random.Random(seed)
        self.workers = workers
        self.redis = redis
        self.world = World(_accounts(persons))
        self.result = Result()
        self.structure = asyncio.Lock()
        self.learning = asyncio.Semaphore(LEARNERS)
        self.count = 0

    async def act(self, times: int, *, at_once: int) -> Result:
        """Do that many things, several at a time."""
        left = iter(range(times))

        async def one_after_the_other() -> None:
            for _ in left:
                await self._act_once()

        async with asyncio.TaskGroup() as tasks:
            for _ in range(at_once):
                tasks.create_task(one_after_the_other())
        await self._look_at_all()
        return self.result

    async def misroute(self, times: int) -> None:
        """Copy what is stored of one owner to another one, and try to read it there."""
        keys = sorted(await run_command(self.redis, "KEYS", MEMORIES))
        for _ in range(times):
            source, target = self.random.sample(keys, 2)
            parts = self.random.choice((("key",), ("profile",), ("episodes",), _ALL))
            await run_command(self.redis, "COPY", target, "rv:{kept}", "REPLACE")
            if not await run_command(self.redis, "EVAL", _COPY, 2, source, target, *parts):
                continue  # there is nothing of that
            self.result.misrouted += 1
            for worker in self.workers:
                try:
                    await worker.vault.read(owner_of(target))
                except UnreadableMemoryError:
                    continue
                self.result.decrypted += 1
            await run_command(self.redis, "COPY", "rv:{kept}", target, "REPLACE")

    async def _act_once(self) -> None:
        name = self.random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        who = self.random.choice(self.world.accounts)
        worker = self.random.choice(self.workers)
        acts: dict[str, Callable[[Principal, PersonStores], Awaitable[None]]] = {
            "learn": self._learn,
            "learn_in_group": self._learn_in_group,
            "recall": self._recall,
            "recall_in_group": self._recall_in_group,
            "view": self._view,
            "export": self._export,
            "link": self._link,
            "unlink": self._unlink,
            "switch": self._switch,
            "erase": self._erase,
        }
        await acts[name](who, worker)
        self.result.done[name] += 1

    async def _learn(self, who: Principal, worker: PersonStores) -> None:
        account, word = identity_of(who), self._word(identity_of(who))
        async with self.learning:
            self.world.say(account, word)
            await learn(worker, who, self._memory(word, who, None))

    async def _learn_in_group(self, who: Principal, worker: PersonStores) -> None:
        place = self._channel(who)
        word = self._word(_channel_of(place))
        self.world.say(_channel_of(place), word)
        await learn(worker, who, self._memory(word, who, place), place=place)

    async def _recall(self, who: Principal, worker: PersonStores) -> None:
        since = self.world.tick()
        place = direct_place(who)
        got = await memories_of(worker).recall(who, place, is_direct=True, question="?")
        self._check("recall", str(got), self.world.may_see(identity_of(who), since))

    async def _recall_in_group(self, who: Principal, worker: PersonStores) -> None:
        place = self._channel(who)
        got = await memories_of(worker).recall(who, place, is_direct=False, question="?")
        self._check("recall in a group", str(got), {_channel_of(place)})

    async def _view(self, who: Principal, worker: PersonStores) -> None:
        since = self.world.tick()
        got = await memories_of(worker).view(who)
        self._check("view", str(got), self.world.may_see(identity_of(who), since))

    async def _export(self, who: Principal, worker: PersonStores) -> None:
        since = self.world.tick()
        got = await memories_of(worker).export(who)
        self._check("export", got, self.world.may_see(identity_of(who), since))

    async def _link(self, who: Principal, worker: PersonStores) -> None:
        """Join an account of the same human on another platform, or of anybody who was told the code."""
        other = self.random.choice(self.world.accounts)
        async with self.structure:
            if len(self.world.group(identity_of(who)) | self.world.group(identity_of(other))) > 4:
                return
            await run_command(self.redis, "EVAL", _LIMITS, 0)
            code = await memories_of(worker).offer_code(who)
            self.world.unite(identity_of(who), identity_of(other))
            result = await memories_of(self.random.choice(self.workers)).redeem(other, code or "")
            assert result in {LinkResult.LINKED, LinkResult.OWN}

    async def _unlink(self, who: Principal, worker: PersonStores) -> None:
        async with self.structure:
            await memories_of(worker).unlink(who)
            self.world.separate(identity_of(who))

    async def _switch(self, who: Principal, worker: PersonStores) -> None:
        await memories_of(worker).switch(who, on=self.random.random() < 0.8)

    async def _erase(self, who: Principal, worker: PersonStores) -> None:
        account = identity_of(who)
        async with self.structure, AsyncExitStack() as stack:
            # Of what is learnt meanwhile nobody knows whether it is still to be seen: so that waits.
            for _ in range(LEARNERS):
                await stack.enter_async_context(self.learning)
            registry = PersonRegistry(worker.people, worker.codes)
            entry = await registry.entry_of(account)
            if entry is None:
                return
            await registry.end(entry.person, entry.accounts)
            for one in list(self.world.group(account)):
                self.world.erase(one)
                self.world.separate(one)

    async def _look_at_all(self) -> None:
        """Everybody sees all that their person said, and nothing else."""
        for who in self.world.accounts:
            account = identity_of(who)
            seen = str(await memories_of(self.workers[0]).view(who))
            group = self.world.group(account)
            self._check("the end", seen, group)
            words = set[str]().union(*(self.world.said.get(one, set()) for one in group))
            self.result.lost += sum(word not in seen for word in words)

    def _check(self, where: str, text: str, allowed: set[str]) -> None:
        self.result.shown += text.count("cnry")
        self.result.crossings += [f"{where}: {of}" for of in self.world.foreign(text, allowed)]

    def _word(self, of: str) -> str:
        self.count += 1
        return canary(f"{of}#{self.count}")

    def _memory(self, word: str, who: Principal, place: ConversationRef | None) -> Memory:
        if self.random.random() < 0.5:
            return Memory(episodes=(an_episode(f"{NAME}: {word}", by=who, place=place),))
        slot = self.random.choice(list(Slot))
        fact = a_fact(f"{NAME} {word}", by=who, place=place, slot=slot, minutes=self.count)
        return Memory(replaced=(fact,))

    def _channel(self, who: Principal) -> ConversationRef:
        return a_place(
            f"C{self.random.randrange(3)}",
            f"{self.random.randrange(20)}",
            platform=who.platform,
            tenant=who.tenant_id,
        )


async def two_workers(clients: Sequence[Redis]) -> list[PersonStores]:
    """Open the stores twice, as two processes do."""
    return [await stores_on(client) for client in clients]


def _accounts(persons: int) -> list[Principal]:
    """One to three accounts for each human; the same user id stands for others elsewhere."""
    return [
        Principal(platform=platform, tenant_id=tenant, user_id=f"U{number}")
        for number in range(persons)
        for platform, tenant in [*HOMES, *HOMES][number % 4 :][: 1 + number % 3]
    ]


def _channel_of(place: ConversationRef) -> str:
    return f"channel {place.platform}:{place.tenant_id}:{place.channel_id}"


_ALL = ("key", "profile", "threads", "episodes")
_COPY = """
local copied = 0
for _, name in ipairs(ARGV) do
  local value = redis.call('HGET', KEYS[1], name)
  if value then
    redis.call('HSET', KEYS[2], name, value)
    copied = copied + 1
  end
end
return copied
"""
