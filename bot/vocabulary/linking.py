"""The command that joins two accounts, and messages without the code behind it (pure)."""

import re
from dataclasses import replace

from bot.vocabulary.messages import IncomingMessage

LINK = ("link", "vincular")
"""The command, and its name in Spanish."""

HIDDEN = "····"
"""What stands in the place of a code."""

_TYPED = re.compile(rf"\s*(/(?:{'|'.join(LINK)})(?:@\w+)?)\s+(\S.*)", re.IGNORECASE | re.DOTALL)


def code_in(text: str) -> str | None:
    """Return what stands behind the command, a code or not; None where nothing does."""
    found = _TYPED.match(text)
    return found[2].strip() if found else None


def code_hidden(message: IncomingMessage) -> IncomingMessage:
    """Return a message in which a code can't be read any more."""
    found = _TYPED.match(message.text)
    return replace(message, text=f"{found[1]} {HIDDEN}") if found else message
