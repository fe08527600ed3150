"""What people type as the value of a setting, read as its type (pure).

Bounds are checked with the settings as a whole; here only what can't be read is refused.
"""

import json
import tomllib
from collections.abc import Mapping
from math import isfinite
from typing import Any, cast, get_args, get_origin

from config.fields import Field, Kind

YES = frozenset({"true", "yes", "on", "1", "sí", "si", "y", "s", "verdadero", "activado"})
NO = frozenset({"false", "no", "off", "0", "n", "falso", "desactivado"})
_QUOTES = ('"', "'")


class UnreadableError(Exception):
    """A text can't be read as a value; the text says what to write instead."""


def typed(field: Field, text: str) -> Any:
    """Read a text as the value of a setting, as in JSON.

    Raises:
        UnreadableError: It can't be read so.
    """
    text = text.strip()
    if field.kind is Kind.VALUE:
        return _single(field, text)
    value = _written(text)
    if field.kind is Kind.TABLE and isinstance(value, list):
        return cast(list[Any], value)
    if field.kind in {Kind.SECTION, Kind.OPEN} and isinstance(value, Mapping):
        return cast(Mapping[str, Any], value)
    example = '[{"name": "…"}]' if field.kind is Kind.TABLE else '{"key": "value"}'
    raise UnreadableError(f"write it as JSON or as in the file, such as {example}")


def _single(field: Field, text: str) -> Any:
    kind = field.annotation
    if field.choices and kind is not bool:
        return _choice(field, text)
    readers = {bool: _truth, int: _whole, float: _number}
    if kind in readers:
        return readers[kind](text)
    if get_origin(kind) is tuple:
        return _several(get_args(kind)[0], text)
    return _unquoted(text)


def _truth(text: str) -> bool:
    word = text.casefold()
    if word in YES | NO:
        return word in YES
    raise UnreadableError("write yes or no")


def _whole(text: str) -> int:
    try:
        return int(text.replace("_", "").replace(" ", ""))
    except ValueError:
        raise UnreadableError("write a whole number, such as 3") from None


def _number(text: str) -> float:
    share = text.endswith("%")
    try:
        number = float(text.rstrip("%").strip().replace(",", "."))
    except ValueError:
        raise UnreadableError("write a number, such as 0.5") from None
    if not isfinite(number):
        raise UnreadableError("write a number, such as 0.5")
    return number / 100 if share else number


def _choice(field: Field, text: str) -> str:
    for choice in field.choices:
        if _folded(choice) == _folded(text):
            return choice
    raise UnreadableError(f"write one of {', '.join(field.choices)}")


def _folded(text: str) -> str:
    return _unquoted(text).casefold().replace("_", "-").replace(" ", "-")


def _several(kind: Any, text: str) -> list[Any]:
    """Read a list: as in the file, or words with commas between them."""
    if text.startswith("["):
        value = _written(text)
        if isinstance(value, list):
            return cast(list[Any], value)
        raise UnreadableError('write a list, such as en, es or ["en", "es"]')
    single = Field(kind=Kind.VALUE, annotation=kind)
    return [_single(single, part.strip()) for part in text.split(",") if part.strip()]


def _written(text: str) -> Any:
    """Read JSON, or a value as TOML has it."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return None


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] in _QUOTES and text[0] == text[-1]
    return text[1:-1] if quoted else text
