"""What goes wrong between a platform and Relevo, and heals again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

from bot.engine.client.connection import guarded, run_command
from tests.faults.platforms.discord import Discord
from tests.faults.platforms.scene import Scene
from tests.faults.platforms.sites import SLOW_SECONDS, How, Site, Trouble
from tests.faults.platforms.slack import Slack, SlackOverHttp
from tests.faults.platforms.telegram import Telegram, TelegramWebhook
from tests.platforms.telegram.server import Fault as PollFault

MAIN: tuple[type[Site], ...] = (Slack, Discord, Telegram)
SITES: tuple[type[Site], ...] = (*MAIN, SlackOverHttp, TelegramWebhook)
GAP_MINUTES = 48
RESUMABLE_CODES = (4000, 4008, 4009)

Strike = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that breaks, and heals again, on ``sites``; seeds take turns with ``workers``."""

    name: str
    strike: Strike
    sites: tuple[type[Site], ...] = SITES
    workers: tuple[int, ...] = (1, 2)


# What the platform tells


async def _told_twice(scene: Scene) -> None:
    for _ in range(6):
        await asyncio.sleep(scene.dice.uniform(0.02, 0.2))
        entry = scene.dice.choice(scene.site.ledger.entries[-6:])
        await scene.site.tell_again(entry, scene.dice.randint(1, 4))


async def _told_after_answers(scene: Scene) -> None:
    scene.crowd.stop()
    await scene.answered()
    for entry in list(scene.site.ledger.entries):
        await scene.site.tell_again(entry, scene.dice.randint(1, 4))


async def _mixed_up(scene: Scene) -> None:
    scene.judges_order = not isinstance(scene.site, Discord)
    for customer in scene.site.customers:
        await scene.site.write_mixed_up(customer, scene.dice.randint(2, 5))


async def _babble(scene: Scene) -> None:
    for _ in range(4):
        await scene.site.babble()
        await asyncio.sleep(scene.dice.uniform(0.02, 0.3))


# What becomes of Relevo's sends


async def _sends(scene: Scene, how: How, *, most: int = 5, seconds: float | None = None) -> None:
    if how is How.SLOW:
        scene.afterglow = SLOW_SECONDS + 0.5
    for _ in range(scene.dice.randint(2, most) if most > 1 else 1):
        status = scene.dice.choice((500, 502, 503, 504))
        scene.site.trouble(Trouble(how=how, seconds=seconds, status=status))
    await scene.met()


async def _refused(scene: Scene) -> None:
    """One customer has blocked the bot; nobody else notices."""
    scene.crowd.stop()
    await scene.answered()
    scene.site.trouble(Trouble(how=How.REFUSED))
    entry = await scene.site.write(scene.dice.choice(scene.site.customers))
    entry.is_refused = True
    await scene.met()
    await scene.answered()


# What becomes of Relevo and its Redis


async def _redis_frozen(scene: Scene) -> None:
    scene.server.freeze()
    await asyncio.sleep(1.5)
    scene.server.thaw()


async def _redis_killed(scene: Scene, *, seconds: float) -> None:
    scene.server.kill()
    await asyncio.sleep(seconds)
    await asyncio.to_thread(scene.server.start)


async def _killed(scene: Scene) -> None:
    for _ in range(2):
        slot = scene.dice.choice(scene.slots)
        await scene.kill(slot)
        await asyncio.sleep(scene.dice.uniform(0.0, 0.3))
        await scene.start(slot)
        await asyncio.sleep(scene.dice.uniform(0.1, 0.4))


async def _deployed(scene: Scene) -> None:
    for slot in scene.slots:
        await scene.stop(slot)
        await scene.start(slot)


async def _killed_in_doubt(scene: Scene) -> None:
    """All processes die while it is unknown what became of their sends."""
    scene.afterglow = SLOW_SECONDS + 0.5
    scene.site.trouble(*[Trouble(how=How.SLOW)] * 3)
    await scene.met()
    for slot in scene.slots:
        await scene.kill(slot)
    for slot in scene.slots:
        await scene.start(slot)


async def _long_gap(scene: Scene) -> None:
    """Nobody is there for 48 minutes, after sends of unknown fate; sessions and keys are forgotten."""
    scene.site.trouble(*[Trouble(how=How.SLOW)] * 2)
    await scene.met()
    for slot in scene.slots:
        await scene.kill(slot)
    scene.crowd.stop()
    await asyncio.sleep(SLOW_SECONDS)
    scene.site.forget()
    await _age_attempts(scene)
    for _ in range(2):
        await scene.crowd.everybody(in_a_gap=True)
    for slot in scene.slots:
        await scene.start(slot)


async def _age_attempts(scene: Scene) -> None:
    """Let begun sends look as old as the gap is long."""
    async with guarded(2):
        for key in await run_command(scene.redis, "KEYS", "rv:*:pieces:*"):
            fields = cast("dict[str, str]", await scene.redis.hgetall(key))
            for name in [name for name in fields if name.startswith("begun:")]:
                begun = float(fields[name]) - GAP_MINUTES * 60
                await scene.redis.hset(key, name, f"{begun:.6f}")


# What becomes of connections


async def _cut(scene: Scene) -> None:
    for _ in range(3):
        await scene.site.cut()
        await asyncio.sleep(scene.dice.uniform(0.05, 0.6))


async def _another_socket(scene: Scene) -> None:
    site = _slack(scene)
    for reason in scene.dice.sample(("warning", "refresh_requested", "too_many_websockets"), 2):
        await site.ask_for_another_socket(reason)
        await site.cut()
        await asyncio.sleep(0.2)


async def _stale_address(scene: Scene) -> None:
    site = _slack(scene)
    site.server.stale_addresses = scene.dice.randint(1, 3)
    await site.cut()
    await scene.until(lambda: site.server.stale_addresses == 0, "a stale address was tried")


async def _sockets_refused(scene: Scene) -> None:
    """No socket for longer than Slack tells an event again."""
    site = _slack(scene)
    site.server.refuse_sockets = True
    await site.cut()
    await asyncio.sleep(4.0)
    site.server.refuse_sockets = False


async def _reconnect_asked(scene: Scene) -> None:
    gateway = _discord(scene).gateway
    for _ in range(2):
        await gateway.tell({"op": 7, "d": None, "t": None, "s": None})
        await asyncio.sleep(scene.dice.uniform(0.1, 0.5))


async def _session_invalid(scene: Scene, *, resumable: bool) -> None:
    gateway = _discord(scene).gateway
    if not resumable:
        gateway.forget_sessions()
        await scene.crowd.everybody()
    await gateway.tell({"op": 9, "d": resumable, "t": None, "s": None})
    await scene.crowd.everybody()
    await asyncio.sleep(0.5)


async def _session_forgotten(scene: Scene) -> None:
    gateway = _discord(scene).gateway
    gateway.forget_sessions()
    gateway.drop()
    await scene.crowd.everybody()
    await asyncio.sleep(0.5)


async def _gateway_closed(scene: Scene) -> None:
    for code in scene.dice.sample(RESUMABLE_CODES, 2):
        await _discord(scene).gateway.close(code)
        await asyncio.sleep(scene.dice.uniform(0.1, 0.5))


async def _gateway_gone(scene: Scene) -> None:
    gateway = _discord(scene).gateway
    gateway.refuses = True
    gateway.drop()
    await asyncio.sleep(1.5)
    gateway.refuses = False


async def _polls_broken(scene: Scene) -> None:
    kinds = (
        PollFault(kind="drop_before"),
        PollFault(kind="commit_then_drop"),
        PollFault(kind="garbage"),
        PollFault(status=500),
        PollFault(status=502),
        PollFault(status=409, description="Conflict: terminated by other getUpdates request"),
        PollFault(status=429, retry_after=1),
    )
    site = scene.site
    assert isinstance(site, Telegram)
    site.fail_polls(*scene.dice.sample(kinds, 5))
    await scene.until(lambda: not site.server.faults["getUpdates"], "all broken polls were met")


async def _everything(scene: Scene) -> None:
    """Whatever the platform has to offer, at once, and one of two processes dies."""
    hows = (How.BROKEN, How.DONE_BROKEN, How.DROPPED, How.DONE_DROPPED)
    scene.site.trouble(*(Trouble(how=scene.dice.choice(hows)) for _ in range(5)))
    scene.site.trouble(Trouble(how=How.LIMITED, seconds=1))
    slot = scene.dice.choice(scene.slots)
    await scene.kill(slot)
    await scene.site.cut()
    await _told_twice(scene)
    await scene.site.babble()
    await scene.start(slot)
    await scene.site.cut()
    await scene.met()


def _slack(scene: Scene) -> Slack:
    assert isinstance(scene.site, Slack)
    return scene.site


def _discord(scene: Scene) -> Discord:
    assert isinstance(scene.site, Discord)
    return scene.site


def _send(name: str, how: How, *, sites: tuple[type[Site], ...] = MAIN, **more: float) -> Fault:
    return Fault(name=name, strike=partial(_sends, how=how, **more), sites=sites)


TOLD = (
    Fault(name="told 2 to 5 times", strike=_told_twice),
    Fault(name="told again after the answers", strike=_told_after_answers),
    Fault(
        name="told in reverse",
        strike=_mixed_up,
        sites=(Slack, Discord, SlackOverHttp, TelegramWebhook),
        workers=(1,),
    ),
    Fault(name="nonsense among the good", strike=_babble),
)
SENDS = (
    _send("429, 1 s", How.LIMITED, seconds=1),
    _send("429, 3 s", How.LIMITED, seconds=3, most=2),
    _send("429, no time named", How.LIMITED, most=1),
    _send("429, for the whole bot", How.LIMITED_FOR_ALL, sites=(Discord,), seconds=1, most=2),
    _send("5xx, not done", How.BROKEN),
    _send("5xx, done", How.DONE_BROKEN),
    _send("dropped, not done", How.DROPPED),
    _send("dropped, done", How.DONE_DROPPED),
    _send("answer after the deadline", How.SLOW, most=3),
    Fault(name="blocked by one customer", strike=_refused, sites=MAIN),
)
HOUSE = (
    Fault(name="redis frozen 1.5 s", strike=_redis_frozen),
    Fault(name="redis killed", strike=partial(_redis_killed, seconds=0.7)),
    Fault(name="redis gone for long", strike=partial(_redis_killed, seconds=5.0)),
    Fault(name="process killed", strike=_killed),
    Fault(name="deployed anew", strike=_deployed),
    Fault(name="killed with sends in doubt", strike=_killed_in_doubt, sites=MAIN),
    Fault(name="48 minutes' gap, cold start", strike=_long_gap),
)
CONNECTIONS = (
    Fault(name="socket cut", strike=_cut, sites=MAIN),
    Fault(name="another socket asked for", strike=_another_socket, sites=(Slack,)),
    Fault(name="stale socket address", strike=_stale_address, sites=(Slack,)),
    Fault(name="sockets refused for long", strike=_sockets_refused, sites=(Slack,)),
    Fault(name="op 7", strike=_reconnect_asked, sites=(Discord,)),
    Fault(
        name="op 9, resumable", strike=partial(_session_invalid, resumable=True), sites=(Discord,)
    ),
    Fault(name="op 9, lost", strike=partial(_session_invalid, resumable=False), sites=(Discord,)),
    Fault(name="session forgotten", strike=_session_forgotten, sites=(Discord,)),
    Fault(name="gateway closed", strike=_gateway_closed, sites=(Discord,)),
    Fault(name="gateway gone 1.5 s", strike=_gateway_gone, sites=(Discord,)),
    Fault(name="polls broken", strike=_polls_broken, sites=(Telegram,)),
)
STORM = (Fault(name="everything at once", strike=_everything, sites=MAIN, workers=(2,)),)
ALL = (*TOLD, *SENDS, *HOUSE, *CONNECTIONS, *STORM)
