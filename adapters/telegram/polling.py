"""Long polling: Telegram keeps updates until a higher offset says that they are stored.

The offset moves only behind what the core has stored. One process polls for a bot at a time, by a
lease; the others wait and take over when its holder is gone.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence

from adapters.telegram.errors import translated
from adapters.telegram.memory import Memory
from adapters.telegram.parse import KINDS
from adapters.telegram.reception import update_id
from adapters.telegram.wire import Client
from bot.vocabulary.errors import RateLimitedError, StateUnavailableError
from bot.vocabulary.failpoints import failpoint

POLL_SECONDS = 10
RENEWALS = 4
"""How often a lease is renewed in the time for which it holds."""

FIRST_RETRY_SECONDS = 0.1
RETRY_SECONDS = 1.0
EARLY_SECONDS = 0.1
LET_GO_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 5.0

Take = Callable[[object], Awaitable[None]]
Glance = Callable[[Sequence[object]], Awaitable[None]]

logger = logging.getLogger(__name__)


class LeaseLostError(Exception):
    """Raised when another process may have begun to poll."""


class Poller:
    """Takes updates in their order, for as long as this process is the one that polls."""

    def __init__(self, client: Client, memory: Memory, *, lease_seconds: float) -> None:
        self._client = client
        self._memory = memory
        self._lease_seconds = lease_seconds
        self._renew_seconds = lease_seconds / RENEWALS
        self._holder = uuid.uuid4().hex

    async def run(self, take: Take, glance: Glance) -> None:
        """Wait until no other process polls, then take updates until cancelled.

        ``glance`` sees each batch as a whole before ``take`` gets it one by one.
        """
        while True:
            try:
                async with asyncio.TaskGroup() as tasks:
                    await self._wait_for_turn()
                    tasks.create_task(self._renew())
                    await self._poll(take, glance)
            except* LeaseLostError:
                logger.warning("Another process may poll Telegram now: waiting for my turn.")
            except* StateUnavailableError:
                logger.warning("Telegram is polled again when the state can be kept.")
                await asyncio.sleep(RETRY_SECONDS)
            finally:
                await self._let_go()

    async def _wait_for_turn(self) -> None:
        while not await self._hold():  # noqa: ASYNC110 (another process decides)
            await asyncio.sleep(self._renew_seconds)

    async def _poll(self, take: Take, glance: Glance) -> None:
        async with translated():
            await self._client.bot.delete_webhook(drop_pending_updates=False)
        offset = await self._memory.offset()
        loop = asyncio.get_running_loop()
        while True:
            before, asked_at = offset, loop.time()
            updates = await self._fetch(offset)
            await glance(updates)
            for raw in updates:
                await _until_stored(take, raw)
                number = update_id(raw)
                offset = offset if number is None else number + 1
            if offset != before and offset is not None:
                await self._memory.keep_offset(offset)
                failpoint("acknowledged")
            elif updates:
                # Updates without a number can't be confirmed: do not ask for them all the time.
                await asyncio.sleep(RETRY_SECONDS)
            elif loop.time() - asked_at < EARLY_SECONDS:
                # Nothing, and at once: this server knows no long polling.
                await asyncio.sleep(EARLY_SECONDS)

    async def _fetch(self, offset: int | None) -> list[object]:
        while True:
            try:
                async with translated():
                    return await self._client.updates(
                        offset=offset, seconds=POLL_SECONDS, kinds=KINDS
                    )
            except RateLimitedError as error:
                await asyncio.sleep(error.retry_after)

    async def _hold(self) -> bool:
        return await self._memory.lease(self._holder, self._lease_seconds)

    async def _renew(self) -> None:
        """Keep the lease; a store that can't be asked for a while is a lease lost."""
        loop = asyncio.get_running_loop()
        held = loop.time()
        while True:
            await asyncio.sleep(self._renew_seconds)
            try:
                if not await self._hold():
                    raise LeaseLostError
                held = loop.time()
            except StateUnavailableError as error:
                if loop.time() - held > self._lease_seconds - self._renew_seconds:
                    raise LeaseLostError from error

    async def _let_go(self) -> None:
        """Let the next process poll at once, if that can still be said."""
        try:
            async with asyncio.timeout(LET_GO_SECONDS):
                if await self._hold():
                    await self._memory.lease(self._holder, 0.001)
        except (StateUnavailableError, TimeoutError):
            return


async def _until_stored(take: Take, raw: object) -> None:
    """Take an update, again and again while the core can't store it: nothing may pass it."""
    wait = FIRST_RETRY_SECONDS
    while True:
        try:
            return await take(raw)
        except StateUnavailableError:
            logger.warning("An update of Telegram waits until it can be stored.")
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_RETRY_SECONDS)
