"""Which requests may speak to the playground: those of its own page, on this machine.

A foreign page in the same browser can open a WebSocket to loopback; its ``Origin`` gives it away.
With DNS rebinding even origin and host agree, so a host must be an IP address, ``localhost``, or a
name that the operator has named.
"""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp.web import Request


def is_own_link(request: Request, *, hosts: Collection[str] = ()) -> bool:
    """Whether a link may be followed: under a known host, and not from a foreign page.

    Browsers send no ``Origin`` with a link; those that say where it stands are believed.
    """
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:
        return False
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return site == "same-origin" and _is_known(host, hosts)


def is_own_page(request: Request, *, hosts: Collection[str] = ()) -> bool:
    """Whether the request comes from the page that this server has served.

    ``hosts`` are further host names under which the operator serves the page.
    """
    try:
        origin = urlsplit(request.headers.get("Origin", ""))
    except ValueError:
        return False
    same = origin.scheme in {"http", "https"} and origin.netloc == request.host
    return same and _is_known(origin.hostname, hosts)


def _is_known(name: str | None, hosts: Collection[str]) -> bool:
    if not name:
        return False
    return name == "localhost" or name in hosts or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
