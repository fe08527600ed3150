"""What a message asks of the office (pure)."""

from dataclasses import dataclass, replace

from bot.admin.requests import ACTION
from bot.vocabulary.commands import COMMANDS, Invocation, read
from bot.vocabulary.messages import IncomingMessage, MessageKind

OTHERS = "memory"
"""The group whose commands are done where customers see to their own memory, by the same authority."""

GROUPS = tuple(
    dict.fromkeys(
        command.words[0]
        for command in COMMANDS
        if len(command.words) > 1 and command.words[0] != OTHERS
    )
)
"""First words of commands that belong together, such as ``settings``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command, or a group of them; neither when a button names none any more.

    ``is_edit`` says that it was written over an earlier message: that has been done as it was.
    """

    invocation: Invocation | None = None
    group: str = ""
    is_edit: bool = False


def asked_in(message: IncomingMessage) -> Asked | None:
    """Return what a message asks of the office; None when it is everybody's."""
    if message.kind is MessageKind.PRESSED:
        return _pressed(message)
    if message.kind is MessageKind.DELETED or not message.text.startswith("/"):
        return None
    asked = _line(message.text)
    is_edit = message.kind is MessageKind.EDITED
    return replace(asked, is_edit=is_edit) if asked is not None else None


def _pressed(message: IncomingMessage) -> Asked | None:
    action = message.action or ""
    if not action.startswith(ACTION):
        return None
    line = action.removeprefix(ACTION)
    asked = _line(line)
    if asked is None:
        return None if read(line) else Asked()
    if asked.invocation is not None and message.text.strip():
        return replace(asked, invocation=_filled(asked.invocation, message.text.strip()))
    return asked


def _line(line: str) -> Asked | None:
    invocation = read(line)
    if invocation is None:
        group = _first_word(line)
        return Asked(group=group) if group in GROUPS else None
    command = invocation.command
    if command.words[0] == OTHERS or (command.name == "ask" and invocation.missing is None):
        return None
    return Asked(invocation=invocation)


def _first_word(line: str) -> str:
    words = line.removeprefix("/").casefold().split()
    if words[:1] == ["relevo"]:
        words = words[1:]
    return words[0].partition("@")[0] if words else ""


def _filled(invocation: Invocation, text: str) -> Invocation:
    """Put what was typed into a button's form where something is missing, or where nothing stands."""
    command, values = invocation.command, invocation.values
    empty = (one for one in command.arguments if one.name not in values)
    argument = invocation.missing or next(empty, None)
    if argument is None:
        return invocation
    return Invocation(command=command, values={**values, argument.name: text})
