"""Link, unlink, learn and erase in any order, with crashes between any two commands, on a real Redis.

After each step every account sees exactly what its person said, and whatever else stands in Redis, encrypted
or not, is somebody's who is still there.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection, UnixDomainSocketConnection
from typing_extensions import override

from bot.engine.client.connection import run_command
from bot.engine.client.pool import SteadyPool
from bot.engine.keys import owner_of
from bot.engine.persons.registry import PersonRegistry
from bot.engine.persons.stores import PersonStores
from bot.vocabulary.memory import LinkResult, Memory, identity_of
from bot.vocabulary.messages import Platform
from tests.memory_kit import a_fact, a_principal, learn, memories_of, stores_on

Value = TypeVar("Value")

PEOPLE = [a_principal(f"u{n}", platform=platform) for n, platform in enumerate(list(Platform)[:4])]
NUMBERS = st.integers(0, len(PEOPLE) - 1)
CRASHES = st.one_of(st.none(), st.integers(1, 25))


class Crash(Exception):  # noqa: N818 - the process is gone; it is no error of anybody
    """The process died before a command."""


class DyingPool(SteadyPool):
    """Gives out connections until the process dies; each command takes one."""

    left: int | None = None

    @override
    async def get_connection(self, *_: Any, **__: Any) -> AbstractConnection:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Crash
        return await super().get_connection()


class Persons(RuleBasedStateMachine):
    """Four accounts and two processes."""

    redis_path: str = ""
    crashes = 0

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.groups = [{number} for number in range(len(PEOPLE))]
        self.said: list[set[str]] = [set() for _ in PEOPLE]
        self.count = 0

    @initialize()
    def start(self) -> None:
        self.pools = [_pool(self.redis_path) for _ in range(2)]
        self.clients = [Redis.from_pool(pool) for pool in self.pools]
        self._do(run_command(self.clients[0], "FLUSHDB"))
        self.stores: list[PersonStores] = [self._do(stores_on(one)) for one in self.clients]

    @rule(who=NUMBERS, process=st.integers(0, 1), crash=CRASHES)
    def learns(self, who: int, process: int, crash: int | None) -> None:
        self.count += 1
        fact = a_fact(f"v{self.count}", by=PEOPLE[who], minutes=self.count)
        self.said[who].add(fact.id)
        self._crashing(process, crash, lambda on: learn(on, PEOPLE[who], Memory(facts=(fact,))))

    @rule(first=NUMBERS, second=NUMBERS, process=st.integers(0, 1), crash=CRASHES)
    def links(self, first: int, second: int, process: int, crash: int | None) -> None:
        self._do(run_command(self.clients[0], "EVAL", _FORGET_LIMITS, 0))
        code = self._do(memories_of(self.stores[0]).offer_code(PEOPLE[first])) or ""
        is_one = self._group(first) is self._group(second)
        result = self._crashing(
            process, crash, lambda on: memories_of(on).redeem(PEOPLE[second], code)
        )
        assert result is (LinkResult.OWN if is_one else LinkResult.LINKED)
        self._unite(first, second)

    @rule(who=NUMBERS, process=st.integers(0, 1), crash=CRASHES)
    def unlinks(self, who: int, process: int, crash: int | None) -> None:
        was_linked = len(self._group(who)) > 1
        result = self._crashing(process, crash, lambda on: memories_of(on).unlink(PEOPLE[who]))
        assert result or not was_linked
        self._group(who).discard(who)
        self.groups = [group for group in self.groups if group]
        self.groups.append({who})

    @rule(who=NUMBERS, process=st.integers(0, 1), crash=CRASHES)
    def erases(self, who: int, process: int, crash: int | None) -> None:
        entry = self._do(
            PersonRegistry(self.stores[0].people, self.stores[0].codes).entry_of(_id(who))
        )
        if entry is not None:
            self._crashing(
                process,
                crash,
                lambda on: PersonRegistry(on.people, on.codes).end(entry.person, entry.accounts),
            )
        for number in self._group(who):
            self.said[number] = set()
        self.groups = [group for group in self.groups if who not in group] + [
            {number} for number in self._group(who)
        ]

    @rule(one=NUMBERS, other=NUMBERS, third=NUMBERS)
    def two_link_at_once(self, one: int, other: int, third: int) -> None:
        """Two processes join the same accounts in a ring."""
        self._do(run_command(self.clients[0], "EVAL", _FORGET_LIMITS, 0))
        offers = [self._do(memories_of(self.stores[0]).offer_code(PEOPLE[n])) for n in {one, other}]
        if len(offers) < 2 or third in {one, other}:
            return
        first, second = sorted({one, other}, key=[*{one, other}].index)

        async def both() -> None:
            await asyncio.gather(
                memories_of(self.stores[0]).redeem(PEOPLE[third], offers[0] or ""),
                memories_of(self.stores[1]).redeem(PEOPLE[first], offers[1] or ""),
            )

        self._do(both())
        self._unite(first, third)
        self._unite(second, first)

    @invariant()
    def everybody_sees_what_their_person_said(self) -> None:
        for number, who in enumerate(PEOPLE):
            if not hasattr(self, "stores"):
                return
            view = self._do(memories_of(self.stores[number % 2]).view(who))
            group = self._group(number)
            assert _ids(view.memory) == set().union(*(self.said[one] for one in group))
            assert view.linked == tuple(sorted(_id(one) for one in group - {number}))

    @invariant()
    def nothing_else_is_left(self) -> None:
        if not hasattr(self, "stores"):
            return
        alive = set[str]().union(*self.said)
        found: list[str] = []
        for key in self._do(run_command(self.clients[0], "KEYS", "rv:{u*}:memory")):
            memory, _ = self._do(self.stores[0].vault.read(owner_of(key)))
            found += [fact.id for fact in (*memory.facts, *memory.replaced)]
        assert sorted(found) == sorted(alive), "something is left, or stands twice"

    @override
    def teardown(self) -> None:
        if hasattr(self, "clients"):
            for client in self.clients:
                self._do(client.aclose())
        self.runner.close()

    def _crashing(
        self,
        process: int,
        crash: int | None,
        work: Callable[[PersonStores], Coroutine[Any, Any, Value]],
    ) -> Value:
        """Do something in a process that may die at it, as the next one that does it again may; a third one ends it."""
        for number, left in enumerate((crash, crash and crash // 2 + 1)):
            pool = self.pools[(process + number) % 2]
            pool.left = left
            try:
                return self._do(work(self.stores[(process + number) % 2]))
            except Crash:
                Persons.crashes += 1
            finally:
                pool.left = None
            if (crash or 0) % 2:  # who looks also brings to an end what was begun
                self._nobody_sees_more()
        return self._do(work(self.stores[process]))

    def _nobody_sees_more(self) -> None:
        """After a crash, what an account sees is its own or that of accounts that belong to its person."""
        for number, who in enumerate(PEOPLE):
            view = self._do(memories_of(self.stores[0]).view(who))
            linked = [one for one, other in enumerate(PEOPLE) if identity_of(other) in view.linked]
            assert _ids(view.memory) <= set().union(*(self.said[one] for one in (number, *linked)))

    def _group(self, number: int) -> set[int]:
        return next(group for group in self.groups if number in group)

    def _unite(self, first: int, second: int) -> None:
        both = self._group(first) | self._group(second)
        self.groups = [group for group in self.groups if not group & both] + [both]

    def _do(self, work: Coroutine[Any, Any, Value]) -> Value:
        return self.runner.run(work)


def _ids(memory: Memory) -> set[str]:
    return {fact.id for fact in (*memory.facts, *memory.replaced)}


def _id(number: int) -> str:
    return identity_of(PEOPLE[number])


def _pool(path: str) -> DyingPool:
    return DyingPool(
        connection_class=UnixDomainSocketConnection,
        path=path,
        max_connections=8,
        timeout=4,
        decode_responses=True,
        protocol=2,
    )


_FORGET_LIMITS = """
for _, key in ipairs(redis.call('KEYS', 'rv:{codes}:*')) do redis.call('DEL', key) end
"""


def test_persons_in_any_order(redis_url: str) -> None:
    Persons.redis_path = redis_url.removeprefix("unix://")
    Persons.TestCase.settings = settings(
        max_examples=25, stateful_step_count=12, suppress_health_check=[HealthCheck.too_slow]
    )
    Persons.TestCase("runTest").runTest()
    # Crashes must really have happened, or the histories prove nothing of them.
    assert Persons.crashes > 3
