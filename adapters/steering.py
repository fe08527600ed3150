"""Which lines steer Relevo: they belong into the private conversation of whoever gave them (pure)."""

import re

from bot.vocabulary.commands import ADMIN_ACTION, COMMANDS, Who, read
from bot.vocabulary.messages import IncomingMessage

CLAIM = "claim"
"""Everybody may try a code, but nobody else is to read it."""

GROUPS = frozenset(
    command.words[0]
    for command in COMMANDS
    if len(command.words) > 1 and command.words[0] != "memory"
)
"""First words that ask for a choice where no command follows; ``/memory`` alone is a customer's."""

_FIRST_WORD = re.compile(r"\s*/(?:relevo\b\s*)?([^\s@]+)", re.IGNORECASE)

VERBS_OF_CASES = frozenset({"canned", CLAIM, "deshacer"})
"""What agents say in a case's thread by the same words."""


def steers(text: str, *, in_case: bool = False) -> bool:
    """Whether a text is an admin's command, or the code of the first one.

    What everybody may say (``/ask``, ``/help``, ``/memory export`` of their own) is answered where it
    stands. In a case's thread an agent's verb is no command.
    """
    begun = _FIRST_WORD.match(text)
    if begun is None or (in_case and begun[1].casefold() in VERBS_OF_CASES):
        return False
    found = read(text)
    if found is None:
        return begun[1].casefold() in GROUPS
    if found.command.words[0] == "memory":
        return bool(found.values)
    is_code = found.command.name == CLAIM and bool(found.values)
    return found.command.who is Who.ADMIN or is_code


def is_steering(message: IncomingMessage, *, in_case: bool = False) -> bool:
    """Whether a message or a pressed button is an admin's command."""
    if message.action is not None:
        return message.action.startswith(ADMIN_ACTION)
    return steers(message.text, in_case=in_case)
