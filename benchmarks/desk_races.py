"""Races at the desk: two workers, two agents and a customer do everything at once, again and again.

    python -m benchmarks.desk_races [SCHEDULES] [--seed N] [--claims N] [--bug NAME]

Each schedule is a conversation of its own: it is brought into some stage, then several things happen
in the same instant, on either worker, while slow answers of the bot are on their way, the platform pushes
back and workers die. The real scripts
run on a real server; a ledger is written on the wire, and an oracle looks for two speakers: words of
the bot that are stored or taken to be shown after somebody else got the word, words of an agent who does
not hold the case, a claim with two winners, an act done twice. ``--bug`` builds a fault in (see
``BUGS``): then the oracle must find something.
"""

import argparse
import asyncio
import itertools
import json
import logging
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from benchmarks.desk_behaviour import ANA, BEN, DESK, SLOW_SECONDS, Races
from benchmarks.desk_ledger import BUGS, Commit, Ledger, LedgerRedis, Replay
from benchmarks.report import show
from bot.engine.client.connection import connect, run_command
from bot.engine.engine import Engine, EngineOptions
from bot.engine.keys import ConversationKeys
from bot.engine.server.embedded import EmbeddedServer
from bot.vocabulary.errors import ConnectionLostError, RateLimitedError
from bot.vocabulary.failpoints import FailpointName, arm
from bot.vocabulary.messages import (
    Author,
    ConversationRef,
    IncomingMessage,
    MessageKind,
    Platform,
)
from bot.vocabulary.people import Authority
from bot.vocabulary.turns import (
    Lane,
)
from tests.engine_kit import NotingScheduler
from tests.fakes import RecordingAdapter

CARLA = Author(user_id="carla", display_name="Carla")
DEADLINE = 60.0
"""Seconds for a step of Redis: a machine that is busy with other things is no fault."""

OPTIONS = EngineOptions(
    deadline=DEADLINE, join=0, lease=0.5, lane_lease=0.5, resend=0.01, draft=0.0
)
TOGETHER = 20
"""So many schedules run side by side, each in a conversation of its own."""

CUSTOMER_ACTS = ("hello", "hello", "/human", "/human", "/bot", "edit", "delete")
AGENT_ACTS = (
    *("/claim", "/claim", "/claim", "/assign Ana", "/assign Ben", "/transfer two", "/release"),
    *("/snooze 1h", "/reply hi", "/reply hi", "/undo", "/note hm", "/resolve", "/return"),
    *("/reopen", "/priority high", "/away", "/back"),
)
STAGES: tuple[tuple[str, ...], ...] = (
    (),
    ("hello",),
    ("/human",),
    ("/human",),
    ("/human", "Ana: /claim"),
    ("/human", "Ana: /claim", "Ana: /reply hi"),
    ("/human", "Ben: /claim", "Ben: /snooze 1h"),
    ("/human", "Ana: /claim", "Ana: /resolve"),
)


class KilledError(BaseException):
    """The worker is gone in the midst of what it did."""


DYING: ContextVar[bool] = ContextVar("dying", default=False)


def die_once(name: FailpointName) -> None:
    """Kill a worker that is to die as soon as it has stored a plan and done no more."""
    if name == "committed" and DYING.get():
        DYING.set(False)
        raise KilledError


@dataclass
class World:
    """Two workers over one Redis, and what they show."""

    url: str
    seed: int
    bug: str | None = None
    ledger: Ledger = field(default_factory=Ledger)
    adapter: RecordingAdapter = field(default_factory=RecordingAdapter)
    counts: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - races, no secrets
        self.numbers = itertools.count(1)
        self.races = Races(self.chance)
        self.adapter.before_send = self._mood
        self.redis = LedgerRedis(
            connection_pool=connect(
                self.url, pool_size=64, deadline_seconds=DEADLINE
            ).connection_pool
        )
        self.redis.ledger, self.redis.bug = self.ledger, self.bug
        self.engines = [
            Engine(
                self.redis,
                NotingScheduler(),
                adapters={Platform.PLAYGROUND: self.adapter},
                handler=self.races,
                authority=Authority(desk=DESK),
                options=OPTIONS,
            )
            for _ in range(2)
        ]

    async def _mood(self, key: str) -> None:
        """Take a message, push back, or lose the answer, as platforms do."""
        mood = self.chance.random()
        await asyncio.sleep(0)
        if mood < 0.1:
            raise RateLimitedError(f"slow down: {key}", retry_after=SLOW_SECONDS)
        if mood < 0.12:
            raise ConnectionLostError("no answer")

    def engine(self) -> Engine:
        return self.chance.choice(self.engines)

    async def serve(self, message: IncomingMessage) -> None:
        self.counts["events"] += 1
        await self.engine().inbox.accept(message)
        await self.engine().worker.serve(str(message.conversation))

    async def clear(self) -> list[str]:
        """Forget all of it; returns what is wrong on the screen."""
        adapter = self.adapter
        wrong = [f"shown twice: {key}" for key, copies in adapter.copies().items() if copies > 1]
        wrong += [f"a draft was left: {text}" for text in adapter.drafts.values()]
        for kept in (adapter.shown, adapter.drafts, adapter.previews, adapter.marks):
            kept.clear()
        self.races.deeds.clear()
        await run_command(self.redis, "FLUSHDB")
        return wrong

    async def close(self) -> None:
        await self.redis.aclose()
        await self.redis.connection_pool.disconnect()


@dataclass
class Schedule:
    """One conversation and what happens in it."""

    world: World
    customer: ConversationRef
    said: list[IncomingMessage] = field(default_factory=list[IncomingMessage])
    places: set[ConversationRef] = field(default_factory=set[ConversationRef])

    async def run(self) -> list[str]:
        """Bring it into a stage, let several things happen at once, and ask the oracle."""
        chance, keys = self.world.chance, ConversationKeys(self.customer)
        for act in chance.choice(STAGES):
            name, _, text = act.rpartition(": ")
            await (self.agent(BEN if name == "Ben" else ANA, text) if name else self.say(text))
        racing = [self._racing() for _ in range(chance.randrange(2, 6))]
        await asyncio.gather(*racing)
        await self._drain()
        steps = self.world.ledger.steps.pop(keys.reference, [])
        self.world.counts["plans"] += sum(isinstance(step, Commit) for step in steps)
        return Replay(deeds=self.world.races.deeds).check(steps)

    async def _racing(self) -> None:
        """Do one thing after a moment."""
        chance = self.world.chance
        act: Callable[[], Awaitable[None]] = chance.choices(
            (self._customer_acts, self._agent_acts, self._alarm_rings), (3, 6, 1)
        )[0]
        await asyncio.sleep(chance.choice((0, 0, chance.random() * SLOW_SECONDS)))
        DYING.set(chance.random() < 0.02)
        try:
            await act()
        except* KilledError:
            self.world.counts["killed"] += 1

    async def _customer_acts(self) -> None:
        text = self.world.chance.choice(CUSTOMER_ACTS)
        if text in {"edit", "delete"} and self.said:
            kind = MessageKind.EDITED if text == "edit" else MessageKind.DELETED
            await self._accept(replace(self.said[-1], kind=kind, text="hello, changed"))
        else:
            await self.say(text)

    async def _agent_acts(self) -> None:
        chance = self.world.chance
        await self.agent(chance.choice((ANA, BEN)), chance.choice(AGENT_ACTS))

    async def _alarm_rings(self) -> None:
        self.world.counts["alarms"] += 1
        await self.world.engine().worker.ring(str(self.customer))

    async def say(self, text: str) -> None:
        message = self._message(text, self.customer, CARLA)
        self.said.append(message)
        await self._accept(message)

    async def agent(self, agent: Author, text: str) -> None:
        """Let an agent write in the case's thread, if it has one yet."""
        thread = await self.thread()
        if thread is not None:
            self.world.counts[text.partition(" ")[0]] += 1
            await self._accept(self._message(text, thread, agent))

    async def thread(self) -> ConversationRef | None:
        """Return where agents work on the present case."""
        state = ConversationKeys(self.customer).state
        thread = await run_command(self.world.redis, "HGET", state, "thread")
        return ConversationRef.parse(thread) if thread else None

    async def show(self) -> None:
        """Show what waits in all lanes, and let some time pass."""
        keys = ConversationKeys(self.customer)
        for lane in Lane:
            await self.world.engine().sender.deliver(keys.lane_name(lane))
        await asyncio.sleep(0.001)

    async def _accept(self, message: IncomingMessage) -> None:
        key = f"e{next(self.world.numbers)}"
        self.places.add(message.conversation)
        await self.world.serve(replace(message, event_key=key))

    def _message(self, text: str, place: ConversationRef, author: Author) -> IncomingMessage:
        return IncomingMessage(
            event_key="",
            id=f"m{next(self.world.numbers)}",
            conversation=place,
            author=author,
            text=text,
            sent_at=datetime.now(UTC),
        )

    async def _drain(self) -> None:
        """Finish what killed workers left, and show what waits, undo windows and rests included."""
        redis, keys = self.world.redis, ConversationKeys(self.customer)
        for place in self.places:
            while await redis.llen(ConversationKeys(place).mailbox):
                await self.world.engine().worker.serve(str(place))
        while any([await redis.llen(keys.lane(lane)) for lane in Lane]):
            await self.show()


async def races(world: World, schedules: int) -> list[str]:
    """Run so many schedules, some side by side; returns what the oracle found."""
    wrong: list[str] = []
    for start in range(0, schedules, TOGETHER):
        names = [f"c{world.seed}-{start + number}" for number in range(TOGETHER)]
        customers = [replace(DESK, channel_id=name) for name in names[: schedules - start]]
        found = await asyncio.gather(
            *(Schedule(world=world, customer=customer).run() for customer in customers)
        )
        news = [*itertools.chain.from_iterable(found), *await world.clear()]
        for what in news:
            print(f"  {what}", flush=True)
        wrong += news
        if start % 1000 == 1000 - TOGETHER:
            print(f"  {start + TOGETHER} schedules, {len(wrong)} violations", flush=True)
    return wrong


async def claims(world: World, cases: int) -> int:
    """Let two agents claim each case at the same instant; returns how many cases had not one winner."""
    wrong = 0
    for start in range(0, cases, TOGETHER):
        numbers = range(start, min(start + TOGETHER, cases))
        winners = await asyncio.gather(*(_winners(world, f"k{number}") for number in numbers))
        wrong += sum(number != 1 for number in winners)
        await world.clear()
    return wrong


async def _winners(world: World, name: str) -> int:
    schedule = Schedule(world=world, customer=replace(DESK, channel_id=name))
    await schedule.say("/human")
    while await schedule.thread() is None:
        await schedule.show()
    await asyncio.gather(*(schedule.agent(agent, "/claim") for agent in (ANA, BEN)))
    steps = world.ledger.steps.pop(str(schedule.customer), [])
    owners = (step.owner for step in steps if isinstance(step, Commit))
    return sum(owner is not None and owner.agent is not None for owner in owners)


async def main() -> None:
    arm(die_once)
    logging.disable()  # workers die here, and faults are built in
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk_races")
    parser.add_argument("schedules", nargs="?", type=int, default=20_000)
    parser.add_argument("--claims", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--bug", choices=sorted(BUGS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="relevo-races-") as folder:
        async with EmbeddedServer(folder=Path(folder) / "redis", fsync="everysec") as server:
            world = World(url=server.url, seed=options.seed, bug=options.bug)
            begun = time.perf_counter()
            wrong = await races(world, options.schedules)
            doubled = await claims(world, options.claims)
            seconds = time.perf_counter() - begun
            await world.close()
    show(
        f"races at the desk, seed {options.seed}" + (f", bug {options.bug}" if options.bug else ""),
        {
            "schedules": options.schedules,
            "single-speaker violations": len(wrong),
            "simultaneous claims": options.claims,
            "double claims": doubled,
            "seconds": round(seconds, 1),
            "what happened": json.dumps(dict(world.counts.most_common())),
        },
    )


if __name__ == "__main__":
    uvloop.run(main())
