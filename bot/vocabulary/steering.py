"""Settings that are changed while Relevo runs: the sockets between admins' commands and the settings.

A path names one setting as the file has it: ``escalation.answer_above``; one item of a table that can
stand several times by its name or id in brackets: ``teams[Billing].hours``, ``teams[Billing]``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from bot.vocabulary.errors import RelevoError


class RefusedSettingError(RelevoError):
    """A setting can't be changed so: one sentence with cause and cure; everything stays as it was."""


class OvertakenError(RefusedSettingError):
    """Somebody else changed it meanwhile: read it anew, and try again."""


class Origin(StrEnum):
    """Where a value comes from, weakest first; what was changed in chat beats all."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    CHAT = "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingView:
    """One setting as it counts now. ``value`` is as in JSON; a secret's is None.

    ``why_fixed`` says why it can't be changed here, empty where it can; ``choices`` are all values that
    it takes, where they can be told.
    """

    path: str
    value: Any
    origin: Origin
    is_secret: bool = False
    why_fixed: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Who changes a setting, and where: ``actor_id`` is ``platform:tenant:user`` or ``cli:<name>``.

    ``key`` names the one event by which it is changed: done again, it changes nothing more.
    """

    actor_id: str
    actor: str
    place: str
    at: datetime
    key: str


ANYTHING: Final = object()
"""What an edit expects that rests on nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One path and its new value as in JSON; None lets the file and the environment count again.

    ``removes`` takes an item of a table out, also one that stands in the file. ``expects`` is the value
    on which the new one rests, None for what is not there: if another stands there by then, the whole
    change is refused.
    """

    path: str
    value: Any = None
    removes: bool = False
    expects: Any = ANYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    """One change as it was stored; ``number`` grows by one with each change of the installation.

    ``old`` and ``new`` are the values by path as they counted before and after, as in JSON; a path whose
    item was not there has None. ``undoes`` is the number of the change that it took back.
    """

    number: int
    at: datetime
    actor_id: str
    actor: str
    place: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    undoes: int | None = None


class LiveSettings(Protocol):
    """The settings as they count now, in all processes.

    Raises ``StateUnavailableError`` where the store is needed and does not answer.
    """

    def value(self, path: str) -> Any:
        """Return a value as in JSON: of a setting, a section, a whole table or one of its items.

        Raises:
            RefusedSettingError: There is none, or it is a secret.
        """
        ...

    def view(self, path: str) -> SettingView:
        """Return one setting, also one that can't be changed.

        Raises:
            RefusedSettingError: There is no such setting; the sentence names the nearest.
        """
        ...

    def views(self, prefix: str = "") -> Sequence[SettingView]:
        """Return all settings below a prefix (``escalation``), in the order of the file."""
        ...

    def parsed(self, path: str, text: str) -> Any:
        """Read what an admin typed as the value of a setting: words, numbers, lists with commas, JSON.

        Raises:
            RefusedSettingError: It can't be read as one.
        """
        ...

    async def change(self, edits: Sequence[Edit], by: Editor) -> SettingChange:
        """Validate all edits together, store them as one change, and let all processes know.

        Raises:
            RefusedSettingError: One of them is wrong or not to be changed here: nothing was changed.
            OvertakenError: Something else stands there than one of them expects.
        """
        ...

    async def undo(self, number: int | None, by: Editor) -> SettingChange:
        """Take a change back, by default the last one that can be; later changes of the paths forbid it.

        Raises:
            RefusedSettingError: There is none, or it can't be taken back.
        """
        ...

    async def done(self, key: str) -> SettingChange | None:
        """Return the change that an event has made before, by ``Editor.key``; None when it made none."""
        ...

    async def changes(self, limit: int, *, path: str = "") -> Sequence[SettingChange]:
        """Return the newest changes, newest first, of all or of what is at or below a path."""
        ...
