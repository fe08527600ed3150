"""Named places where a crash test may stop the process; in production they do nothing.

Nothing in the product arms them: only a test's own entry point calls ``arm``. The variable
``RELEVO_FAILPOINTS`` is refused by the settings. The names follow a message through the house
(facts: 14 places where a crash must neither lose nor double a message).
"""

from collections.abc import Callable
from typing import Literal

FailpointName = Literal[
    "bytes_arrived",
    "parsed",
    "inbox_durable",
    "acknowledged",
    "woken",
    "leased",
    "retrieved",
    "answered",
    "guarded",
    "committed",
    "sent",
    "platform_id_known",
    "settled",
    "afterwards",
]

_armed: list[Callable[[FailpointName], None]] = []


def failpoint(name: FailpointName) -> None:
    """Pass a named place; calls what a crash test has armed."""
    for callback in _armed:
        callback(name)


def arm(callback: Callable[[FailpointName], None]) -> None:
    """Let ``callback`` be called at every failpoint. For the entry points of crash tests alone."""
    _armed.append(callback)
