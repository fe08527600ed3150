"""The socket for chat platforms: what an adapter offers and what it is given."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp.web import AbstractRouteDef

from bot.vocabulary.messages import (
    ConversationRef,
    IncomingMessage,
    OutgoingMessage,
    Platform,
    SentMessage,
)

Intake = Callable[[IncomingMessage], Awaitable[bool]]
"""Accepts one event and returns once it is durable: True when new, False for a duplicate.

Raises ``StateUnavailableError`` when it could not be stored; the adapter must then not acknowledge
the event to its platform.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """How platforms differ, as data.

    ``max_text_length`` counts the platform's own unit (UTF-16 units on Telegram, else characters).
    """

    max_text_length: int
    threads: bool
    buttons: bool
    edits: bool
    typing: bool


class ChatAdapter(Protocol):
    """One chat platform: translation only, no decisions.

    Life: ``run`` is called once and runs until it is cancelled; ``send``, ``open_thread`` and
    ``typing`` may be called by any worker process before, during or after ``run``.
    """

    platform: Platform
    capabilities: Capabilities

    def routes(self) -> Sequence[AbstractRouteDef]:
        """The HTTP routes that the platform calls, for the core's edge; empty when it has none."""
        ...

    async def run(self, intake: Intake) -> None:
        """Receive events and hand each to ``intake`` before it is acknowledged."""
        ...

    async def send(
        self, conversation: ConversationRef, message: OutgoingMessage, *, key: str
    ) -> SentMessage:
        """Show a message. Repeating a ``key`` shows no second copy where the platform allows that.

        Raises:
            RateLimitedError: Try again after its ``retry_after`` seconds.
            ConnectionLostError: It may or may not have been shown; try again with the same key.
            DeliveryError: It can never be shown there.
        """
        ...

    async def open_thread(
        self, channel: ConversationRef, title: str, first: OutgoingMessage, *, key: str
    ) -> SentMessage:
        """Open a thread in a channel with its first message; the result names the thread.

        Raises the same errors as ``send``.
        """
        ...

    async def typing(self, conversation: ConversationRef) -> None:
        """Show that an answer is on its way. Best effort: never raises for the platform's sake."""
        ...
