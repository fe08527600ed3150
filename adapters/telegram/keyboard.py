"""Buttons under a message, and the short names of actions that are too long for them (pure)."""

import hashlib
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from adapters.telegram.letters import cleaned, is_visible
from bot.vocabulary.messages import Button

MOST_BYTES = 64
"""What a button may carry."""

SHORT = "#"
ROW_LENGTH = 26
ROW_BUTTONS = 4
LONGEST_LABEL = 100

_THUMBS = {"rate:up": "👍", "rate:down": "👎"}


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Return the buttons in rows, short ones side by side and the thumbs together."""
    rows: list[list[InlineKeyboardButton]] = []
    room = 0
    for button in (*_others(buttons), *_thumbs(buttons)):
        label = _label(button)
        is_new_row = button.action in _THUMBS and not _is_thumb(rows)
        if not rows or is_new_row or room < len(label) or len(rows[-1]) == ROW_BUTTONS:
            rows.append([])
            room = ROW_LENGTH
        rows[-1].append(InlineKeyboardButton(label, callback_data=data_of(button.action)))
        room -= len(label) + 2
    return InlineKeyboardMarkup(rows) if rows else None


def _label(button: Button) -> str:
    """Return a button's words; Telegram takes no button without any."""
    label = cleaned(_THUMBS.get(button.action, button.label))[:LONGEST_LABEL]
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


def _is_thumb(rows: Sequence[Sequence[InlineKeyboardButton]]) -> bool:
    return bool(rows) and rows[-1][0].callback_data in _THUMBS
