"""The desk's capacity: many cases at once, through a pipe as narrow as the platform's own.

A hundred customers ask for a person at the same moment and go on writing. Telegram allows 20
messages a minute in a group, whose topics share it, Slack one a second in a channel, Discord a number
of threads at once. Time is quickened; nothing may be lost, doubled or swapped, what waits is shown
together, and the platform is never asked for more than it allows.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random
from typing import cast

from rich.console import Console
from rich.table import Table

from bot.engine.client.connection import guarded
from bot.engine.keys import ConversationKeys
from bot.vocabulary.messages import ConversationRef
from tests.faults.platforms.desks import QUICKENED
from tests.faults.platforms.discord import Discord
from tests.faults.platforms.ledger import numbers_in
from tests.faults.platforms.meter import metered
from tests.faults.platforms.oracle import Verdict, judge
from tests.faults.platforms.play import Judged, played, start
from tests.faults.platforms.scene import Scene
from tests.faults.platforms.sites import Customer, Site
from tests.platforms.stage import said_by_relevo

CASES = 100
RELAYS = 4
MOST_THREADS = 60
"""Of the loopback guild: less than there are cases, so that resolved ones must make room."""

BRIEFING = "Wants:"
"""What stands in the first message of a case alone, which repeats what was said before."""

USUAL_SEND_SECONDS = 10.0
DONE_WITHIN = 150.0
WATCH_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskResult(Judged):
    """How one desk stood it. ``shown`` messages were shown there, ``digests`` of several relays."""

    seed: int
    cases: int
    relays: int = 0
    shown: int = 0
    digests: int = 0
    seconds: float = 0.0


async def crowd_the_desk(kind: type[Site], *, cases: int = CASES, seed: int = 1) -> DeskResult:
    """Let ``cases`` customers ask for a person on one platform, and judge what agents see."""
    result = DeskResult(site=kind.name, seed=seed, cases=cases)
    dice = Random(f"{kind.name} {seed}")
    return await played(kind, dice, result, _play, size=cases, among_others=0)


async def _play(scene: Scene, result: DeskResult) -> DeskResult:
    site = scene.site
    desk = site.stage.channel.channel_id
    await start(scene, 2, desk=desk, send_seconds=USUAL_SEND_SECONDS)
    if isinstance(site, Discord):
        site.server.world.most_threads = MOST_THREADS
    async with metered(site):
        seconds = await _crowd(scene)
    await asyncio.sleep(scene.afterglow)
    shown = await _all_shown(scene)
    return replace(
        result,
        relays=len(site.ledger.entries),
        shown=sum(map(len, shown.values())),
        digests=sum(len(numbers_in(text)) > 1 for texts in shown.values() for text in texts),
        seconds=seconds,
        verdict=_judged(site, shown, await scene.left()),
    )


async def _crowd(scene: Scene) -> float:
    """Let everybody ask and write on; returns the seconds until all is shown."""
    site = scene.site
    for customer in site.customers:
        await site.write(customer, "human, please")
    await _until(lambda: all(site.replies(customer) for customer in site.customers), "are told")
    began = time.monotonic()
    await _write_on(site)
    agents = site.tasks.create_task(_resolve_some(scene))
    await _until_shown(scene)
    agents.cancel()
    with suppress(asyncio.CancelledError):
        await agents
    return time.monotonic() - began


async def _write_on(site: Site) -> None:
    for _ in range(RELAYS):
        for customer in site.customers:
            await site.write(customer)
        await asyncio.sleep(site.dice.uniform(0.1, 0.4))


async def _until_shown(scene: Scene) -> None:
    wanted = {entry.number for entry in scene.site.ledger.entries}
    deadline = time.monotonic() + DONE_WITHIN
    while time.monotonic() < deadline:
        texts = [text for texts in (await _all_shown(scene)).values() for text in texts]
        if wanted <= {n for text in texts for n in numbers_in(text)} and not await scene.left():
            return
        await asyncio.sleep(WATCH_SECONDS * 5)


async def _all_shown(scene: Scene) -> dict[str, list[str]]:
    return {customer.name: await _in_thread(scene, customer) for customer in scene.site.customers}


async def _in_thread(scene: Scene, customer: Customer) -> list[str]:
    thread = await _thread_of(scene, customer)
    if thread is None:
        return []
    said = said_by_relevo(scene.site.seen(thread))
    return [text for text in said if BRIEFING not in text]


async def _thread_of(scene: Scene, customer: Customer) -> ConversationRef | None:
    async with guarded(2):
        found = await scene.redis.hget(ConversationKeys(customer.place).state, "thread")
    thread = cast("str | None", found)
    return ConversationRef.parse(thread) if thread else None


async def _resolve_some(scene: Scene) -> None:
    """Let an agent end cases where only so many threads fit, as soon as all was said in them."""
    site = scene.site
    if not isinstance(site, Discord):
        return
    done: set[str] = set()
    while True:
        for customer in site.customers:
            thread = await _thread_of(scene, customer)
            said = {
                number for text in await _in_thread(scene, customer) for number in numbers_in(text)
            }
            mine = {entry.number for entry in site.ledger.of(customer.name)}
            if thread is not None and customer.name not in done and mine <= said:
                done.add(customer.name)
                await site.stage.write(thread, "/resolve", who=site.stage.agent)
        await asyncio.sleep(0.5)


def _judged(site: Site, shown: dict[str, list[str]], left: list[str]) -> Verdict:
    """Judge relays by their numbers alone, wherever they are shown together."""
    verdict = judge(site.ledger, shown, left=left)
    for name, texts in shown.items():
        counts = Counter(number for text in texts for number in numbers_in(text))
        verdict.doubled += [
            f"#{n} of {name} is shown again" for n, times in counts.items() if times > 1
        ]
    return verdict


async def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DONE_WITHIN
    while not holds():
        assert time.monotonic() < deadline, f"never: all customers {what}"
        await asyncio.sleep(WATCH_SECONDS)


def desk_table(results: list[DeskResult]) -> str:
    """Draw the figures of all desks."""
    columns = ("desk", "cases", "relays", "lost", "doubled", "disordered", "left")
    drawn = Table(*columns, "shown", "digests", "seconds", f"at full length ({QUICKENED} times)")
    for item in results:
        wrong = (len(getattr(item.verdict, kind)) for kind in columns[3:])
        long = f"{item.seconds * QUICKENED / 60:.0f} min" if item.site != Discord.name else "–"
        figures = (item.cases, item.relays, *wrong, item.shown, item.digests)
        drawn.add_row(item.site, *map(str, figures), f"{item.seconds:.1f}", long)
    console = Console(width=160)
    with console.capture() as captured:
        console.print(drawn)
    return captured.get()
