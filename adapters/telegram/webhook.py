"""The route that Telegram calls: the secret first, and 200 only for what has not to come again.

That is what is stored, what means nothing to the core, and what can't be read and never will be.

Telegram calls in parallel and without order. In this process an update waits for those of its chat
that are here with a lower number, and a moment for one that should have come before it. What other
processes have at the same time is not known.
"""

import asyncio
import hmac
import json
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast
from urllib.parse import urlsplit

from aiohttp import web

from adapters.telegram.reception import update_id
from bot.vocabulary.errors import ConfigurationError, StateUnavailableError
from bot.vocabulary.failpoints import failpoint

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
GRACE_SECONDS = 0.05

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

Take = Callable[[object], Awaitable[None]]


class Webhook:
    """Receives updates while ``taking`` is entered; answers 503 otherwise."""

    def __init__(self, secret: str) -> None:
        """Build the route.

        Raises:
            ConfigurationError: The secret is missing, or not what Telegram accepts.
        """
        if not _SECRET.fullmatch(secret):
            raise ConfigurationError(
                "telegram.webhook_url needs telegram.webhook_secret: set it to 1–256 letters, "
                "digits, _ or -, such as what `openssl rand -hex 32` prints."
            )
        self._secret = secret.encode()
        self._take: Take | None = None
        self._order = Order()

    def routes(self) -> tuple[web.AbstractRouteDef, ...]:
        """The route."""
        return (web.post(PATH, self._receive),)

    @asynccontextmanager
    async def taking(self, take: Take) -> AsyncGenerator[None]:
        """Hand updates on for a while."""
        self._take = take
        try:
            yield
        finally:
            self._take = None

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=401, text="wrong secret\n")
        try:
            raw: object = json.loads(await request.read())
        except ValueError:
            return web.Response(status=400, text="no JSON\n")
        take = self._take
        if take is None:
            return web.Response(status=503, text="not ready\n")
        try:
            async with self._order.turn(raw):
                await take(raw)
        except StateUnavailableError:
            return web.Response(status=503, text="not stored\n")
        failpoint("acknowledged")
        return web.Response(text="ok\n")


class Order:
    """Lets updates of one chat through by their number, as far as they are here."""

    def __init__(self) -> None:
        self._here: defaultdict[object, list[int]] = defaultdict(list)
        self._newest = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def turn(self, raw: object) -> AsyncGenerator[None]:
        """Wait until no lower number of the same chat is on its way."""
        number, chat = update_id(raw), chat_of(raw)
        if number is None or chat is None:
            yield
            return
        here = self._here[chat]
        here.append(number)
        try:
            if number > self._newest + 1:
                await asyncio.sleep(GRACE_SECONDS)
            self._newest = max(number, self._newest)
            async with self._changed:
                await self._changed.wait_for(lambda: min(here) == number)
            yield
        finally:
            here.remove(number)
            if not here:
                self._here.pop(chat, None)
            async with self._changed:
                self._changed.notify_all()


def chat_of(raw: object) -> object:
    """Return the chat that an update belongs to, without reading more of it; None when unknown."""
    contents = cast("dict[str, object]", raw).values() if isinstance(raw, dict) else ()
    for content in contents:
        for holder in (content, _field(content, "message")):
            chat = _field(_field(holder, "chat"), "id")
            if isinstance(chat, int):
                return chat
    return None


def _field(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None


def complete_webhook(url: str) -> str:
    """Return the address that Telegram shall call: with our path unless it has one.

    Raises:
        ConfigurationError: It is no address of the web.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ConfigurationError(
            "telegram.webhook_url must be an address such as https://bot.example.com."
        )
    return url if parts.path.strip("/") else url.rstrip("/") + PATH
