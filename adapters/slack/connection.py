"""Socket Mode: the SDK's client, one for each connection, under our own watch.

The SDK repeats a failed connection with the same single-use address for ever and closes the old
socket before it has a new one. Here each connection has a client and an address of its own; a new
one is opened first and the old one closed when what it had begun is acknowledged.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Any, cast

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from typing_extensions import override

from adapters.slack.api import SlackApi, is_direct, quiet
from bot.vocabulary.errors import AdapterError, AuthenticationError, RateLimitedError
from bot.vocabulary.failpoints import failpoint

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0
HELLO_SECONDS = 10.0
PING_SECONDS = 5.0
LOOK_SECONDS = 0.2
DRAIN_SECONDS = 3.0
LONGEST_REST_SECONDS = 30.0


class Line(SocketModeClient):
    """One connection, which never reconnects itself: it says that it is ``over`` instead."""

    def __init__(self, app: AsyncApp, app_token: str, url: str) -> None:
        super().__init__(
            app_token,
            logger=quiet,
            web_client=app.client,
            auto_reconnect_enabled=False,
            ping_interval=PING_SECONDS,
        )
        if is_direct(url):
            self.proxy = None
        self.wss_uri = url
        self.greeted = asyncio.Event()
        self.over = asyncio.Event()
        self._app = app
        self._at_work: set[asyncio.Task[Any]] = set()
        self.message_listeners.append(self._listen)  # pyright: ignore[reportUnknownMemberType]
        self.socket_mode_request_listeners.append(self._handle)

    @override
    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Say that the connection is over, where the SDK would replace it."""
        self.over.set()

    @property
    def is_over(self) -> bool:
        """Whether Slack asked for another connection, or this one is dead."""
        return self.over.is_set() or self.is_dead

    @property
    def is_dead(self) -> bool:
        """Whether nothing can arrive any more."""
        session = self.current_session
        return session is None or session.closed

    async def ends(self) -> None:
        """Return when the connection is over; the SDK does not tell when it was just dropped."""
        while not self.is_over:  # noqa: ASYNC110 - nothing is set by a dead peer
            await asyncio.sleep(LOOK_SECONDS)

    async def drain(self) -> None:
        """Let what has been begun be acknowledged, and close."""
        try:
            if self._at_work:
                await asyncio.wait(self._at_work, timeout=DRAIN_SECONDS)
        finally:
            await self.shut()

    async def shut(self) -> None:
        """Close at once, and see the SDK's tasks end."""
        own = cast(
            "tuple[asyncio.Future[Any] | None, ...]",
            (self.message_processor, self.current_session_monitor, self.message_receiver),  # pyright: ignore[reportUnknownMemberType]
        )
        tasks = [task for task in (*own, *self._at_work) if task is not None]
        for task in tasks:
            task.cancel()
        try:
            await self.close()
        except (ClientError, OSError):
            logger.debug("socket closed roughly")
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self, _client: object, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            self.greeted.set()

    async def _handle(self, _client: object, request: SocketModeRequest) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        response = await run_async_bolt_app(self._app, request)
        await send_async_response(self, request, response, 0.0)
        failpoint("acknowledged")


class Connection:
    """Keeps a line open; ``on_gap`` hears since when events may have been missed, a time stamp."""

    def __init__(
        self, api: SlackApi, app: AsyncApp, app_token: str, on_gap: Callable[[float], None]
    ) -> None:
        self._api = api
        self._app = app
        self._app_token = app_token
        self._on_gap = on_gap

    async def keep(self) -> None:
        """Hold a connection until cancelled.

        Raises:
            AuthenticationError: Slack does not accept the app's token.
        """
        line: Line | None = None
        try:
            while True:
                ended_at = time.time()
                old, line = line, await self._open()
                if old is None or old.is_dead:
                    self._on_gap(ended_at)
                if old is not None:
                    await old.drain()
                await line.ends()
                logger.info("socket to be replaced")
        finally:
            if line is not None:
                await line.shut()

    async def _open(self) -> Line:
        """Open a line, trying again until that works."""
        rest = 0.5
        while True:
            try:
                line = await self._try()
            except AuthenticationError:
                raise
            except RateLimitedError as error:
                rest = error.retry_after
            except AdapterError as error:
                logger.warning("socket not opened", extra={"error": str(error)})
            else:
                if line is not None:
                    logger.info("socket open")
                    return line
            await asyncio.sleep(rest * random.uniform(1.0, 1.4))  # noqa: S311 - not a secret
            rest = min(rest * 2, LONGEST_REST_SECONDS)

    async def _try(self) -> Line | None:
        """Try one address; None when it led to no greeting."""
        line = Line(self._app, self._app_token, await self._api.open_socket())
        is_open = False
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await line.connect()
            async with asyncio.timeout(HELLO_SECONDS):
                await line.greeted.wait()
            is_open = True
        except TimeoutError:
            logger.warning("socket not answered: another address is asked for")
        finally:
            if not is_open:
                await line.shut()
        return line if is_open else None
