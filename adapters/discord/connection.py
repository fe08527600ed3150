"""One process's turn at the gateway: the lease, the session, and the tasks that belong to it."""

import asyncio
import logging
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from adapters.discord.backfill import Backfill
from adapters.discord.commands import synchronise
from adapters.discord.doctor import may_read_content
from adapters.discord.gateway import Gateway, IntentNotAllowedError, Pace
from adapters.discord.interactions import Interactions
from adapters.discord.parse import Me, Payload
from adapters.discord.places import Places
from adapters.discord.progress import Progress
from adapters.discord.pump import Dispatch, Pump
from adapters.discord.reader import Reader
from adapters.discord.rest import Rest
from adapters.discord.threads import Threads
from adapters.discord.typists import Typists
from bot.vocabulary.errors import (
    AdapterError,
    AuthenticationError,
    ConnectionLostError,
    StateUnavailableError,
    first_error,
)
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.platforms import Intake
from bot.vocabulary.tools import AdapterStore

logger = logging.getLogger(__name__)

LEASE = "gateway"
LOOK_SECONDS = 1.0
"""How often a waiting process looks whether the gateway is free."""


@dataclass(kw_only=True)
class Connection:
    """See the module. Discord gives every event to each of a bot's connections: one must do."""

    store: AdapterStore
    rest: Rest
    reader: Reader
    progress: Progress
    places: Places
    threads: Threads
    interactions: Interactions
    typists: Typists
    gateway: Gateway
    pace: Pace
    suggests: bool
    content_refused: bool = False
    holder: str = field(default_factory=lambda: secrets.token_hex(8))

    async def run(self, intake: Intake) -> None:
        """Wait for the lease, then hold the gateway until cancelled or an error ends it.

        Raises:
            AuthenticationError: Discord refuses the token.
            ConnectionLostError: Discord can't be reached, or another process took the lease over.
            StateUnavailableError: The store can't be reached.
        """
        while True:
            if await self._renew():
                break
            await asyncio.sleep(min(self.pace.lease / 3, LOOK_SECONDS))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_lease())
                await self._hold(intake, tasks)
        except ExceptionGroup as group:
            raise first_error(group) from group
        finally:
            await self._let_go()

    async def _renew(self) -> bool:
        return await self.store.lease(LEASE, self.holder, self.pace.lease)

    async def _let_go(self) -> None:
        """Let another process take over at once."""
        with suppress(StateUnavailableError):
            await self.store.lease(LEASE, self.holder, 0.001)

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(self.pace.lease / 3)
            try:
                is_ours = await self._renew()
            except StateUnavailableError:
                # Nothing is stored meanwhile. If only this process is cut off, another one takes the
                # lease, and the first renewal that succeeds tells it.
                continue
            if not is_ours:
                raise ConnectionLostError("Another process holds Discord's gateway now.")

    async def _hold(self, intake: Intake, tasks: asyncio.TaskGroup) -> None:
        application = await self.rest.call(
            "GET", "/applications/@me", step="describe the application"
        )
        me = Me(user_id=await self.rest.who_am_i(), application_id=str(application["id"]))
        self.reader.me = me
        session = await self.progress.load()
        await self._offer_commands(me)

        def on_interaction(event: Dispatch) -> None:
            self.interactions.expect(event.raw)
            tasks.create_task(self.interactions.answer(event.raw))

        def on_typing(event: Dispatch) -> None:
            if self.typists.on_typing is not None:
                tasks.create_task(self.typists.hear(event.raw))

        pump = Pump(
            self.reader,
            self.progress,
            on_new_session=self._fill_gap,
            settle=self.interactions.settle,
            first_rest=self.pace.store,
        )
        tasks.create_task(pump.run(intake))
        content = may_read_content(application) and not self.content_refused
        try:
            await self.gateway.run(
                session,
                pump,
                content=content,
                on_interaction=on_interaction,
                on_typing=on_typing,
            )
        except IntentNotAllowedError:
            self.content_refused = True
            raise ConnectionLostError(
                "Discord does not allow the message-content intent: going on without it."
            ) from None

    async def _offer_commands(self, me: Me) -> None:
        try:
            await synchronise(
                self.rest,
                self.store,
                me.application_id,
                suggests=self.suggests,
                guild=self.reader.desk_guild,
            )
        except AuthenticationError:
            raise
        except AdapterError as error:
            logger.warning("The slash commands are not offered yet: %s", error)

    async def _fill_gap(self, intake: Intake, pump: Pump) -> None:
        """A session began anew: read what was said in between."""

        async def hand(raw: Payload, message: IncomingMessage) -> None:
            await pump.hand(raw, message, intake)

        backfill = Backfill(self.rest, self.reader, self.progress, self.places, self.threads)
        await backfill.run(hand)
