"""The way to the Bot API: PTB's bot and HTTP, with time limits and the answers that PTB blurs.

PTB never repeats a request by itself, which is what we want: the outbox does that. Its URLs hold the
token, so nothing in here puts a URL into an error or a log.
"""

import asyncio
import json
import logging
import warnings
from functools import cache
from http import HTTPStatus
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from telegram import Bot
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning
from typing_extensions import override

API_URL = "https://api.telegram.org/bot"
FILE_URL = "https://api.telegram.org/file/bot"

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
UPLOAD_SECONDS = 60.0
CALL_SECONDS = 45.0
"""The longest that one call may take in all: a server may answer a byte a second."""

CONNECTIONS = 64
NO_HINT_SECONDS = 5.0
"""How long to rest after a refusal for too many requests that names no time."""

_TALKATIVE = ("httpx", "httpcore", "telegram")
"""Loggers that tell URLs, and with them the token, and what people wrote."""

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


warnings.filterwarnings("ignore", "Please use 'Bot\\.", PTBUserWarning)


class FloodError(TelegramError):
    """Raised when Telegram asks us to wait ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Too many requests: wait {seconds:g} s")
        self.seconds = seconds


class UnsentError(NetworkError):
    """Raised when a request certainly never reached Telegram."""


class Wire(HTTPXRequest):
    """PTB's HTTP client; tells apart what was certainly not sent from what may have been."""

    @override
    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        files = kwargs.get("request_data")
        slow = UPLOAD_SECONDS if files is not None and files.contains_files else 0.0
        try:
            async with asyncio.timeout(CALL_SECONDS + slow):
                status, body = await super().do_request(*args, **kwargs)
        except NetworkError as error:
            if isinstance(error.__cause__, _UNSENT):
                raise UnsentError("Telegram can't be reached") from error
            raise
        except TimeoutError as error:
            raise NetworkError("Telegram's answer took too long") from error
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            _refuse(status, body)
        return status, body

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer, without PTB's habit of logging what it can't read."""
        try:
            answer = json.loads(payload)
        except ValueError as error:
            raise TelegramError("Telegram's answer is no JSON") from error
        if not isinstance(answer, dict) or "ok" not in answer:
            raise TelegramError("Telegram's answer is none of the Bot API")
        return cast("dict[str, Any]", answer)


class Client:
    """The bot on its wire: ``bot`` for calls, ``updates`` for raw events, ``fetch`` for files.

    ``bot_id`` is Telegram's id of the bot, the first part of its token.
    """

    def __init__(self, token: str, *, api_url: str, file_url: str) -> None:
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
        api_url = complete_url(api_url, "/bot")
        trust_env = not _is_loopback(api_url)
        self._wire = Wire(
            connection_pool_size=CONNECTIONS,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            write_timeout=ANSWER_SECONDS,
            pool_timeout=CONNECT_SECONDS,
            media_write_timeout=UPLOAD_SECONDS,
            httpx_kwargs={"trust_env": trust_env, "verify": _authorities()},
        )
        self.bot = Bot(
            token,
            base_url=api_url,
            base_file_url=complete_url(_file_url(api_url, file_url), "/file/bot"),
            request=self._wire,
            get_updates_request=self._wire,
        )
        self.bot_id = int(token.partition(":")[0])
        self._files = httpx.AsyncClient(
            trust_env=trust_env, timeout=ANSWER_SECONDS, verify=_authorities()
        )

    async def updates(self, *, offset: int | None, seconds: int, kinds: list[str]) -> list[object]:
        """Wait up to some seconds for updates, as Telegram sends them: unread, one dict each.

        PTB's own ``get_updates`` reads a batch as a whole, so that one odd update blocks it for ever.
        """
        fields: dict[str, object] = {"timeout": seconds, "allowed_updates": kinds}
        if offset is not None:
            fields["offset"] = offset
        answer: object = await self.bot.do_api_request(
            "getUpdates", api_kwargs=fields, read_timeout=seconds + ANSWER_SECONDS
        )
        return cast("list[object]", answer) if isinstance(answer, list) else []

    async def ask(self, method: str, **fields: object) -> dict[str, object]:
        """Ask for one thing, and return it as Telegram describes it; empty when it is no object.

        PTB's own types insist on every field that Telegram has today.
        """
        answer: object = await self.bot.do_api_request(method, api_kwargs=fields)
        return cast("dict[str, object]", answer) if isinstance(answer, dict) else {}

    async def fetch(self, url: str, *, most_bytes: int) -> bytes | None:
        """Fetch a file; None when it is larger than allowed.

        Raises:
            httpx.HTTPError: It can't be fetched.
        """
        content = bytearray()
        async with self._files.stream("GET", url) as response:
            response.raise_for_status()
            async for part in response.aiter_bytes():
                content += part
                if len(content) > most_bytes:
                    return None
        return bytes(content)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._wire.shutdown()
        await self._files.aclose()


def complete_url(url: str, ending: str) -> str:
    """Complete the address of a Bot API server: ``https://host`` → ``https://host/bot``."""
    url = url.rstrip("/")
    for cut in (ending, ending.removesuffix("/bot")):
        if cut and url.endswith(cut):
            return url.removesuffix(cut) + ending
    return url + ending


@cache
def _authorities() -> SSLContext:
    """Read the certificates of this machine once: it takes longer than everything else here."""
    return httpx.create_ssl_context()


def _file_url(api_url: str, file_url: str) -> str:
    """Take files from the server that has the API unless told otherwise."""
    if file_url.rstrip("/") in {"", FILE_URL} and api_url != API_URL:
        return api_url.removesuffix("/bot")
    return file_url


def _is_loopback(url: str) -> bool:
    """Whether a server is on this machine: a proxy of the environment is no way to it."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse(status: int, body: bytes) -> None:
    """Raise for refusals that PTB would confuse with trouble on the way."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise FloodError(_retry_after(body))
    known = {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
    }
    if status not in known:
        raise BadRequest(f"Telegram refused with status {status}")


def _retry_after(body: bytes) -> float:
    try:
        return float(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, TypeError, LookupError):
        return NO_HINT_SECONDS
