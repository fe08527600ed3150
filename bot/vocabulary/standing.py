"""What a platform says now of somebody: the fresh look on which an admin's authority rests."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.vocabulary.messages import Author, ConversationRef


class Standing(StrEnum):
    """Who somebody is at home: in the workspace, guild or group that has the desk.

    ``ADMIN``: the platform lets them administer it. ``MEMBER``: a full member. ``GUEST``: a guest, a
    restricted or pending member, somebody of another workspace, an anonymous identity. ``GONE``: not
    there, left, removed or deactivated. ``BOT``: no person.
    """

    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    GONE = "gone"
    BOT = "bot"


@runtime_checkable
class Vouching(Protocol):
    """What adapters can do besides ``ChatAdapter``: say who somebody is now."""

    async def standing(self, user_id: str) -> Standing:
        """Ask the platform anew: nothing remembered counts, and nothing is guessed.

        Where the desk is on another platform nobody is ``ADMIN``: a full member of the bot's own
        workspace, a member of one of its guilds, or on Telegram a person, is ``MEMBER``.

        Raises:
            AdapterError: The platform can't be asked or does not answer clearly: nobody is trusted.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """What somebody has typed so far of one argument of a command, named as in the table."""

    author: Author
    place: ConversationRef
    command: str
    argument: str
    typed: str


Complete = Callable[[CompletionRequest], Awaitable[Sequence[str]]]
"""Offers values for an argument, at most 25, best first; to whoever is no admin, none. Never raises."""


@runtime_checkable
class Completing(Protocol):
    """What adapters can do besides ``ChatAdapter``: complete an argument while it is typed.

    ``complete`` is set before ``run``; until then nothing is offered.
    """

    complete: Complete | None


@runtime_checkable
class Founding(Protocol):
    """What adapters can do besides ``ChatAdapter``: create the channel of the desk."""

    async def found_desk(self, name: str) -> str:
        """Create a channel for the desk and return its id, as ``desk.channel`` has it.

        Raises:
            ConfigurationError: The platform does not let the bot do so; the sentence names the cure.
            AdapterError: The platform can't be asked.
        """
        ...


@runtime_checkable
class Inviting(Protocol):
    """What adapters can do besides ``ChatAdapter``: say how the bot is added to a server or a group."""

    async def invitation(self) -> str:
        """Return the address that adds it, with the rights that it needs.

        Raises:
            AdapterError: The platform can't be asked.
        """
        ...


@runtime_checkable
class MenuFor(Protocol):
    """What adapters can do besides ``ChatAdapter``: offer commands to admins alone, in their menus.

    A menu is a nicety: it gives nobody any right, may come late, and is never a reason to fail.
    """

    async def admins(self, user_ids: Collection[str]) -> None:
        """Take who is named as an admin on this platform now, all of them; others are offered no more.

        The core calls it at the start and whenever that changes; also before ``run``.
        """
        ...

    async def proved(self, user_id: str, *, is_admin: bool) -> None:
        """Take that somebody who gave a command was just found to be an admin, named or not, or none."""
        ...
