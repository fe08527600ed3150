"""Fetches web pages, one at a time, from checked addresses alone.

A host is looked up once; connections go to the addresses that were checked then and to no others,
whatever its name leads to later. Redirects are followed here, each checked like a first address.
No cookies, no credentials, no proxy from the environment.
"""

import asyncio
import socket
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import TracebackType
from typing import Self, cast

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override
from yarl import URL

from knowledge.origins.addresses import WebAddress, WebRules, parse_address, resolve
from knowledge.origins.bodies import Body, check_type, read_body
from knowledge.origins.values import OriginAwayError, OriginError, OriginGoneError, Validators

_MOST_REDIRECTS = 3
_CONNECT_SECONDS = 10.0
_HEADERS = {
    "User-Agent": "Relevo/0.1 (reads its operator's knowledge, one page at a time)",
    "Accept": "text/html, application/xhtml+xml, text/markdown, text/plain, application/pdf, "
    "application/xml;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip",
}
_GONE = {404, 410}
_REDIRECTS = {301, 302, 303, 307, 308}
_CLOSED = {401, 402, 403, 407, 451}
_NOT_MODIFIED = 304
_OK = 200
_TOO_MANY = 429
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address gave; ``body`` is None when nothing has changed since it was read."""

    address: WebAddress
    body: Body | None
    validators: Validators = field(default_factory=Validators)


class _Pins(AbstractResolver):
    """Knows the checked addresses of hosts, and never asks for others."""

    def __init__(self) -> None:
        self.hosts: dict[tuple[str, int], tuple[str, ...]] = {}

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [_result(host, number, port) for number in self.hosts[host, port]]

    @override
    async def close(self) -> None:
        """Nothing to give back."""

    def open_socket(self, info: aiohttp.AddrInfoType) -> socket.socket:  # pyright: ignore[reportUnknownParameterType]
        """Make a socket for a checked address; the last door before the network."""
        number = str(ip_address(cast("tuple[str, int]", info[4])[0]))
        if not any(number in numbers for numbers in self.hosts.values()):
            raise OSError(f"{number} was not checked")
        return socket.socket(info[0], info[1], info[2])


class Fetcher:
    """One session; an async context manager."""

    def __init__(self, rules: WebRules) -> None:
        self._rules = rules
        self._pins = _Pins()
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            resolver=self._pins,
            use_dns_cache=False,
            socket_factory=self._pins.open_socket,  # pyright: ignore[reportUnknownMemberType]
            limit=1,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
            auto_decompress=False,
            trust_env=False,
            headers=_HEADERS,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def fetch(
        self, text: str, validators: Validators, *, beside: WebAddress | None = None
    ) -> Fetched:
        """Fetch an address; with ``beside`` it must be, and stay, on the same host.

        Raises:
            OriginGoneError: The server says that there is no such page.
            OriginAwayError: The server can't be reached or can't answer now.
            OriginError: The address may not be fetched, or what it gives can't be read.
        """
        try:
            async with asyncio.timeout(self._rules.seconds):
                return await self._follow(text, validators, beside)
        except TimeoutError:
            raise OriginAwayError("it did not answer in time: try again later") from None
        except aiohttp.ClientConnectorCertificateError:
            raise OriginError("its certificate is not valid: check the address") from None
        except (aiohttp.ClientError, OSError) as error:
            sentence = (
                f"it can't be fetched ({_words(error)}): check the address, or try again later"
            )
            raise OriginAwayError(sentence) from error

    async def _follow(
        self, text: str, validators: Validators, beside: WebAddress | None
    ) -> Fetched:
        for _ in range(_MOST_REDIRECTS + 1):
            address = parse_address(text, self._rules)
            if beside is not None and not address.is_beside(beside):
                raise OriginError(f"it leads to another host, {address.host}: add that by itself")
            await self._pin(address)
            found = await self._ask(address, validators)
            if isinstance(found, Fetched):
                return found
            text = redirected(address.url, found)
        raise OriginError(f"it redirects more than {_MOST_REDIRECTS} times: use the last address")

    async def _pin(self, address: WebAddress) -> None:
        place = address.host, address.port
        if place not in self._pins.hosts:
            self._pins.hosts[place] = await asyncio.to_thread(resolve, address, self._rules)

    async def _ask(self, address: WebAddress, validators: Validators) -> Fetched | str:
        """Send one request; a redirect comes as the text of where it leads."""
        async with self._session.get(
            address.url, allow_redirects=False, headers=_conditions(validators)
        ) as response:
            status = response.status
            if status in _REDIRECTS and response.headers.get("Location"):
                return response.headers["Location"]
            if status == _NOT_MODIFIED and _conditions(validators):
                return Fetched(address=address, body=None, validators=validators)
            _check_status(status)
            kind = check_type(response.content_type, address.url.path)
            data = await read_body(response, self._rules.size_bytes)
            return Fetched(
                address=address,
                body=Body(data=data, kind=kind, charset=response.charset or ""),
                validators=Validators(
                    etag=response.headers.get("ETag", ""),
                    modified=response.headers.get("Last-Modified", ""),
                ),
            )


def _result(host: str, number: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in number else socket.AF_INET
    return ResolveResult(
        hostname=host, host=number, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST
    )


def _conditions(validators: Validators) -> dict[str, str]:
    named = {"If-None-Match": validators.etag, "If-Modified-Since": validators.modified}
    return {name: value for name, value in named.items() if value}


def _check_status(status: int) -> None:
    if status in _GONE:
        raise OriginGoneError(f"there is no such page any more ({status}): check the address")
    if status == _TOO_MANY or status >= _SERVER_ERROR:
        raise OriginAwayError(f"the server can't answer now ({status}): try again later")
    if status in _CLOSED:
        raise OriginError(f"the server lets only some in ({status}): use a public page")
    if status != _OK:
        raise OriginError(f"the server refuses it ({status}): check the address")


def redirected(url: URL, location: str) -> str:
    """Where a redirect leads, as it was written wherever that is possible: it is yet to be checked."""
    target = f"{url.scheme}:{location}" if location.startswith("//") else location
    try:
        if not URL(target).scheme:
            target = str(url.join(URL(target)))
        is_downgrade = url.scheme == "https" and URL(target).scheme == "http"
    except ValueError:
        raise OriginError("it redirects to what is no web address: check the page") from None
    if is_downgrade:
        raise OriginError("it redirects from https to http: use an address that does not")
    return target


def _words(error: Exception) -> str:
    inner = getattr(error, "os_error", error)
    return getattr(inner, "strerror", None) or type(error).__name__
