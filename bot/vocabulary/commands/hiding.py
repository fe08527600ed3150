"""Admins' commands without what was typed behind them: there may be a secret or a code in it (pure)."""

from dataclasses import replace

from bot.vocabulary.commands.model import Command
from bot.vocabulary.commands.wording import ADMIN_ACTION, read
from bot.vocabulary.messages import IncomingMessage

HIDDEN = "····"
"""What stands in the place of all values."""

OPEN = frozenset({"ask", "help"})
"""Commands of everybody's in which there is nothing to hide."""


def values_hidden(message: IncomingMessage) -> IncomingMessage:
    """Return a message in which the values of an admin's command can't be read any more."""
    action = message.action or ""
    if action.startswith(ADMIN_ACTION):
        found = read(action.removeprefix(ADMIN_ACTION))
        line = _line(found.command) if found else ""
        return replace(message, action=ADMIN_ACTION + line, text=HIDDEN if message.text else "")
    found = read(message.text)
    if found is None or not found.values or found.command.name in OPEN:
        return message
    return replace(message, text=_line(found.command))


def _line(command: Command) -> str:
    return f"/{' '.join(command.words)} {HIDDEN}"
