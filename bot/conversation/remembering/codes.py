"""Keeps the code that joins two accounts out of all that is made of a turn (pure)."""

import re
from dataclasses import replace

from bot.vocabulary.linking import code_hidden, code_in
from bot.vocabulary.turns import Turn


def without_code(turn: Turn) -> tuple[Turn, str]:
    """Return a turn in which codes can't be read any more, and what stood behind its last ``/link``.

    History, receipts and relays are made of the turn, so that none of them has a code.
    """
    codes = [code for item in turn.messages if (code := code_in(item.text)) is not None]
    messages = tuple(map(code_hidden, turn.messages))
    return replace(turn, messages=messages), codes[-1] if codes else ""


def digits_of(text: str) -> str:
    """Return a code's eight digits as they were typed in groups; empty when it is none."""
    digits = re.sub(r"[\s\-.·]", "", text)
    return digits if re.fullmatch(r"[0-9]{8}", digits) else ""


def in_groups(code: str) -> str:
    """Write a code so that it is easy to copy: in two groups of digits."""
    digits = "".join(filter(str.isdigit, code))
    return f"{digits[:4]} {digits[4:]}"
