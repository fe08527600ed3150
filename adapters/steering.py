"""Which lines steer Relevo: they belong into the private conversation of whoever gave them (pure)."""

from bot.vocabulary.commands import ADMIN_ACTION, Who, read
from bot.vocabulary.messages import IncomingMessage

CLAIM = "claim"
"""Everybody may try a code, but nobody else is to read it."""

VERBS_OF_CASES = frozenset({"canned", CLAIM, "deshacer"})
"""What agents say in a case's thread by the same words."""


def steers(text: str, *, in_case: bool = False) -> bool:
    """Whether a text is an admin's command, or the code of the first one.

    What everybody may say (``/ask``, ``/help``) is answered where it stands. In a case's thread an agent's
    verb is no command.
    """
    found = read(text)
    if found is None or (in_case and _first_word(text) in VERBS_OF_CASES):
        return False
    is_code = found.command.name == CLAIM and bool(found.values)
    return found.command.who is Who.ADMIN or is_code


def is_steering(message: IncomingMessage, *, in_case: bool = False) -> bool:
    """Whether a message or a pressed button is an admin's command."""
    if message.action is not None:
        return message.action.startswith(ADMIN_ACTION)
    return steers(message.text, in_case=in_case)


def _first_word(text: str) -> str:
    words = text.split(maxsplit=1)
    return words[0].removeprefix("/").partition("@")[0].casefold() if words else ""
