"""Reads what admins type: numbers, lists, and the words that take a setting back (pure)."""

import re
from collections.abc import Sequence

from bot.admin.steering.naming import fold
from bot.texts.personal import find_personal

_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*(%?)")
_PARTS = re.compile(r"[,;\n]+")
_MINUTES = re.compile(r"(?:(urgent|high|normal|low)\s*[=:]?\s*)?(\d+(?:[.,]\d+)?)", re.IGNORECASE)

EMPTY = frozenset({"none", "nothing", "ninguno", "ninguna", "nada"})
"""Words for nothing at all."""

WITHDRAWN = EMPTY | {"default", "reset", "por defecto", "predeterminado"}
"""Words that let the settings file count again, where there is no nothing."""

_PERCENT = 100


def share_of(text: str) -> float | None:
    """Read a share as ``0.6``, ``0,6``, ``60 %`` or ``60``; None when it is none."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    value = float(found[1].replace(",", "."))
    if found[2] or value > 1:
        value /= _PERCENT
    return round(value, 4) if 0 <= value <= 1 else None


def items_of(text: str) -> tuple[str, ...]:
    """Read a list with commas; each item once."""
    return tuple(dict.fromkeys(part.strip() for part in _PARTS.split(text) if part.strip()))


def is_withdrawn(text: str) -> bool:
    """Whether somebody takes back what was set here."""
    return fold(text) in WITHDRAWN or text.strip() in {"-", "–"}


def is_secret(text: str) -> bool:
    """Whether somebody types a key or a password, which has no place in a chat."""
    return any(found.kind == "SECRET" for found in find_personal(text))


def is_emptied(text: str) -> bool:
    """Whether somebody wants nothing to stand there."""
    return fold(text) in EMPTY or text.strip() in {"-", "–"}


def minutes_of(text: str) -> dict[str, float] | None:
    """Read promised minutes, ``30`` or ``urgent 5, normal 30``; None when they can't be read."""
    minutes: dict[str, float] = {}
    for part in items_of(text):
        found = _MINUTES.fullmatch(part)
        if found is None:
            return None
        minutes[(found[1] or "normal").lower()] = float(found[2].replace(",", "."))
    return minutes


def percent(share: float) -> str:
    """Write a share as people read it."""
    return f"{round(_PERCENT * share)} %"


def listed(names: Sequence[str], empty: str) -> str:
    """Write a list in one line."""
    return ", ".join(names) or empty
