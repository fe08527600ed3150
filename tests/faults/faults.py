"""What breaks: a process killed at each of the 14 points, frozen, deployed anew, or its Redis."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import get_args

from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from bot.vocabulary.failpoints import FailpointName
from tests.faults.stack import POLL_SECONDS, Slot, Stack
from tests.faults.worker import DRAIN_SECONDS, LEASE_SECONDS, Bomb, Orders

STRIKE_WITHIN = 20.0
NEVER_STRUCK = "the fault never struck"
"""A run's problem that proves nothing: on a busy machine everybody may have come in by the other door."""

PASSINGS = (1, 12)
PASSINGS_AT_THE_DOOR = (6, 24)
"""Least and most passings before a bomb goes off; at the door each page's greeting counts too."""

AT_THE_DOOR: set[FailpointName] = {"bytes_arrived", "parsed", "inbox_durable", "acknowledged"}
"""Passed where people are connected, so that the customers connect to the armed worker."""

MID_TURN: tuple[FailpointName, ...] = ("retrieved", "answered", "guarded")
"""Between the lease of a customer's turn and its commit: what comes of it later is stale."""

REFUSED_WITHIN = 5.0
FROZEN_SECONDS = 2.5 * LEASE_SECONDS
REDIS_FROZEN_SECONDS = 3.0


@dataclass(slots=True)
class Damage:
    """When it struck (seconds, monotonic), and what else is worth a column."""

    struck_at: float = 0.0
    notes: dict[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that breaks, and heals again.

    With ``bomb`` the first worker is armed when it starts and ``strike`` waits until it goes off;
    without it ``strike`` begins when the installation is busy. ``door`` is the worker to which the
    customers connect first.
    """

    name: str
    strike: Callable[[Stack, Random], Awaitable[Damage]]
    bomb: Callable[[Random], Bomb | None] | None = None
    door: Callable[[Random], int] = lambda dice: dice.randrange(2)


async def _until_struck(slot: Slot[Orders]) -> float:
    deadline = time.monotonic() + STRIKE_WITHIN
    while (struck := slot.struck_at) is None:
        assert time.monotonic() < deadline, NEVER_STRUCK
        await asyncio.sleep(POLL_SECONDS)
    return struck


async def _restart_the_killed(stack: Stack, dice: Random) -> Damage:
    armed = stack.slots[0]
    damage = Damage(struck_at=await _until_struck(armed))
    assert await armed.ended(within=5) == -signal.SIGKILL
    await asyncio.sleep(dice.random() * 0.4)
    armed.end()
    armed.start()
    await armed.ready()
    return damage


def kill_at(name: FailpointName) -> Fault:
    """SIGKILL itself at the nth passing of a failpoint; it is started again soon."""

    def bomb(dice: Random) -> Bomb:
        passings = PASSINGS_AT_THE_DOOR if name in AT_THE_DOOR else PASSINGS
        return Bomb(at=name, passing=dice.randint(*passings))

    def door(dice: Random) -> int:
        return 0 if name in AT_THE_DOOR else dice.randrange(2)

    return Fault(name=f"kill {name}", strike=_restart_the_killed, bomb=bomb, door=door)


async def _thaw_the_frozen(stack: Stack, _dice: Random) -> Damage:
    armed = stack.slots[0]
    damage = Damage(struck_at=await _until_struck(armed))
    await asyncio.sleep(FROZEN_SECONDS)
    armed.signal(signal.SIGCONT)
    deadline = time.monotonic() + REFUSED_WITHIN
    while True:
        damage.notes["refused"] = await _metric(armed, "relevo_turns_stale_total")
        if damage.notes["refused"]:
            return damage
        assert time.monotonic() < deadline, "the stale answer was not refused"
        await asyncio.sleep(POLL_SECONDS)


def _freezing_bomb(dice: Random) -> Bomb:
    passing = dice.randint(*PASSINGS)
    return Bomb(at=dice.choice(MID_TURN), passing=passing, number=signal.SIGSTOP)


async def _kill_one(stack: Stack, dice: Random) -> Damage:
    await asyncio.sleep(dice.random() * 0.5)
    slot = dice.choice(stack.slots)
    slot.signal(signal.SIGKILL)
    damage = Damage(struck_at=time.monotonic())
    await slot.ended(within=5)
    await asyncio.sleep(dice.uniform(0.2, 1.0))
    slot.end()
    slot.start()
    await slot.ready()
    return damage


async def _deploy(stack: Stack, dice: Random) -> Damage:
    await asyncio.sleep(dice.random() * 0.5)
    slot = dice.choice(stack.slots)
    slot.signal(signal.SIGTERM)
    damage = Damage(struck_at=time.monotonic())
    code = await slot.ended(within=DRAIN_SECONDS + 5)
    damage.notes["exit s"] = time.monotonic() - damage.struck_at
    assert code == 0, f"SIGTERM ended with exit code {code}"
    assert damage.notes["exit s"] < DRAIN_SECONDS, f"drained for {damage.notes['exit s']:.1f} s"
    slot.end()
    slot.start()
    await slot.ready()
    return damage


async def _kill_redis(stack: Stack, dice: Random) -> Damage:
    await asyncio.sleep(dice.random() * 0.5)
    stack.redis.kill()
    damage = Damage(struck_at=time.monotonic())
    await asyncio.sleep(dice.random())
    stack.redis.start()
    return damage


async def _freeze_redis(stack: Stack, dice: Random) -> Damage:
    await asyncio.sleep(dice.random() * 0.5)
    stack.redis.freeze()
    damage = Damage(struck_at=time.monotonic())
    await asyncio.sleep(REDIS_FROZEN_SECONDS)
    stack.redis.thaw()
    return damage


async def _metric(slot: Slot[Orders], name: str) -> float:
    """Read one measure of a worker."""
    async with ClientSession() as session:
        answer = await session.get(f"http://127.0.0.1:{slot.port}/metrics")
        families = text_string_to_metric_families(await answer.text())
        return sum(
            item.value for family in families for item in family.samples if item.name == name
        )


KILLS = tuple(kill_at(name) for name in get_args(FailpointName))
OTHERS = (
    Fault(name="worker frozen in a turn", strike=_thaw_the_frozen, bomb=_freezing_bomb),
    Fault(name="one of two killed", strike=_kill_one),
    Fault(name="SIGTERM under load", strike=_deploy),
    Fault(name="redis killed", strike=_kill_redis),
    Fault(name="redis frozen 3 s", strike=_freeze_redis),
)
ALL = (*KILLS, *OTHERS)
