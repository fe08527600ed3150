"""Discord's REST API: one try a call, and an answer or an error of the house within seconds.

discord.py's own client can't be used for sends: within one call it sleeps through 429, repeats 5xx
for up to half a minute and holds a finished answer back until its bucket refills, none of which
can be switched off (discord.py 2.7, ``HTTPClient.request``). The outbox needs the plain answer at
once, and the limits must hold for all processes together. Limits are not guessed: each answer says
what is left of its bucket, and whoever empties one pauses it for everybody.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

import aiohttp

from adapters.discord.errors import NotSentError, RefusedError
from bot.vocabulary.errors import (
    AuthenticationError,
    ConnectionLostError,
    RateLimitedError,
)
from bot.vocabulary.messages import File
from bot.vocabulary.tools import Limit, RateLimiter

CALL_SECONDS = 8.0
"""Below the core's deadline of a send, so that the error is ours and says what is known."""

PATIENCE_SECONDS = 1.5
"""The longest rest within a call; a longer one is the outbox's."""

UNNAMED_PAUSE_SECONDS = 5.0
"""The rest after a 429 that names none."""

EVERYTHING = Limit(scope="global", rate=45.0, burst=45)
"""Discord allows 50 requests a second for all of a bot's processes together."""

UNKNOWN_BOT = "Discord does not know this bot: put a valid token in RELEVO_DISCORD__TOKEN."

GARBLED = object()
"""Stands for an answer that is no JSON: somebody in between gave it in Discord's place."""

USER_AGENT = "DiscordBot (https://github.com/relevo/relevo, 0.1)"


class Rest:
    """Calls Discord as the bot. The token stays in here."""

    def __init__(self, limits: RateLimiter, *, token: str, api_url: str) -> None:
        self._limits = limits
        self._token = token
        self._base = api_url.rstrip("/")
        self._opened: aiohttp.ClientSession | None = None
        self._me = ""

    async def who_am_i(self) -> str:
        """Return the bot's user id; asked once."""
        if not self._me:
            user = await self.call("GET", "/users/@me", step="say who the bot is")
            self._me = str(user["id"])
        return self._me

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()

    async def admit(self, scope: str) -> None:
        """Wait a moment until a bucket allows a call.

        Raises:
            RateLimitedError: It does not within ``PATIENCE_SECONDS``; nothing was begun.
        """
        await self._admit(Limit(scope=scope, rate=5.0, burst=5), EVERYTHING)

    async def _admit(self, *limits: Limit) -> None:
        waited = 0.0
        while wait := await self._limits.take(*limits):
            waited += wait
            if waited > PATIENCE_SECONDS:
                raise RateLimitedError("Discord asks for a rest.", retry_after=wait)
            await asyncio.sleep(wait)

    async def call(
        self,
        method: str,
        path: str,
        *,
        step: str,
        body: Mapping[str, Any] | Sequence[Any] | None = None,
        files: Sequence[File] = (),
        scope: str | None = None,
    ) -> Any:
        """Call once and return the answer's JSON, None without one.

        ``step`` completes "Discord refused to …"; ``scope`` is the bucket that the answer is about,
        and that has admitted the call. Without one only Discord's limit for everything is heeded.

        Raises:
            RefusedError: Discord did nothing, and never will.
            RateLimitedError: Discord did nothing yet.
            NotSentError: The request never arrived.
            ConnectionLostError: It is unknown what Discord did.
            AuthenticationError: Discord knows no such bot.
        """
        if scope is None and not _is_open(path):
            await self._admit(EVERYTHING)
        try:
            async with self._session.request(
                method, f"{self._base}{path}", headers=self._headers(path), **_content(body, files)
            ) as response:
                payload = _json(await response.read())
                await self._heed(response, payload, scope)
                if response.status == HTTPStatus.UNAUTHORIZED:
                    raise AuthenticationError(UNKNOWN_BOT)
                _check(response.status, payload, step)
                if payload is GARBLED:
                    raise ConnectionLostError(f"Discord was asked to {step}, and another answered.")
                return payload
        except aiohttp.ClientConnectorError as error:
            raise NotSentError(
                f"Discord can't be reached to {step}: {type(error).__name__}."
            ) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            kind = type(error).__name__
            raise ConnectionLostError(
                f"Discord was asked to {step} and did not answer: {kind}."
            ) from None

    async def fetch(self, url: str, *, most_bytes: int) -> bytes | None:
        """Read a file from Discord's CDN; None when it is larger than ``most_bytes``.

        Raises:
            RefusedError: It is gone.
            RateLimitedError, ConnectionLostError: Try again.
        """
        try:
            async with self._session.get(url, allow_redirects=False) as response:
                if response.status == HTTPStatus.TOO_MANY_REQUESTS:
                    wait = _seconds(None, response.headers)
                    raise RateLimitedError(
                        "Discord's file server asks for a rest.", retry_after=wait
                    )
                _check(response.status, None, "hand a file over")
                content = await response.content.read(most_bytes + 1)
                while len(content) <= most_bytes and not response.content.at_eof():
                    content += await response.content.read(most_bytes + 1 - len(content))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            kind = type(error).__name__
            raise ConnectionLostError(f"Discord's file server did not answer: {kind}.") from None
        return content if len(content) <= most_bytes else None

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
            self._opened = aiohttp.ClientSession(
                timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._opened

    def _headers(self, path: str) -> dict[str, str]:
        if _is_open(path):
            return {"User-Agent": USER_AGENT}
        return {"User-Agent": USER_AGENT, "Authorization": f"Bot {self._token}"}

    async def _heed(
        self, response: aiohttp.ClientResponse, payload: Any, scope: str | None
    ) -> None:
        """Let all processes rest when a bucket is empty; everything only when Discord says so.

        Raises:
            RateLimitedError: The call itself was refused for that.
        """
        if response.status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = _seconds(payload, response.headers)
            whole = response.headers.get("X-RateLimit-Global") or _field(payload, "global")
            if paused := EVERYTHING.scope if whole else scope:
                await self._limits.pause(paused, wait)
            raise RateLimitedError("Discord asks for a rest.", retry_after=wait)
        if scope and response.headers.get("X-RateLimit-Remaining") == "0":
            await self._limits.pause(scope, _seconds(None, response.headers))


def _is_open(path: str) -> bool:
    """Whether a call carries its own token, needs none of ours and counts for no common limit."""
    return path.startswith(("/interactions/", "/webhooks/"))


def _content(
    body: Mapping[str, Any] | Sequence[Any] | None, files: Sequence[File]
) -> dict[str, Any]:
    if body is None:
        return {}
    text = json.dumps(body)
    if not files:
        return {"data": aiohttp.BytesPayload(text.encode(), content_type="application/json")}
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", text, content_type="application/json")
    for number, file in enumerate(files):
        form.add_field(
            f"files[{number}]",
            file.content,
            filename=file.name,
            content_type=file.content_type or "application/octet-stream",
        )
    return {"data": form}


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return GARBLED


def _field(payload: Any, name: str) -> Any:
    return cast("dict[str, Any]", payload).get(name) if isinstance(payload, dict) else None


def _seconds(payload: Any, headers: Mapping[str, str]) -> float:
    """Read how long to rest: Discord says it in the body, its proxies in a header, or nobody."""
    named = (
        _field(payload, "retry_after")
        or headers.get("Retry-After")
        or headers.get("X-RateLimit-Reset-After")
    )
    try:
        return max(0.05, float(named or UNNAMED_PAUSE_SECONDS))
    except (TypeError, ValueError):
        return UNNAMED_PAUSE_SECONDS


def _check(status: int, payload: Any, step: str) -> None:
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ConnectionLostError(f"Discord was asked to {step} and answered {status}.")
    code = _field(payload, "code")
    raise RefusedError(step, status=status, code=code if isinstance(code, int) else 0)
