"""A loopback platform with people on it: what they do there, and what they see.

Each platform's folder has a server that speaks its real API over HTTP and WebSocket, and a ``Stage``
on top of it, so that one test can be played on any of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.vocabulary.messages import ConversationRef, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A person on a stage: their id on the platform and the name that others see."""

    user_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message as people see it: plain text without markup, escapes or entities undone.

    ``by_relevo`` tells the bot's own from people's. ``actions`` are those of its buttons, in order.
    """

    id: str
    text: str
    by_relevo: bool
    actions: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()


def said_by_relevo(seen: Sequence[Seen]) -> list[str]:
    """Return the texts of the bot among what people see."""
    return [item.text for item in seen if item.by_relevo]


async def at_once() -> bool:
    """Be ready: for an HTTP edge behind which nothing has to start."""
    return True


class Stage(Protocol):
    """One platform. ``customer`` and ``agent`` are people on it.

    ``conversation`` is the customer's private conversation with the bot, ``channel`` the place where
    threads can be opened, ``desk_setting`` how ``desk.channel`` names it. ``settings`` are the
    platform's own settings with which Relevo reaches this stage.
    """

    platform: Platform
    customer: Someone
    agent: Someone
    conversation: ConversationRef
    channel: ConversationRef
    desk_setting: str
    settings: dict[str, Any]

    async def ready(self) -> None:
        """Return when Relevo receives events from here."""
        ...

    async def write(
        self,
        place: ConversationRef,
        text: str,
        *,
        who: Someone | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> str:
        """Write as a person (the customer unless said otherwise); returns the message's id."""
        ...

    async def edit(self, place: ConversationRef, message_id: str, text: str) -> None:
        """Change a person's message."""
        ...

    async def delete(self, place: ConversationRef, message_id: str) -> None:
        """Take a person's message back, where the platform tells bots so."""
        ...

    async def press(
        self,
        place: ConversationRef,
        message_id: str,
        action: str,
        *,
        who: Someone | None = None,
        text: str | None = None,
    ) -> None:
        """Press a button; ``text`` is typed into the form that opens, where there are forms."""
        ...

    async def react(self, place: ConversationRef, message_id: str, thumb: str) -> None:
        """Set a thumb (``up`` or ``down``) on a message as the customer."""
        ...

    def threads(self) -> Sequence[ConversationRef]:
        """The threads that were opened in ``channel``, oldest first."""
        ...

    def seen(self, place: ConversationRef) -> Sequence[Seen]:
        """All that is visible in a place now, oldest first."""
        ...

    def pings(self) -> int:
        """How many people were notified by what Relevo wrote: mentions of users, roles, everyone."""
        ...

    def unfurls(self) -> int:
        """How many link previews the platform would have fetched for what Relevo wrote."""
        ...
