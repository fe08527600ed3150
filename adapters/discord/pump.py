"""Hands raw events to the core, one after the other, and lets none overtake one that is not stored.

Discord has no acknowledgement of its own. What stands for it is the number of the last event that
the core has stored: a session is resumed after it, so that whatever was not stored comes again.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from adapters.discord.errors import UnreadableError
from adapters.discord.parse import MALFORMED, Payload, created_at, reading
from adapters.discord.progress import GatewaySession, Progress
from adapters.discord.reader import Reader
from bot.vocabulary.errors import (
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
    StateUnavailableError,
    UnstorableError,
)
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.platforms import Intake

logger = logging.getLogger(__name__)

WAITING_MOST = 5000
"""With more events waiting, the socket is not read: Discord keeps them for the session."""

INTERACTION = "INTERACTION_CREATE"
LONGEST_REST = 5.0
QUIET_EVENTS = 200
"""After so many events without meaning the number moves on without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One event of the gateway with its number."""

    kind: str
    raw: Payload
    sequence: int


class Pump:
    """See the module.

    ``on_new_session`` fills the gap before a session that is no resumed one, ``settle`` hears of each
    interaction that it is stored, or with None that it never will be. ``first_rest`` is the first
    rest, in seconds, when storing fails.
    """

    def __init__(
        self,
        reader: Reader,
        progress: Progress,
        *,
        on_new_session: Callable[[Intake, "Pump"], Awaitable[None]],
        settle: Callable[[Payload, IncomingMessage | None], None],
        first_rest: float,
    ) -> None:
        self._reader = reader
        self._progress = progress
        self._on_new_session = on_new_session
        self._settle = settle
        self._first_rest = first_rest
        self._waiting: asyncio.Queue[Dispatch] = asyncio.Queue()
        self._unmarked = 0

    def put(self, event: Dispatch) -> None:
        """Take an event from the socket."""
        self._waiting.put_nowait(event)

    async def room(self) -> None:
        """Return when the socket may be read on."""
        while True:
            if self._waiting.qsize() <= WAITING_MOST:
                return
            await asyncio.sleep(0.1)

    async def run(self, intake: Intake) -> None:
        """Work until cancelled.

        Raises:
            AuthenticationError: Discord refuses the bot's token.
        """
        while True:
            event = await self._waiting.get()
            rest = self._first_rest
            while not await self._take(event, intake):
                await asyncio.sleep(rest)
                rest = min(rest * 2, LONGEST_REST)

    async def hand(self, raw: Payload, message: IncomingMessage, intake: Intake) -> None:
        """Let the core store an event, and note where a message stands that a person wrote.

        The thread that starts from a message is noted with it: people may write there in a gap.

        Raises:
            StateUnavailableError: It is not stored yet.
            UnstorableError: It never will be.
        """
        await intake(message)
        if "content" in raw and "channel_id" in raw:
            self._progress.remember(message)
            self._progress.see(str(raw["channel_id"]), str(raw["id"]))
            if message.conversation.thread_id == message.id:
                self._progress.see(message.id, message.id)

    async def _take(self, event: Dispatch, intake: Intake) -> bool:
        """Work one event off; False when that must be tried again."""
        try:
            await self._work(event, intake)
        except (UnreadableError, UnstorableError) as error:
            details = {"event_type": event.kind, "error": type(error.__cause__ or error).__name__}
            logger.warning("Skipped an event of Discord that can't be read.", extra=details)
            await self._skip(event)
        except DeliveryError:
            logger.warning("Skipped an event of Discord.", extra={"event_type": event.kind})
            await self._skip(event)
        except (StateUnavailableError, ConnectionLostError, RateLimitedError) as error:
            details = {"event_type": event.kind, "error": type(error).__name__}
            logger.warning("An event of Discord could not be stored yet.", extra=details)
            return False
        return True

    async def _work(self, event: Dispatch, intake: Intake) -> None:
        if event.kind == "READY":
            await self._on_new_session(intake, self)
            with reading():
                session = session_of(event)
            await self._progress.begin(session)
            return
        messages = await self._reader.read(event.kind, event.raw, event.sequence)
        with reading():
            where = _where(event)
        if messages:
            failpoint("parsed")
        for message in messages:
            await self.hand(event.raw, message, intake)
        if where is not None:
            self._progress.witness(*where)
        self._unmarked += 1
        if messages or self._unmarked >= QUIET_EVENTS or self._waiting.empty():
            await self._mark(event)
        if messages:
            failpoint("acknowledged")
        if messages and event.kind == INTERACTION:
            self._settle(event.raw, messages[0])

    async def _skip(self, event: Dispatch) -> None:
        if event.kind == INTERACTION:
            self._settle(event.raw, None)
        await self._mark(event)

    async def _mark(self, event: Dispatch) -> None:
        self._unmarked = 0
        await self._progress.reach(event.sequence)


def _where(event: Dispatch) -> tuple[str, str] | None:
    """Return channel and id of a new message, whoever wrote it."""
    if event.kind != "MESSAGE_CREATE":
        return None
    created_at(str(event.raw["id"]))  # whether it is an id
    return str(event.raw["channel_id"]), str(event.raw["id"])


def session_of(event: Dispatch) -> GatewaySession:
    """Read from ``READY`` the session that begins with it."""
    return GatewaySession(
        id=str(event.raw["session_id"]),
        url=str(event.raw["resume_gateway_url"]),
        sequence=event.sequence,
    )


def read_dispatch(frame: str | bytes) -> Dispatch | None:
    """Read a frame of the gateway; None for what is no event or can't be read."""
    try:
        fields: dict[str, Any] = json.loads(frame)
        if fields["op"] != 0:
            return None
        return Dispatch(kind=str(fields["t"]), raw=fields["d"], sequence=int(fields["s"]))
    except MALFORMED:
        return None
