"""Buttons under a message: scales in even rows, and the forms of those that ask for words (pure)."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from math import ceil
from typing import TypeVar

from bot.texts import catalogue, say
from bot.vocabulary.messages import Button

Item = TypeVar("Item")

STEP_LENGTH = 5
"""A label of so few characters may be a step of a scale: ``10``, ``5 😀``, ``⭐⭐⭐``."""

STEPS = 4
"""More short labels than this, one after the other, are a scale."""

CASE_ACTION = "case:"
"""What the actions of the desk's buttons begin with; the verb follows."""


def stretches(buttons: Sequence[Button]) -> Iterator[tuple[bool, list[Button]]]:
    """Part buttons into scales (True), which stand in rows of their own, and others, in their order."""
    others: list[Button] = []
    for is_short, group in groupby(buttons, lambda button: len(button.label) <= STEP_LENGTH):
        found = list(group)
        if is_short and len(found) > STEPS:
            if others:
                yield False, others
            yield True, found
            others = []
        else:
            others = [*others, *found]
    if others:
        yield False, others


def even_rows(items: Sequence[Item], most: int) -> list[list[Item]]:
    """Part items into as few rows as can be, none longer than ``most``, and all about as long."""
    rows = ceil(len(items) / most)
    ends = [len(items) * row // rows for row in range(rows + 1)] if rows else [0]
    return [list(items[start:end]) for start, end in pairwise(ends)]


def question_of(action: str, language: str, *, label: str) -> str:
    """Say what the form of a button asks for: what its verb wants, else what stands on the button."""
    verb = action.removeprefix(CASE_ACTION).partition(":")[0]
    key = f"verbs.asks_{verb}"
    return (
        say(key, language) if key in catalogue() else label or say("adapters.form_label", language)
    )


def prefill_name(text: str) -> str:
    """Return the short name under which the beginning of a form is kept."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
