"""What the tests of the contract need: a platform, its events, texts that break what is careless."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef, IncomingMessage, MessageKind, OutgoingMessage
from bot.vocabulary.platforms import ChatAdapter

HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "markdown": "*_`~>#|[x](javascript:alert(1)) ![y](http://h/i.png) \\* ```unclosed",
    "mentions": "@everyone @here <!channel> <@U1> <@&1> /start @admin",
    "right_to_left": "abc \u202e\u2066 مرحبا \u2069 def",
    "stacked": "Z\u0351\u036b\u0343\u0302\u0301a\u0315\u0334l\u0322g\u0321o\u0321",
    "emoji": "👩‍👩‍👧‍👦🏴‍☠️🇪🇸 e\u0301",
    "zero_width": "a\u200b\u200c\u200d\ufeffb",
    "controls": "a\tb\u0007c\u001bd",
    "null": "a\u0000b",
    "template": "{name} %s ${x} {{7*7}}",
    "long_word": "x" * 3000,
    "blank_lines": "a\n\n\n\n  b  \n",
    "one_character": ".",
}
"""Texts that break what is careless, by what they break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformEvent:
    """Something that a customer does on the platform.

    ``id`` names the event and is the same when the platform delivers it again. ``target`` is the
    message that is edited, deleted or whose button is pressed.
    """

    id: str
    kind: MessageKind = MessageKind.NEW
    text: str = "hello"
    target: str | None = None
    action: str | None = None


@dataclass
class RecordingIntake:
    """The core behind the adapter: keeps what it is handed; ``failing`` refuses to store."""

    failing: bool = False
    handed: list[IncomingMessage] = field(default_factory=list[IncomingMessage])

    async def __call__(self, message: IncomingMessage) -> bool:
        await asyncio.sleep(0)
        if self.failing:
            raise StateUnavailableError("Redis can't be reached: start it.")
        is_new = all(earlier.event_key != message.event_key for earlier in self.handed)
        self.handed.append(message)
        return is_new


class PlatformUnderTest(Protocol):
    """A platform with its adapter connected.

    ``conversation`` is that of the customer who acts in ``receive``; ``channel`` is where threads
    can be opened, ``agent_id`` somebody's who works there.
    """

    adapter: ChatAdapter
    intake: RecordingIntake
    conversation: ConversationRef
    channel: ConversationRef
    agent_id: str

    async def receive(self, event: PlatformEvent) -> bool:
        """Let the platform deliver an event; whether the adapter acknowledged it."""
        ...

    async def shown(self, conversation: ConversationRef) -> Sequence[str]:
        """Return the texts of Relevo's messages that a person sees there, oldest first."""
        ...

    async def offered(self, conversation: ConversationRef) -> Sequence[str]:
        """Return the actions of the buttons under Relevo's last message there, in their order."""
        ...

    async def pinged(self) -> Sequence[str]:
        """Return the ids of whom Relevo's messages have notified so far, once a message."""
        ...

    async def signed(self) -> Sequence[str]:
        """Return the ids of people's messages that bear a sign of Relevo's."""
        ...

    async def settle(self) -> None:
        """Return when the adapter has heard everything that the platform has to tell so far."""
        ...


def says(text: str) -> OutgoingMessage:
    return OutgoingMessage(text=text)
