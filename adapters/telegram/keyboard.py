"""Buttons under a message, and the short names of actions that are too long for them (pure)."""

import hashlib
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from adapters.buttons import even_rows, stretches
from adapters.telegram.letters import cleaned, is_visible
from bot.texts import shortened
from bot.vocabulary.messages import Button

MOST_BYTES = 64
"""What a button may carry."""

SHORT = "#"
ROW_LENGTH = 26
ROW_BUTTONS = 4
SCALE_BUTTONS = 6
LONGEST_LABEL = 100

_THUMBS = {"rate:up": "👍", "rate:down": "👎"}


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Return the buttons in rows: short ones side by side, scales evenly, the thumbs together."""
    rows: list[list[Button]] = []
    for is_scale, stretch in stretches(_others(buttons)):
        rows += even_rows(stretch, SCALE_BUTTONS) if is_scale else _filled(stretch)
    rows += _filled(_thumbs(buttons))
    shown = [[_shown(button) for button in row] for row in rows]
    return InlineKeyboardMarkup(shown) if shown else None


def _filled(buttons: Sequence[Button]) -> list[list[Button]]:
    """Put buttons into rows as long as their labels have room."""
    rows: list[list[Button]] = []
    room = 0
    for button in buttons:
        length = len(_label(button))
        if not rows or room < length or len(rows[-1]) == ROW_BUTTONS:
            rows.append([])
            room = ROW_LENGTH
        rows[-1].append(button)
        room -= length + 2
    return rows


def _shown(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(_label(button), callback_data=data_of(button.action))


def _label(button: Button) -> str:
    """Return a button's words; Telegram takes no button without any."""
    label = shortened(cleaned(_THUMBS.get(button.action, button.label)), LONGEST_LABEL)
    return label if is_visible(label) else button.action


def data_of(action: str) -> str:
    """Return what a button carries for an action: the action, or a short name for it."""
    if len(action.encode()) <= MOST_BYTES and not action.startswith(SHORT):
        return action
    return SHORT + hashlib.sha256(action.encode()).hexdigest()[:32]


def long_actions(buttons: Sequence[Button]) -> dict[str, str]:
    """Return the actions that buttons carry by a short name: name → action."""
    names = {data_of(button.action): button.action for button in buttons}
    return {name: action for name, action in names.items() if name != action}


def _others(buttons: Sequence[Button]) -> list[Button]:
    return [button for button in buttons if button.action not in _THUMBS]


def _thumbs(buttons: Sequence[Button]) -> list[Button]:
    return [button for button in buttons if button.action in _THUMBS]
