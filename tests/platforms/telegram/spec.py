"""The published description of the Bot API, and whether calls and updates keep to it.

Where the description is not at hand nothing is compared; ``test_telegram_spec`` is skipped then, so
that the report says so.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

FILE = Path(__file__).parents[4] / "shared/specs/tg_api.json"

PRIMITIVES: Mapping[str, type | tuple[type, ...]] = {
    "Integer": int,
    "Float": (int, float),
    "String": str,
    "Boolean": bool,
}


@cache
def description() -> dict[str, Any] | None:
    """Read the description; None where it is not at hand."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else None


def call_violations(method: str, fields: Mapping[str, Any]) -> list[str]:
    """Name what a call does that the description does not allow."""
    known = description()
    if known is None:
        return []
    if method not in known["methods"]:
        return [f"{method} is no method"]
    return list(_check(known, method, known["methods"][method].get("fields", []), fields))


def type_violations(name: str, value: object) -> list[str]:
    """Name where a value differs from a type of the description."""
    known = description()
    return [] if known is None else list(_check_type(known, name, name, value))


def _check(
    known: dict[str, Any], where: str, described: list[Any], value: Mapping[str, Any]
) -> Iterator[str]:
    fields = {field["name"]: field for field in described}
    for name in value:
        if name not in fields:
            yield f"{where}.{name} is not described"
    for name, field in fields.items():
        if name not in value:
            if field["required"]:
                yield f"{where}.{name} is missing"
            continue
        tries = [
            list(_check_type(known, f"{where}.{name}", kind, value[name]))
            for kind in field["types"]
        ]
        if all(tries):
            yield from min(tries, key=len)


def _check_type(known: dict[str, Any], where: str, kind: str, value: object) -> Iterator[str]:
    if kind.startswith("Array of "):
        yield from _check_list(known, where, kind.removeprefix("Array of "), value)
    elif kind == "InputFile" or kind in PRIMITIVES:
        if not _is_primitive(kind, value):
            yield f"{where} is no {kind}"
    elif subtypes := known["types"][kind].get("subtypes"):
        tries = [list(_check_type(known, where, subtype, value)) for subtype in subtypes]
        if all(tries):
            yield from min(tries, key=len)
    elif isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        yield from _check(known, where, known["types"][kind].get("fields", []), fields)
    else:
        yield f"{where} is no {kind}"


def _check_list(known: dict[str, Any], where: str, kind: str, value: object) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{where} is no list"
        return
    for number, item in enumerate(cast("list[object]", value)):
        yield from _check_type(known, f"{where}[{number}]", kind, item)


def _is_primitive(kind: str, value: object) -> bool:
    if kind == "InputFile":
        return isinstance(value, bytes)
    return isinstance(value, PRIMITIVES[kind]) and isinstance(value, bool) is (kind == "Boolean")
