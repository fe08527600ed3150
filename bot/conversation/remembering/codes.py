"""Keeps the code that joins two accounts out of all that is stored and shown (pure)."""

import re
from dataclasses import replace

from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.turns import Turn

LINK = ("link", "vincular")
"""The command, and its name in Spanish."""

HIDDEN = "····"

_TYPED = re.compile(rf"(/(?:{'|'.join(LINK)})(?:@\w+)?)\s+(\S.*)", re.IGNORECASE | re.DOTALL)


def without_code(turn: Turn) -> tuple[Turn, str]:
    """Return a turn in which codes can't be read any more, and what stood behind its last ``/link``.

    History, receipts, relays and dead letters are made of the turn, so that none of them has a code.
    """
    codes = [found[2] for item in turn.messages if (found := _TYPED.match(item.text))]
    messages = tuple(map(_hidden, turn.messages))
    return replace(turn, messages=messages), codes[-1].strip() if codes else ""


def digits_of(text: str) -> str:
    """Return a code's eight digits as they were typed in groups; empty when it is none."""
    digits = re.sub(r"[\s\-.·]", "", text)
    return digits if re.fullmatch(r"[0-9]{8}", digits) else ""


def in_groups(code: str) -> str:
    """Write a code so that it is easy to copy: in two groups of digits."""
    digits = "".join(filter(str.isdigit, code))
    return f"{digits[:4]} {digits[4:]}"


def _hidden(message: IncomingMessage) -> IncomingMessage:
    found = _TYPED.match(message.text)
    return replace(message, text=f"{found[1]} {HIDDEN}") if found else message
