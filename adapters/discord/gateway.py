"""The gateway by discord.py's own socket: connect, RESUME or IDENTIFY, read, reconnect.

``discord.Client.connect`` is not used: it knows no session of an earlier process, dies when the
first connection fails or an event has an unknown shape, and closes with a code that ends the
session. ``DiscordWebSocket`` offers what is needed: ``from_client`` (which takes a session),
``poll_event`` and ``close``. All that this module knows of discord.py's insides stands here.
"""

import asyncio
import logging
import random
import time
import zlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import aiohttp
import discord
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.http import Route
from typing_extensions import override
from yarl import URL

from adapters.discord.errors import UnreadableError
from adapters.discord.parse import MALFORMED, reading
from adapters.discord.progress import GatewaySession, IdentifyBudget
from adapters.discord.pump import INTERACTION, Dispatch, Pump, read_dispatch, session_of
from adapters.discord.rest import UNKNOWN_BOT
from adapters.discord.typists import TYPING
from bot.vocabulary.errors import AuthenticationError, ConfigurationError, ConnectionLostError
from bot.vocabulary.failpoints import failpoint

logger = logging.getLogger(__name__)

BAD_TOKEN = 4004
INTENT_NOT_ALLOWED = 4014
HOPELESS = frozenset({4010, 4011, 4012, 4013})
RESUMABLE_CLOSE = 4000
"""Any code but 1000 and 1001, which would end the session."""

CONNECT_SECONDS = 30.0
CLOSE_SECONDS = 2.0
LONGEST_REST = 60.0
FRUITLESS_RESUMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long to wait, in seconds; only tests have reasons to hurry.

    ``identify`` lies between two IDENTIFYs (Discord allows one in 5 s), ``reconnect`` is the first
    rest after a failed connection, ``invalid`` the longest before the IDENTIFY that follows a lost
    session, ``store`` the first rest when an event could not be stored, ``lease`` the life of the
    right to hold the gateway, ``answer`` how long a press waits to be stored before it is answered
    (Discord gives 3 s).
    """

    identify: float = 5.5
    reconnect: float = 0.25
    invalid: float = 4.0
    store: float = 0.25
    lease: float = 6.0
    answer: float = 2.0


class IntentNotAllowedError(Exception):
    """Raised when Discord closes because the message-content intent is not enabled after all."""


class _Client(discord.Client):
    """discord.py without its cache and objects: only raw frames are listened to."""

    def __init__(self, receive: Callable[[str], None], *, content: bool) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.messages = intents.reactions = intents.typing = True
        intents.message_content = content
        super().__init__(
            intents=intents,
            enable_debug_events=True,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self._receive = receive
        parsers = getattr(getattr(self, "_connection", None), "parsers", None)
        if isinstance(parsers, dict):
            parsers.clear()

    @override
    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Take the raw frame at once: discord.py would start a task for each event.

        It is only put by, for whatever fails in here looks as if discord.py could not read it.
        """
        if event == "socket_raw_receive":
            self._receive(args[0])


class Gateway:
    """One process's connection; ``run`` holds it until it is cancelled."""

    def __init__(
        self, *, token: str, api_url: str, gateway_url: str, budget: IdentifyBudget, pace: Pace
    ) -> None:
        self._token = token
        self._api_url = api_url.rstrip("/")
        self._url = URL(gateway_url) if gateway_url else DiscordWebSocket.DEFAULT_GATEWAY
        self._budget = budget
        self._pace = pace
        self._session: GatewaySession | None = None
        self._fruitless = 0
        self._unreachable = 0
        self._rest = pace.reconnect

    async def run(
        self,
        session: GatewaySession | None,
        pump: Pump,
        *,
        content: bool,
        on_interaction: Callable[[Dispatch], None],
        on_typing: Callable[[Dispatch], None],
    ) -> NoReturn:
        """Connect and reconnect.

        Raises:
            AuthenticationError: Discord refuses the token.
            ConfigurationError: Discord refuses the application, for good.
            IntentNotAllowedError: Run again without ``content``.
            ConnectionLostError: Discord's API can't be reached.
        """
        self._session, self._fruitless, self._rest = session, 0, self._pace.reconnect

        frames: deque[str] = deque()
        at_once = {INTERACTION: on_interaction, TYPING: on_typing}

        async def read(socket: DiscordWebSocket) -> NoReturn:
            while True:
                await pump.room()
                await _poll(socket)
                while frames:
                    self._receive(frames.popleft(), pump, at_once)

        client = _Client(frames.append, content=content)
        try:
            await self._log_in(client)
            while True:
                await self._connect(client, read)
        finally:
            await client.close()

    async def _log_in(self, client: _Client) -> None:
        """Open discord.py's session. Its base address is a class attribute: the last one wins."""
        Route.BASE = self._api_url
        logging.getLogger("discord").setLevel(logging.WARNING)  # at DEBUG it logs what people write
        try:
            await client.login(self._token)
        except discord.LoginFailure:
            raise AuthenticationError(UNKNOWN_BOT) from None
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ConnectionLostError(
                f"Discord can't be reached: {type(error).__name__}."
            ) from None

    async def _connect(
        self, client: _Client, read: Callable[[DiscordWebSocket], Awaitable[NoReturn]]
    ) -> None:
        """Hold one connection until it ends, then rest as long as its end asks for."""
        try:
            socket = await self._open(client)
            try:
                await read(socket)
            finally:
                await _close(socket)
        except ReconnectWebSocket as end:
            if not end.resume:
                logger.info("Discord has ended the session; a new one begins.")
                self._session = None
                await asyncio.sleep(random.SystemRandom().uniform(0.25, 1.0) * self._pace.invalid)
                return
        except discord.ConnectionClosed as end:
            _give_up(end.code)
        except (OSError, aiohttp.ClientError, TimeoutError, zlib.error, RuntimeError) as error:
            logger.info("Discord's gateway is lost.", extra={"error": type(error).__name__})
        await asyncio.sleep(self._rest)
        self._rest = min(self._rest * 2, LONGEST_REST)

    async def _open(self, client: _Client) -> DiscordWebSocket:
        """Connect and RESUME or IDENTIFY.

        A session's own address is not the only one: every second try that can't be connected goes
        to the common one. A session that is closed again and again without a word is given up.
        """
        session = self._session if self._fruitless < FRUITLESS_RESUMES else None
        if session is None:
            await self._identify_in_turn()
        own_address = session is not None and self._unreachable % 2 == 0
        self._unreachable += 1
        async with asyncio.timeout(CONNECT_SECONDS):
            socket = await DiscordWebSocket.from_client(
                client,
                initial=True,
                gateway=URL(session.url) if session and own_address else self._url,
                session=session.id if session else None,
                sequence=session.sequence if session else None,
                resume=session is not None,
            )
        self._unreachable = 0
        self._fruitless += session is not None
        return socket

    async def _identify_in_turn(self) -> None:
        while delay := await self._budget.delay(time.time()):
            logger.info("The next IDENTIFY waits.", extra={"seconds": round(delay)})
            await asyncio.sleep(min(delay, LONGEST_REST))
        await self._budget.spend(time.time())

    def _receive(
        self, frame: str, pump: Pump, at_once: Mapping[str, Callable[[Dispatch], None]]
    ) -> None:
        """Hand an event on, and only then note it: where that fails, a RESUME brings it again.

        ``at_once`` hears of some kinds before the pump; that somebody is writing is never stored.
        """
        event = read_dispatch(frame)
        if event is None:
            return
        failpoint("bytes_arrived")
        try:
            with reading():
                session = self._session_after(event)
        except UnreadableError:
            return  # discord.py has said so
        if event.kind in at_once:
            at_once[event.kind](event)
        if event.kind != TYPING:
            pump.put(event)
        if event.kind in {"READY", "RESUMED"}:
            self._fruitless, self._rest = 0, self._pace.reconnect
        self._session = session

    def _session_after(self, event: Dispatch) -> GatewaySession | None:
        """Return what a reconnect of this process resumes."""
        if event.kind == "READY":
            return session_of(event)
        return self._session and replace(self._session, sequence=event.sequence)


async def _poll(socket: DiscordWebSocket) -> None:
    """Let discord.py read one frame; what it sets off there is no fault of ours."""
    try:
        await socket.poll_event()
    except MALFORMED as error:
        extra = {"error": type(error).__name__}
        logger.warning("discord.py can't read an event.", extra=extra)


def _give_up(code: int | None) -> None:
    if code == BAD_TOKEN:
        raise AuthenticationError(UNKNOWN_BOT)
    if code == INTENT_NOT_ALLOWED:
        raise IntentNotAllowedError
    if code in HOPELESS:
        raise ConfigurationError(f"Discord refuses this application for good (close code {code}).")


async def _close(socket: DiscordWebSocket) -> None:
    """Close so that the session can be resumed."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await socket.close(RESUMABLE_CLOSE)
    except (OSError, aiohttp.ClientError, TimeoutError, RuntimeError):
        return
