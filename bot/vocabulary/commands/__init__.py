"""The admins' commands: one table for all platforms, each of which renders it in its own form.

- ``model``: what a command and its arguments are
- ``table``: all of them, in the order of menus
- ``wording``: a command as a line of text, read and written; ``hiding``: without its values

What a command does and what an argument means is said in the catalogue: ``commands.does_<name>`` and
``commands.argument_<name>``.
"""

from bot.vocabulary.commands.hiding import values_hidden
from bot.vocabulary.commands.model import (
    COMPLETED,
    Argument,
    ArgumentKind,
    Command,
    Invocation,
    Who,
)
from bot.vocabulary.commands.table import COMMANDS, command_named
from bot.vocabulary.commands.wording import ADMIN_ACTION, read, written

__all__ = [
    "ADMIN_ACTION",
    "COMMANDS",
    "COMPLETED",
    "Argument",
    "ArgumentKind",
    "Command",
    "Invocation",
    "Who",
    "command_named",
    "read",
    "values_hidden",
    "written",
]
