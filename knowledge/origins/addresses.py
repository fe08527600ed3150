"""Which web addresses may be fetched: checked as text, and again as the numbers they lead to.

Whoever names a page, whoever wrote a sitemap and whoever answers with a redirect could otherwise
have Relevo read what only this machine or its network can reach, and show it to customers.
"""

import re
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from yarl import URL

from knowledge.origins.values import OriginError

Lookup = Callable[[str, int], Sequence[str]]
"""The numeric addresses of a host and port; raises OSError when it has none."""

_PORTS = {80, 443}
_MOST_CHARACTERS = 2_000
_HOST = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?")
_ENDS_IN_NUMBER = re.compile(r"(^|\.)([0-9]+|0x[0-9a-f]*)$")
_WITH_USER = re.compile(r"[^/?#]*//[^/?#]*@")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\\]|\s")
_NOT_PUBLIC = [
    IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
        "168.63.129.16/32",  # public by its number, but the host of a machine on Azure
    )
]
_UNICAST = IPv6Network("2000::/3")
_NOT_UNICAST = [
    IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")  # tunnels, documents
]
_NEVER = [
    IPv4Network("0.0.0.0/8"),
    IPv4Network("169.254.0.0/16"),
    IPv4Network("100.100.100.200/32"),
    IPv4Network("168.63.129.16/32"),
    IPv4Network("192.0.0.192/32"),
    IPv4Network("224.0.0.0/3"),
    IPv6Network("::/128"),
    IPv6Network("fe80::/10"),
    IPv6Network("ff00::/8"),
    IPv6Network("fd00:ec2::/32"),
]
"""Not even for an opened host: what a cloud tells its machines (their keys) lies there."""
_CARRIERS = [
    IPv6Network(network)
    for network in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
]
"""Their last 32 bits are an address of IPv4, to which a gateway leads."""


def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRules:
    """What may be fetched, and how much.

    ``allow_hosts`` are exact names ``host`` or ``host:port`` that may lie inside the network;
    only with its port may a host be asked on another one than 80 and 443.
    """

    allow_hosts: frozenset[str] = frozenset()
    lookup: Lookup = look_up
    size_bytes: int = 20_000_000
    total_bytes: int = 1_000_000_000
    seconds: float = 30.0
    most_pages: int = 5_000
    clone_seconds: float = 300.0
    clone_bytes: int = 500_000_000

    def opens(self, host: str, port: int) -> bool:
        """Whether an operator has named this host."""
        name = f"[{host}]" if ":" in host else host
        is_named = f"{name}:{port}" in self.allow_hosts
        return is_named or (name in self.allow_hosts and port in _PORTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAddress:
    """An address whose text is in order."""

    url: URL
    host: str
    port: int
    is_opened: bool

    def is_beside(self, other: "WebAddress") -> bool:
        """Whether both are on the same host; http and https are two doors of one."""
        return self.host == other.host and (
            self.port == other.port or {self.port, other.port} == _PORTS
        )


def normalise(text: str) -> str:
    """Write an address as it is remembered, without its fragment; nonsense stays as it is."""
    try:
        return str(URL(text).with_fragment(None))
    except ValueError:
        return text


def parse_address(text: str, rules: WebRules) -> WebAddress:
    """Check everything about an address that its text shows.

    Raises:
        OriginError: It is not an address that may be fetched.
    """
    if _FORBIDDEN.search(text) or len(text) > _MOST_CHARACTERS:
        raise OriginError("it is no web address: write it without spaces and backslashes")
    try:
        url = URL(text).with_fragment(None)
        host, port = (url.raw_host or "").lower(), url.port or 0
    except ValueError:
        raise OriginError("it is no web address: check how it is written") from None
    if url.scheme not in {"http", "https"}:
        raise OriginError("only http and https addresses can be fetched: check its beginning")
    if url.raw_user is not None or _WITH_USER.match(text):
        raise OriginError("it holds a user name or password: take them out")
    is_opened = rules.opens(host, port)
    if port not in _PORTS and not is_opened:
        raise OriginError(
            "only ports 80 and 443 are fetched from: "
            f"if another is meant, put {host}:{port} into knowledge.allow_hosts"
        )
    _check_host(host, is_opened=is_opened)
    return WebAddress(url=url, host=host, port=port, is_opened=is_opened)


def resolve(address: WebAddress, rules: WebRules) -> tuple[str, ...]:
    """Look a host up and check every address that it has. Blocking.

    Raises:
        OriginError: It has none, or one that is not public.
    """
    try:
        found = tuple(rules.lookup(address.host, address.port))
    except (OSError, UnicodeError):
        found = ()
    if not found:
        raise OriginError(f"the host {address.host} is not known: check how it is written")
    return tuple(
        _check_number(number, address.host, is_opened=address.is_opened) for number in found
    )


def _check_host(host: str, *, is_opened: bool) -> None:
    if ":" in host:
        _check_number(host, host, is_opened=is_opened)
    elif _ENDS_IN_NUMBER.search(host):
        try:
            IPv4Address(host)
        except ValueError:
            raise OriginError("its host is an oddly written number: use a name") from None
        _check_number(host, host, is_opened=is_opened)
    elif not _HOST.fullmatch(host):
        raise OriginError("it names no host: check how it is written")


def _check_number(number: str, host: str, *, is_opened: bool) -> str:
    """Return the number in its usual form."""
    try:
        address = ip_address(number)
    except ValueError:
        raise OriginError(f"the host {host} has no proper address: check its name") from None
    if not is_public(address) and (not is_opened or _is_never(address)):
        raise OriginError(
            f"{host} leads into an internal network ({number}), which is not read: "
            "if that is meant, name the host in knowledge.allow_hosts"
        )
    return str(address)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public internet, plainly: no tunnels, no translations."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC)
    is_plain = address in _UNICAST and address.scope_id is None
    return is_plain and not any(address in network for network in _NOT_UNICAST)


def _is_never(address: IPv4Address | IPv6Address) -> bool:
    carried = _carried(address) if isinstance(address, IPv6Address) else ()
    return any(one in network for one in (address, *carried) for network in _NEVER)


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    """The addresses of IPv4 that one of IPv6 may lead to, by translation or through a tunnel."""
    if not address.is_loopback and any(address in network for network in _CARRIERS):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour is not None:
        yield address.sixtofour
    yield from address.teredo or ()
