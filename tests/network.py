"""Keeps tests on this machine: whoever connects to another one fails, with a clear word.

An audit hook sees every connection that Python's sockets make, in any library and thread. What
other processes and libraries with their own sockets (uvloop) do is not seen.
"""

import sys
from dataclasses import dataclass, field
from ipaddress import ip_address
from socket import AF_INET, AF_INET6, socket
from typing import Any

CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class ForeignNetworkError(RuntimeError):
    """Raised when a test reaches for another machine. No ``OSError``: nobody shall retry it."""


def is_local(host: object) -> bool:
    """Tell whether a host is this machine; names other than localhost are not."""
    if host == "localhost":
        return True
    try:
        address = ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


@dataclass
class NetworkLock:
    """Refuses connections to other machines and remembers who tried."""

    attempts: list[str] = field(default_factory=list[str])

    def install(self) -> None:
        """Watch from now on; Python has no way to take an audit hook back."""
        sys.addaudithook(self.watch)

    def watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Refuse an event that reaches another machine."""
        if event not in CONNECTING:
            return
        link: socket = arguments[0]
        if link.family not in {AF_INET, AF_INET6}:
            return
        address: tuple[object, ...] | None = arguments[1]  # None: connected before
        if address is not None and not is_local(address[0]):
            place = f"{address[0]}:{address[1]}"
            self.attempts.append(place)
            raise ForeignNetworkError(f"Tests stay on this machine, but this one called {place}.")
