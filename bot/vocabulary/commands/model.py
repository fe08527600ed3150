"""What a command is: its words, its arguments, and who may give it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Who(StrEnum):
    """Who may give a command: everybody, or whom the platform and the settings call an admin now."""

    EVERYBODY = "everybody"
    ADMIN = "admin"


class ArgumentKind(StrEnum):
    """What is written as an argument, and by what it can be completed.

    ``TEXT`` is a line, ``LONG_TEXT`` may have several. ``CHOICE`` is one of the argument's own
    ``choices``. ``PERSON`` is an account as ``platform:user id``, or a mention where the platform has
    those. The others name something that is set up or stored.
    """

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    CHOICE = "choice"
    PERSON = "person"
    SETTING = "setting"
    TOPIC = "topic"
    TEAM = "team"
    AGENT = "agent"
    CANNED = "canned"
    DOCUMENT = "document"
    CHANGE = "change"
    COMMAND = "command"


COMPLETED = frozenset(
    {
        ArgumentKind.SETTING,
        ArgumentKind.TOPIC,
        ArgumentKind.TEAM,
        ArgumentKind.AGENT,
        ArgumentKind.CANNED,
        ArgumentKind.DOCUMENT,
        ArgumentKind.CHANGE,
        ArgumentKind.COMMAND,
    }
)
"""Names of what there is: the core offers them while they are typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument; ``name`` is what it is called in forms and before ``=``.

    The last argument of a command takes all that is left of a line.
    """

    name: str
    kind: ArgumentKind = ArgumentKind.TEXT
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: ``words`` are its name, such as ``("settings", "set")``.

    ``aliases`` are other names of the whole, in Spanish. With ``changes`` it changes something, which is
    audited; a refusal is audited for every command. Platforms with forms open one where a required
    argument is missing.
    """

    words: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()
    who: Who = Who.ADMIN
    aliases: tuple[str, ...] = ()
    changes: bool = False

    @property
    def name(self) -> str:
        """The words in one, as the catalogue has them: ``settings_set``."""
        return "_".join(self.words)

    @property
    def required(self) -> tuple[Argument, ...]:
        """The arguments without which it can't be done."""
        return tuple(argument for argument in self.arguments if argument.required)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A command as somebody gave it: the values of its arguments by their names, none of them empty."""

    command: Command
    values: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def missing(self) -> Argument | None:
        """The first required argument that has no value."""
        return next((one for one in self.command.required if one.name not in self.values), None)

    def value(self, name: str) -> str:
        """Return the value of an argument, empty where none was given."""
        return self.values.get(name, "")
