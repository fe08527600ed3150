"""Slack's Web API: one call at a time, without retries, its errors as ours.

The SDK repeats a post whose connection broke, so that two are shown; here nothing is repeated. Who
calls learns from the error whether Slack may have done it: only ``ConnectionLostError`` leaves that
open, and ``NotReachedError`` is the kind of it that does not.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.refusals import translated, unclear, unreached

SECONDS = aiohttp.ClientTimeout(total=30, sock_connect=10)

quiet = logging.getLogger("adapters.slack.sdk")
"""The SDK's logger: it would log what people wrote, and addresses that are tickets."""
quiet.setLevel(logging.CRITICAL)

_READING = ("conversations.", "users.", "files.", "assistant.threads.setTitle")
"""Methods that read their arguments from the address alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Who we are in the workspace. ``scopes`` is what the token may do, None when not told."""

    team_id: str
    user_id: str
    bot_id: str
    scopes: frozenset[str] | None = None

    def may(self, scope: str) -> bool:
        """Whether the token has a scope for certain."""
        return self.scopes is not None and scope in self.scopes


class SlackApi:
    """Calls methods with the bot's token, or with the app's where a method wants that.

    ``url`` is where the methods are; a proxy of the environment is used except for this machine and
    hosts in ``NO_PROXY``, which the SDK would ignore.
    """

    def __init__(self, *, bot_token: str, app_token: str, url: str) -> None:
        self._bot_token = bot_token
        self._app_token = app_token
        self._url = url if url.endswith("/") else f"{url}/"
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self._installation: Installation | None = None

    @property
    def client(self) -> AsyncWebClient:
        """The SDK's client; needs a running loop, because all calls share one session."""
        if self._client is None or self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=SECONDS)
            self._client = AsyncWebClient(
                token=self._bot_token,
                base_url=self._url,
                session=self._session,
                logger=quiet,
                retry_handlers=[],
            )
            if is_direct(self._url):
                self._client.proxy = None
        return self._client

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session that all calls share."""
        client = self.client
        return cast("aiohttp.ClientSession", client.session)

    @property
    def host(self) -> str:
        """The host and port of the API."""
        return urlsplit(self._url).netloc

    @property
    def authorization(self) -> Mapping[str, str]:
        """The header with which files are fetched."""
        return {"Authorization": f"Bearer {self._bot_token}"}

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
        self._session = self._client = None

    async def installation(self, *, again: bool = False) -> Installation:
        """Return who we are, asking Slack the first time or ``again``."""
        if self._installation is None or again:
            told, headers = await self._call("auth.test", {})
            scopes = headers.get("x-oauth-scopes")
            self._installation = Installation(
                team_id=str(told.get("team_id") or ""),
                user_id=str(told.get("user_id") or ""),
                bot_id=str(told.get("bot_id") or ""),
                scopes=None
                if scopes is None
                else frozenset(scope.strip() for scope in scopes.split(",")),
            )
        return self._installation

    async def call(self, method: str, **arguments: object) -> Mapping[str, Any]:
        """Call a method; arguments that are None are left out.

        Raises:
            RateLimitedError: Slack asks us to wait.
            AuthenticationError: The token is not accepted.
            RefusedError: Slack said no for good (a ``DeliveryError`` that names Slack's code).
            NotReachedError: Slack was certainly not reached.
            ConnectionLostError: It is unknown whether Slack did it.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        told, _ = await self._call(method, given)
        return told

    async def open_socket(self) -> str:
        """Ask for the address of a new socket; it serves for one connection."""
        told, _ = await self._call("apps.connections.open", {"token": self._app_token})
        return str(told["url"])

    async def _call(
        self, method: str, arguments: dict[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        client = self.client
        by_address = method.startswith(_READING) or "token" in arguments
        try:
            response = await client.api_call(  # pyright: ignore[reportUnknownMemberType]
                method,
                params=arguments if by_address else None,
                json=None if by_address else arguments,
            )
        except SlackApiError as error:
            raise translated(method, error) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise unreached(method) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise unclear(method) from error
        return (
            cast("Mapping[str, Any]", response.data),  # pyright: ignore[reportUnknownMemberType]
            cast("Mapping[str, str]", response.headers),  # pyright: ignore[reportUnknownMemberType]
        )


def is_direct(url: str) -> bool:
    """Whether an address is reached without a proxy: this machine's, or one of ``NO_PROXY``."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or bool(proxy_bypass(host))
