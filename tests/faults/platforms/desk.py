"""The desk's capacity: many cases at once, through a pipe as narrow as the platform's own.

A hundred customers ask for a person at the same moment and go on writing. Telegram allows 20
messages a minute in a group, whose topics share it, Slack one a second in a channel, Discord a number
of threads at once. Time is quickened; nothing may be lost, doubled or swapped, what waits is shown
together, and the platform is never asked for more than it allows.
"""

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any, cast

from rich.console import Console
from rich.table import Table
from typing_extensions import override

from adapters.slack.sending import Pace as SlackPace
from adapters.telegram import Pace as TelegramPace
from bot.engine.client.connection import connect, guarded
from bot.engine.keys import ConversationKeys
from bot.vocabulary.messages import ConversationRef
from tests.faults.platforms.crowd import Crowd
from tests.faults.platforms.discord import Discord
from tests.faults.platforms.ledger import numbers_in
from tests.faults.platforms.oracle import Verdict, judge
from tests.faults.platforms.run import logs_in, ports_of, redis_in, start
from tests.faults.platforms.scene import Scene
from tests.faults.platforms.sites import Customer, Site
from tests.faults.platforms.slack import Slack
from tests.faults.platforms.telegram import Telegram
from tests.platforms.opening import open_stage
from tests.platforms.stage import Stage

CASES = 100
RELAYS = 4
QUICKENED = 40
MOST_THREADS = 60
"""Of the loopback guild: less than there are cases, so that resolved ones must make room."""

BRIEFING = "Wants:"
"""What stands in the first message of a case alone, which repeats what was said before."""

USUAL_SEND_SECONDS = 10.0
DONE_WITHIN = 150.0
WATCH_SECONDS = 0.05


class QuickSlack(Slack):
    """Slack's own pace, quickened."""

    @property
    @override
    def settings(self) -> dict[str, Any]:
        return super().settings | {"pace": SlackPace(a_second=float(QUICKENED))}


class QuickTelegram(Telegram):
    """Telegram's own pace in groups, quickened; what customers read is not held up."""

    @property
    @override
    def settings(self) -> dict[str, Any]:
        usual = TelegramPace()
        pace = replace(
            usual, group=usual.group * QUICKENED, overall=1e6, private=1e6, private_burst=100
        )
        return super().settings | {"pace": pace}


DESKS: tuple[type[Site], ...] = (QuickSlack, Discord, QuickTelegram)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskResult:
    """How one desk stood it. ``shown`` messages were shown there, ``digests`` of several relays."""

    site: str
    cases: int
    relays: int = 0
    shown: int = 0
    digests: int = 0
    seconds: float = 0.0
    verdict: Verdict = field(default_factory=Verdict)
    problem: str = ""
    logs: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem and not self.verdict.complaints


async def crowd_the_desk(kind: type[Site], *, cases: int = CASES, seed: int = 1) -> DeskResult:
    """Let ``cases`` customers ask for a person on one platform, and judge what agents see."""
    result = DeskResult(site=kind.name, cases=cases)
    folder = Path(tempfile.mkdtemp(prefix="relevo-desk-"))
    try:
        async with open_stage(kind.platform) as stage:
            result = await _run_on(stage, kind, folder, result, seed)
    except AssertionError as error:
        result = replace(result, problem=result.problem or str(error)[:2000])
    finally:
        if not result.is_good:
            result = replace(result, logs=logs_in(folder))
        shutil.rmtree(folder, ignore_errors=True)
    return result


async def _run_on(
    stage: Stage, kind: type[Site], folder: Path, result: DeskResult, seed: int
) -> DeskResult:
    dice = Random(f"{kind.name} {seed}")
    async with redis_in(folder) as server, asyncio.TaskGroup() as tasks:
        slots: list[Any] = []
        doors = ports_of(slots)
        site = kind(
            stage=stage, dice=dice, tasks=tasks, doors=doors, size=result.cases, among_others=0
        )
        redis = connect(server.url, pool_size=8, deadline_seconds=2)
        crowd = Crowd(site=site, dice=dice)
        scene = Scene(site=site, server=server, slots=slots, redis=redis, dice=dice, crowd=crowd)
        try:
            desk = stage.channel.channel_id
            await start(scene, 2, folder, desk=desk, send_seconds=USUAL_SEND_SECONDS)
            result = await _play(scene, result)
        except (AssertionError, TimeoutError) as error:
            result = replace(result, problem=f"{error!r}"[:2000])
        finally:
            site.end()
            for slot in slots:
                slot.end()
            await redis.aclose()
    return result


async def _play(scene: Scene, result: DeskResult) -> DeskResult:
    site = scene.site
    if isinstance(site, Discord):
        site.server.world.most_threads = MOST_THREADS
    for customer in site.customers:
        await site.write(customer, "human, please")
    await _until(lambda: all(site.replies(customer) for customer in site.customers), "are told")
    began = time.monotonic()
    await _write_on(site)
    agents = site.tasks.create_task(_resolve_some(scene))
    shown = await _until_shown(scene)
    seconds = time.monotonic() - began
    agents.cancel()
    with suppress(asyncio.CancelledError):
        await agents
    return replace(
        result,
        relays=len(site.ledger.entries),
        shown=sum(map(len, shown.values())),
        digests=sum(len(numbers_in(text)) > 1 for texts in shown.values() for text in texts),
        seconds=seconds,
        verdict=_judged(site, shown, await scene.left()),
    )


async def _write_on(site: Site) -> None:
    for _ in range(RELAYS):
        for customer in site.customers:
            await site.write(customer)
        await asyncio.sleep(site.dice.uniform(0.1, 0.4))


async def _until_shown(scene: Scene) -> dict[str, list[str]]:
    wanted = {entry.number for entry in scene.site.ledger.entries}
    deadline = time.monotonic() + DONE_WITHIN
    while True:
        shown = {
            customer.name: await _in_thread(scene, customer) for customer in scene.site.customers
        }
        texts = (text for texts in shown.values() for text in texts)
        missing = wanted - {number for text in texts for number in numbers_in(text)}
        if (not missing and not await scene.left()) or time.monotonic() > deadline:
            return shown
        await asyncio.sleep(WATCH_SECONDS * 5)


async def _in_thread(scene: Scene, customer: Customer) -> list[str]:
    thread = await _thread_of(scene, customer)
    if thread is None:
        return []
    said = [item.text for item in scene.site.seen(thread) if item.by_relevo]
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
