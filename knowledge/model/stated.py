"""The agreed form of a reply that names facts, and how it is read.

It is one JSON object, ``{"facts": [{"slot": "plan", "value": "Pro", "quote": "my plan is Pro", "message":
1}]}``; prose or a code fence around it is passed over. Whatever else stands in it is never read.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from bot.vocabulary.memory import VALUE_LENGTH, Slot
from knowledge.model.reply import Agreed

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["facts"],
    "properties": {
        "facts": {
            "type": "array",
            "description": "What the customer states of themselves; empty when it is nothing.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["slot", "value", "quote", "message"],
                "properties": {
                    "slot": {"type": "string", "enum": [slot.value for slot in Slot]},
                    "value": {"type": "string", "description": "The fact in one to six words."},
                    "quote": {
                        "type": "string",
                        "description": "The exact words of the message that say so.",
                    },
                    "message": {"type": "integer", "description": "The number of the message."},
                },
            },
        },
    },
}
"""What a reply looks like, as JSON Schema (the part of it that providers enforce)."""

FACTS = Agreed(name="facts", description="Give the facts.", schema=SCHEMA)

MOST_FACTS = 30
"""Facts of one reply that are read; honest ones have a handful."""

LONGEST_QUOTE = 500

_SLOTS = {slot.value: slot for slot in Slot}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A fact as the model has written it; ``message`` is the number that the message had in the request."""

    slot: Slot
    value: str
    quote: str
    message: int


class FactsReading:
    """Reads one reply; ``facts`` is what has the agreed form of it once it ``is_complete``."""

    def __init__(self) -> None:
        self.facts: tuple[Stated, ...] = ()
        self.is_complete = False
        self._text = ""
        self._decoder = json.JSONDecoder(parse_constant=_refuse)

    @property
    def has_begun(self) -> bool:
        """Whether anything but white space has come."""
        return bool(self._text.strip())

    async def hear(self, piece: str) -> None:
        """Take what has come."""
        if not self.is_complete:
            self._text += piece
            if "]" in piece or "}" in piece:
                self._look()

    def _look(self) -> None:
        """Look for the whole reply; what is no object of its form may be an example within prose."""
        start = self._text.find("{")
        while start >= 0 and not self.is_complete:
            facts = _facts_in(self._parsed(start))
            if facts is not None:
                self.facts = tuple(_read(facts))
                self.is_complete = True
            start = self._text.find("{", start + 1)

    def _parsed(self, start: int) -> object:
        try:
            return self._decoder.raw_decode(self._text, start)[0]
        except (ValueError, RecursionError):
            return None


def _facts_in(value: object) -> list[object] | None:
    if not isinstance(value, dict):
        return None
    facts = cast("dict[str, object]", value).get("facts")
    return cast("list[object]", facts) if isinstance(facts, list) else None


def _read(facts: list[object]) -> Iterator[Stated]:
    """Read what has the agreed form; one that has not is left out, the others stay."""
    for fact in facts[:MOST_FACTS]:
        stated = _stated(cast("dict[str, object]", fact)) if isinstance(fact, dict) else None
        if stated is not None:
            yield stated


def _stated(fields: dict[str, object]) -> Stated | None:
    slot, message = fields.get("slot"), fields.get("message")
    value, quote = (
        _text(fields.get("value"), VALUE_LENGTH),
        _text(fields.get("quote"), LONGEST_QUOTE),
    )
    # bool is an int in Python
    if not isinstance(message, int) or isinstance(message, bool):
        return None
    if not isinstance(slot, str) or slot not in _SLOTS or not value or not quote:
        return None
    return Stated(slot=_SLOTS[slot], value=value, quote=quote, message=message)


def _text(value: object, longest: int) -> str:
    """Return a text of one line that is not too long; empty for anything else."""
    if not isinstance(value, str) or len(value) > longest:
        return ""
    text = value.strip()
    return text if text.isprintable() else ""


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
