"""The admins' commands as Discord's menu has them: one command that holds them all (pure).

Commands of one word are subcommands, those of two stand in groups. A long text is left out of what
Discord insists on: where it is missing, a form asks for it, with room for several lines.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from adapters.discord.wording import described
from bot.vocabulary.commands import COMMANDS, COMPLETED, Argument, ArgumentKind, Command

NAME = "relevo"
TEXT_LENGTH = 4000
MANAGE_GUILD = 1 << 5
"""Who has this right in a guild sees the command; whether it is done is the core's to decide."""

GUILD, BOT_DM = 0, 1
"""Where a command of everywhere is offered: in guilds, and in direct messages with the bot."""

SUBCOMMAND, GROUP, STRING, USER, NUMBER = 1, 2, 3, 6, 10
"""Discord's numbers for options."""

Payload = dict[str, Any]


def relevo() -> Payload:
    """Describe the command for one guild."""
    return {
        "name": NAME,
        "type": 1,
        "default_member_permissions": MANAGE_GUILD,
        "options": _level(COMMANDS),
        **described("adapters.command_relevo"),
    }


def relevo_in(contexts: Sequence[int]) -> Payload:
    """Describe it for all places of some kinds."""
    return relevo() | {"contexts": list(contexts)}


def _level(commands: Sequence[Command]) -> list[Payload]:
    parts = groupby(commands, lambda command: command.words[0])
    return [_part(name, list(some)) for name, some in parts]


def _part(name: str, commands: Sequence[Command]) -> Payload:
    """Describe what begins with a word: Discord shows a group's own description nowhere."""
    first = commands[0]
    if len(first.words) == 1:
        return _subcommand(first)
    said = described(f"commands.does_{first.name}")
    return {
        "type": GROUP,
        "name": name,
        "options": [_subcommand(command) for command in commands],
        **said,
    }


def _subcommand(command: Command) -> Payload:
    shown: Payload = {
        "type": SUBCOMMAND,
        "name": command.words[-1],
        **described(f"commands.does_{command.name}"),
    }
    options = [_option(argument) for argument in command.arguments]
    if options:
        shown["options"] = sorted(options, key=lambda option: not option["required"])
    return shown


def _option(argument: Argument) -> Payload:
    shown: Payload = {
        "type": STRING,
        "name": argument.name,
        "required": argument.required,
        **described(f"commands.argument_{argument.name}"),
    }
    match argument.kind:
        case ArgumentKind.NUMBER:
            shown["type"] = NUMBER
        case ArgumentKind.PERSON:
            shown["type"] = USER
        case ArgumentKind.CHOICE:
            shown["choices"] = [{"name": one, "value": one} for one in argument.choices]
        case ArgumentKind.LONG_TEXT:
            shown |= {"required": False, "max_length": TEXT_LENGTH}
        case kind if kind in COMPLETED:
            shown["autocomplete"] = True
        case _:
            shown["max_length"] = TEXT_LENGTH
    return shown
