"""Messages as ``relevo analyze`` reads them: one JSON object a line."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from bot.vocabulary.errors import DocumentError
from bot.vocabulary.mood import Said

CUSTOMER = frozenset({"u", "user", "customer", "client", "cliente", "usuario"})
OTHERS = frozenset({"b", "bot", "assistant", "agent", "system", "agente", "asistente"})
"""Who says a line of the context; whoever is neither counts as no customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message and what was said before it, oldest first; ``language`` is what the line claims."""

    id: str | int
    text: str
    context: tuple[Said, ...] = ()
    language: str | None = None


def read_message(line: bytes, number: int, name: str) -> Message:
    """Read a line ``{"id", "text", "context"?, "lang"?}``; other fields are left alone.

    ``context`` is a list of ``{"role", "text"}``, of ``[speaker, text]``, or of texts. A text may name
    its speaker (``"user: …"``, ``"bot: …"``). Where none is named, the two sides take turns, and the
    last one is what the message answers to.

    Raises:
        DocumentError: The line is none; the sentence names it and what it lacks.
    """
    try:
        fields = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
        return _message(fields, number)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise DocumentError(
            f'Line {number} of {name} is no message: it needs an object with "text" and, if '
            '"context" is given, a list of {"role", "text"}, of [speaker, text] or of texts.'
        ) from None


def _message(fields: dict[str, object], number: int) -> Message:
    text, given, language = fields["text"], fields.get("id"), fields.get("lang")
    if not isinstance(text, str):
        raise TypeError(text)
    return Message(
        id=given if isinstance(given, str | int) and given != "" else number,
        text=text,
        context=_context(fields.get("context") or ()),
        language=language if isinstance(language, str) and language else None,
    )


def _context(lines: object) -> tuple[Said, ...]:
    if not isinstance(lines, list | tuple):
        raise TypeError(lines)
    entries = cast("Sequence[object]", lines)
    last = len(entries) - 1
    return tuple(
        _said(entry, customers_turn=(last - place) % 2 == 1) for place, entry in enumerate(entries)
    )


def _said(entry: object, *, customers_turn: bool) -> Said:
    if isinstance(entry, str):
        speaker, sign, rest = entry.partition(":")
        known = speaker.strip().casefold() in CUSTOMER | OTHERS
        if not (sign and known):
            return Said(text=entry, by_customer=customers_turn)
        return _by(speaker, rest.lstrip())
    if isinstance(entry, dict):
        named = cast("dict[str, object]", entry)
        return _by(named["role"], named["text"])
    speaker, said = cast("tuple[object, object]", entry)
    return _by(speaker, said)


def _by(speaker: object, text: object) -> Said:
    if not isinstance(speaker, str) or not isinstance(text, str):
        raise TypeError(speaker)
    return Said(text=text, by_customer=speaker.strip().casefold() in CUSTOMER)
