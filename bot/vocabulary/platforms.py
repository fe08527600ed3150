"""The socket for chat platforms: what an adapter offers, and how platforms differ, as data."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from aiohttp.web import AbstractRouteDef

from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.messages import (
    Attachment,
    Author,
    ConversationRef,
    File,
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

    ``max_text_length`` is what one message may hold, in the platform's own unit (UTF-16 units on
    Telegram, else characters); longer texts are shown as several messages. ``max_file_bytes`` is the
    largest file that can be sent; with ``previews`` a reply can be seen while it is written.
    ``command_prefix`` stands before a command where customers write,
    ``desk_prefix`` before an agent's verb in a case's thread. With ``posts`` the desk's channel may hold
    threads alone, so that whatever is said in it begins one.
    """

    max_text_length: int
    max_file_bytes: int
    edits: bool
    previews: bool = False
    command_prefix: str = "/"
    desk_prefix: str = "/"
    posts: bool = False


class Sign(StrEnum):
    """A mark on a person's message: an agent has it before them, or the customer has got it."""

    SEEN = "seen"
    DELIVERED = "delivered"


OnTyping = Callable[[ConversationRef, Author], Awaitable[None]]
"""Hears that a person is writing. Nothing is stored of it, it may be lost, and it never raises."""


@runtime_checkable
class Attentive(Protocol):
    """What adapters can do besides ``ChatAdapter``: who is writing, and what was seen.

    Best effort: a sign is no message, is never tried again, and gives way to messages. ``on_typing``
    is set before ``run`` by who wants to hear it; platforms that don't tell bots never call it.
    """

    on_typing: OnTyping | None

    async def writing(self, conversation: ConversationRef) -> None:
        """Show for some seconds that the person on the other side is writing."""
        ...

    async def react(self, conversation: ConversationRef, message_id: str, sign: Sign) -> None:
        """Mark a person's message; never raises for the platform's sake."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPlace:
    """What is to be forgotten of a conversation: all of it where ``is_direct``, else what these people wrote.

    ``user_ids`` are the person's ids on the conversation's platform, ``threads`` where agents worked on
    their cases. What came after ``until`` (aware UTC) stays.
    """

    place: ConversationRef
    is_direct: bool
    user_ids: frozenset[str]
    threads: tuple[ConversationRef, ...]
    until: datetime


@runtime_checkable
class Forgetful(Protocol):
    """What adapters can do besides ``ChatAdapter``: forget what they keep of people themselves.

    It is nothing that a chat app keeps: that belongs to the app and its people.
    """

    async def forget(self, erased: ErasedPlace) -> None:
        """Forget; done again, it changes nothing. Raises ``StateUnavailableError`` without the store."""
        ...


class Health(StrEnum):
    """How something that was looked at is."""

    GOOD = "good"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: its name, how it is, and one sentence with cause and cure."""

    subject: str
    health: Health
    text: str


class ChatAdapter(Protocol):
    """One chat platform: translation only, no decisions.

    Life: ``run`` is called again whenever it ended by an error; ``send`` and what follows it may be
    called by any worker process before, during or after ``run``; ``close`` comes last.

    Methods that show something raise

    - ``RateLimitedError``: try again after its ``retry_after`` seconds;
    - ``ConnectionLostError``: it may or may not have been shown, try again with the same key;
    - ``AuthenticationError``: the platform refuses our credentials;
    - ``DeliveryError``: it can never be shown there.
    """

    platform: Platform
    capabilities: Capabilities

    def routes(self) -> Sequence[AbstractRouteDef]:
        """The HTTP routes that the platform calls, for the core's edge; empty when it has none."""
        ...

    async def run(self, intake: Intake) -> None:
        """Receive events and hand each to ``intake`` before it is acknowledged."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...

    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        """Show a message. Repeating a ``key`` shows no second copy where the platform allows that.

        ``files`` are the contents of those of the message's attachments that could be fetched.
        """
        ...

    async def edit(
        self, conversation: ConversationRef, message: OutgoingMessage, *, key: str
    ) -> None:
        """Let what was shown under ``key`` read like ``message`` now; nothing if it was not shown."""
        ...

    async def retract(self, conversation: ConversationRef, *, key: str) -> None:
        """Take back what was shown under ``key``; nothing if it was not shown."""
        ...

    async def open_thread(
        self, channel: ConversationRef, title: str, first: OutgoingMessage, *, key: str
    ) -> SentMessage:
        """Open a thread in a channel with its first message; the result names the thread."""
        ...

    async def mark_thread(self, thread: ConversationRef, status: CaseStatus) -> None:
        """Show on a thread how its case stands; repeating it changes nothing."""
        ...

    async def typing(self, conversation: ConversationRef) -> None:
        """Show that an answer is on its way. Best effort: never raises for the platform's sake."""
        ...

    async def preview(self, conversation: ConversationRef, text: str, *, key: str) -> None:
        """Show the beginning of a reply (CommonMark) that is being written; it grows with each call.

        What is sent under the same key takes its place, ``retract`` takes it away. Best effort: never
        raises for the platform's sake. Called only with ``capabilities.previews``.
        """
        ...

    async def download(self, attachment: Attachment, *, most_bytes: int) -> File:
        """Fetch a file that came with a message of this platform.

        Raises:
            DeliveryError: It is larger than ``most_bytes``, gone, or can't be fetched.
            AuthenticationError: It can't be fetched with our credentials.
            ConnectionLostError, RateLimitedError: Try again; after a few tries it counts as gone.
        """
        ...

    async def locate(self, channel_id: str) -> ConversationRef:
        """Find the channel that is to be the desk, by the id that an operator has set.

        Raises:
            ConfigurationError: There is none, the bot can't work there, or it can't hold threads.
            ConnectionLostError: The platform could not be asked.
        """
        ...

    async def diagnose(self) -> Sequence[Finding]:
        """Look at token, permissions and connection, for ``relevo doctor``. Never raises."""
        ...
