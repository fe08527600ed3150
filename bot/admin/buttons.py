"""Buttons that give commands, within what every platform holds."""

from collections.abc import Iterable

from bot.admin.requests import ACTION
from bot.vocabulary.commands import command_named, written
from bot.vocabulary.messages import Button

MOST_BUTTONS = 20
"""Discord holds 25 under a message, and Slack 25 in a row; some room is left for the way back."""

LONGEST_ACTION = 500
"""Characters; where a platform's own buttons carry fewer, its adapter keeps the rest elsewhere."""


def action_of(words: str, /, **values: str) -> str:
    """Return the action of a button that gives a command, named by its words.

    Raises:
        LookupError: There is no such command.
    """
    command = command_named(words.split())
    if command is None:
        raise LookupError(words)
    return ACTION + written(command, values)


def fitting(buttons: Iterable[Button]) -> tuple[Button, ...]:
    """Leave out the buttons whose action no platform could carry: what they do can be typed."""
    short = [one for one in buttons if len(one.action) <= LONGEST_ACTION]
    return tuple(short[:MOST_BUTTONS])
