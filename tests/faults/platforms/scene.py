"""A run in progress: what faults can reach, and what can be seen of Relevo's inside."""

import asyncio
import contextlib
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from aiohttp import ClientError, ClientSession, ClientTimeout
from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.keys import ConversationKeys
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.turns import Lane
from tests.faults.platforms.crowd import Crowd
from tests.faults.platforms.sites import Site
from tests.faults.platforms.worker import Orders
from tests.faults.stack import Slot
from tests.servers import RealServer

QUIET_WITHIN = 25.0
"""Seconds after healing within which everything must be answered."""

MET_WITHIN = 20.0
STOP_WITHIN = 12.0
WATCH_SECONDS = 0.02
AFTERGLOW_SECONDS = 0.5
"""How long it is watched, once all is answered, whether anything comes twice."""

AMBIGUOUS = re.compile(
    r'^relevo_ambiguous_sends_total\{.*resolution="(?P<how>\w+)".*\} (?P<count>[\d.]+)',
    re.MULTILINE,
)


@dataclass(slots=True, kw_only=True)
class Scene:
    """See the module. ``server`` is the Redis, ``folder`` holds data and logs, ``afterglow`` how long is waited for late copies."""

    site: Site
    server: RealServer
    slots: list[Slot[Orders]]
    redis: Redis
    dice: Random
    crowd: Crowd
    folder: Path
    afterglow: float = AFTERGLOW_SECONDS
    judges_order: bool = True
    counted: dict[str, float] = field(default_factory=dict[str, float])

    async def until(self, holds: Callable[[], bool], what: str, within: float = MET_WITHIN) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + within
        while not holds():
            assert time.monotonic() < deadline, f"never: {what}"
            await asyncio.sleep(WATCH_SECONDS)

    async def met(self) -> None:
        """Wait until every prepared trouble was met."""
        await self.until(lambda: self.site.troubles_left() == 0, "a prepared trouble was met")

    async def answered(self) -> None:
        """Wait until all that was written is answered, and nothing is on its way."""
        try:
            async with asyncio.timeout(QUIET_WITHIN):
                while True:
                    waits = self.site.ledger.open() or self.site.busy
                    if not waits and not await self.left():
                        return
                    await asyncio.sleep(WATCH_SECONDS)
        except TimeoutError:
            return

    async def kill(self, slot: Slot[Orders]) -> None:
        """End a process without a chance to say or write anything."""
        await self.count()
        slot.signal(signal.SIGKILL)
        await slot.ended(within=5)
        slot.end()

    async def stop(self, slot: Slot[Orders]) -> None:
        """End a process as a deployment does."""
        await self.count()
        slot.signal(signal.SIGTERM)
        code = await slot.ended(within=STOP_WITHIN)
        assert code == 0, f"SIGTERM ended with exit code {code}"
        slot.end()

    async def start(self, slot: Slot[Orders]) -> None:
        """Start a process anew."""
        slot.start()
        await slot.ready()

    async def count(self) -> None:
        """Note how many unclear sends the processes have counted by now."""
        for slot in self.slots:
            text = await _metrics(slot.port)
            for found in AMBIGUOUS.finditer(text):
                self.counted[f"{id(slot)}-{slot.pid}-{found['how']}"] = float(found["count"])

    def resent(self) -> int:
        """Return how many sends were repeated although it is unknown whether they were shown."""
        return int(sum(n for name, n in self.counted.items() if name.endswith(("resent", "topic"))))

    async def left(self) -> list[str]:
        """Name what still waits in Redis; never raises for Redis's sake."""
        try:
            async with guarded(2):
                return [
                    text
                    for customer in self.site.customers
                    for text in await self._waits(str(customer.place))
                ]
        except StateUnavailableError as error:
            return [str(error)]

    async def _waits(self, ref: str) -> list[str]:
        keys = ConversationKeys(ref)
        lists = {"mailbox": keys.mailbox, **{f"lane {lane}": keys.lane(lane) for lane in Lane}}
        waiting = {name: await self.redis.llen(key) for name, key in lists.items()}
        waiting["dead letters"] = await self.redis.xlen(keys.dead)
        return [f"{count} in the {name} of {ref}" for name, count in waiting.items() if count]


async def _metrics(port: int | None) -> str:
    if port is None:
        return ""
    with contextlib.suppress(ClientError, TimeoutError, OSError):
        async with (
            ClientSession(timeout=ClientTimeout(total=2)) as session,
            session.get(f"http://127.0.0.1:{port}/metrics") as answer,
        ):
            return await answer.text()
    return ""
