"""One run: a stack, a crowd that writes, something that breaks, and the verdict."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import connect, guarded
from bot.engine.keys import ConversationKeys
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.turns import Lane
from tests.faults.evidence import gather
from tests.faults.faults import Damage, Fault
from tests.faults.ledger import Ledger
from tests.faults.oracle import Verdict, judge
from tests.faults.stack import Stack, a_stack
from tests.faults.traffic import Crowd

BUSY = 10
"""Settled messages after which an installation is warm: caches filled, every loop running."""

WRITE_ON_SECONDS = 0.8
"""How long people go on writing once everything is healed."""

QUIET_WITHIN = 25.0
"""Seconds after healing within which every accepted message must have its outcome."""

WATCH_SECONDS = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one run ended. ``recovery`` is from the strike to the last settled message, seconds."""

    fault: str
    seed: int
    accepted: int
    repeats: int
    recovery: float
    verdict: Verdict
    notes: dict[str, float] = field(default_factory=dict[str, float])
    problem: str = ""
    logs: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem and not self.verdict.complaints


async def run_once(fault: Fault, seed: int, data_dir: Path) -> Result:
    """Let a fault strike a busy installation, heal it, and judge what became of every message."""
    dice = Random(f"{fault.name} {seed}")
    bomb = fault.bomb(dice) if fault.bomb else None
    join_seconds = dice.choice((0.0, 0.0, 0.05))
    async with a_stack(data_dir, bomb=bomb, join_seconds=join_seconds) as stack:
        crowd = Crowd(doors=stack.doors, dice=dice, prefers=fault.door(dice))
        redis = connect(stack.redis.url, pool_size=8, deadline_seconds=2)
        run = Run(fault=fault, seed=seed, stack=stack, crowd=crowd, redis=redis, dice=dice)
        try:
            await run.suffer()
            return await run.conclude()
        finally:
            await redis.aclose()


@dataclass(slots=True, kw_only=True)
class Run:
    """A run in progress. ``problem`` says why it could not come to its end."""

    fault: Fault
    seed: int
    stack: Stack
    crowd: Crowd
    redis: Redis
    dice: Random
    damage: Damage = field(default_factory=Damage)
    problem: str = ""

    async def suffer(self) -> None:
        """Let people write, break something, heal it, and wait until all is quiet."""
        async with asyncio.TaskGroup() as background:
            pages = background.create_task(self.crowd.live())
            watch = background.create_task(_watch(self.redis, self.crowd.ledger))
            writing = background.create_task(self.crowd.write())
            try:
                await self._break_and_heal()
                async with asyncio.timeout(QUIET_WITHIN):
                    await writing
                    await _until_settled(self.redis, self.crowd.ledger)
            except TimeoutError:
                self.problem = f"not quiet within {QUIET_WITHIN:.0f} s"
            except AssertionError as error:
                self.problem = str(error)
            for task in (pages, watch, writing):
                task.cancel()

    async def _break_and_heal(self) -> None:
        if self.fault.bomb is None:
            await self._until_busy()
        self.damage = await self.fault.strike(self.stack, self.dice)
        await asyncio.sleep(WRITE_ON_SECONDS)
        self.crowd.stop()

    async def _until_busy(self) -> None:
        while True:
            if len(self.crowd.ledger.settled) >= BUSY:
                return
            await asyncio.sleep(WATCH_SECONDS)

    async def conclude(self) -> Result:
        """Collect the evidence and judge it."""
        ledger, struck_at = self.crowd.ledger, self.damage.struck_at
        if ledger.refusals:
            self.problem = f"refused: {ledger.refusals[0]}"
        port = next(port for port in self.stack.doors() if port is not None)
        verdict = judge(ledger, await gather(self.redis, ledger, port))
        late = [item.settled_at for item in ledger.in_flight_at(struck_at) if item.settled_at]
        is_good = not self.problem and not verdict.complaints
        return Result(
            fault=self.fault.name,
            seed=self.seed,
            accepted=len(ledger.accepted),
            repeats=ledger.repeats,
            recovery=max(late, default=struck_at) - struck_at,
            verdict=verdict,
            notes=self.damage.notes,
            problem=self.problem,
            logs="" if is_good else self.stack.logs(),
        )


async def _watch(redis: Redis, ledger: Ledger) -> None:
    """Note when each event is settled: it has its outcome and nothing waits to be shown."""
    while True:
        with contextlib.suppress(StateUnavailableError):  # Redis may be what breaks in this run
            await _note_settled(redis, ledger)
        await asyncio.sleep(WATCH_SECONDS)


async def _note_settled(redis: Redis, ledger: Ledger) -> None:
    waiting = [entry for entry in ledger.entries if entry.settled_at is None]
    if not waiting:
        return
    refs = list(dict.fromkeys(entry.ref for entry in waiting))
    async with guarded(2):
        outcomes = cast("list[str | None]", await redis.mget([item.seen_key for item in waiting]))
        busy = {ref for ref in refs if await _is_showing(redis, ref)}
    now = time.monotonic()
    for entry, outcome in zip(waiting, outcomes, strict=True):
        if outcome not in {None, "accepted"} and entry.ref not in busy:
            entry.outcome, entry.settled_at = outcome, now


async def _is_showing(redis: Redis, ref: str) -> bool:
    keys = ConversationKeys(ref)
    return sum([await redis.llen(keys.lane(lane)) for lane in Lane]) > 0


async def _until_settled(redis: Redis, ledger: Ledger) -> None:
    """Wait until every event is settled and no conversation has anything left to show."""
    while True:
        with contextlib.suppress(StateUnavailableError):
            refs = {item.ref for item in ledger.entries}
            async with guarded(2):
                showing = [await _is_showing(redis, ref) for ref in refs]
            if not any(showing) and all(entry.settled_at for entry in ledger.entries):
                return
        await asyncio.sleep(WATCH_SECONDS)
