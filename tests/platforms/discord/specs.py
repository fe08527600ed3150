"""Compares what is said on the wire with Discord's published description, where that is at hand."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

FILE = Path(__file__).parents[4] / "shared/specs/dc_openapi.json"
ROOT = "urn:discord"

IS_HERE = FILE.exists()
"""Without the description nothing is compared."""


@cache
def _specification() -> Mapping[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


@cache
def _validator(name: str) -> Any:
    resource = Resource(contents=_specification(), specification=DRAFT202012)
    empty: Any = cast("Any", Registry)()
    registry = empty.with_resource(ROOT, resource)
    schema = {"$ref": f"{ROOT}#/components/schemas/{name}"}
    return jsonschema.Draft202012Validator(schema, registry=registry)


def violations(name: str, value: Any, *, closed: bool = False) -> list[str]:
    """Return how a value differs from a schema; ``closed`` allows no unknown fields at the top."""
    if not IS_HERE:
        return []
    found = [
        f"{name}: {error.json_path}: {error.message[:200]}"
        for error in _validator(name).iter_errors(value)
    ]
    known = _specification()["components"]["schemas"][name].get("properties", {})
    if closed and known and isinstance(value, dict):
        found += [f"{name}: unknown field {key}" for key in value.keys() - known.keys()]
    return found
