"""What a room of commands is given, and what it gives back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.vocabulary.commands import ADMIN_ACTION, Invocation
from bot.vocabulary.messages import Attachment, Button, Principal
from bot.vocabulary.steering import Editor

ACTION = ADMIN_ACTION
"""What the actions of admins' buttons begin with; the line of a command stands behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command that may be done, with all required arguments.

    ``language`` is the admin's, ``prefix`` what stands before a command where they write. ``acts_as`` is who
    they are in the log where that is no account of a chat app.
    """

    invocation: Invocation
    principal: Principal
    name: str
    place: str
    language: str
    prefix: str
    at: datetime
    key: str
    acts_as: str = ""

    @property
    def editor(self) -> Editor:
        """Who changes settings by this command."""
        who = f"{self.principal.platform}:{self.principal.tenant_id}:{self.principal.user_id}"
        return Editor(
            actor_id=self.acts_as or who,
            actor=self.name,
            place=self.place,
            at=self.at,
            key=self.key,
        )

    def value(self, name: str) -> str:
        """Return the value of an argument, empty where none was given."""
        return self.invocation.value(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an admin is told: CommonMark, with buttons whose action is ``ACTION`` and a line.

    ``detail`` is what the audit log says of it beside the command, such as old → new; it never holds
    a secret, nor what a customer wrote. ``is_refused`` says that nothing was done, for it was not clear what.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    detail: str = ""
    is_refused: bool = False


Handler = Callable[[Request], Awaitable[Reply]]
"""Does a command. A ``RefusedSettingError`` or other ``RelevoError`` becomes a reply with its sentence."""


class CommandRoom(Protocol):
    """Some commands that belong together."""

    def handlers(self) -> Mapping[str, Handler]:
        """Return who does which command, by the commands' names (``settings_set``)."""
        ...
