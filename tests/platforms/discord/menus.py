"""Application commands against the published description, and the limits that it leaves out."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from tests.platforms.discord import specs
from tests.platforms.discord.payloads import Payload

NAME = re.compile(r"[-_'\w]{1,32}")
MOST, LONGEST = 25, 8000
SUBCOMMAND, GROUP, STRING = 1, 2, 3


@cache
def violations(menu: str) -> Sequence[str]:
    """Return what Discord would refuse of a menu in JSON; most adapters of a test run offer the same."""
    commands: list[Payload] = json.loads(menu)
    schema = "ApplicationCommandUpdateRequest"
    found = [one for raw in commands for one in specs.violations(schema, raw, closed=True)]
    return (*found, *broken_limits(commands))


def broken_limits(commands: list[Payload]) -> list[str]:
    """Return which limits a menu breaks."""
    names = [command["name"] for command in commands]
    found = [] if len(set(names)) == len(names) else ["two commands have one name"]
    for command in commands:
        found += [f"{command['name']}: {broken}" for broken in _broken(command, depth=0)]
        if _length(command) > LONGEST:
            found.append(f"{command['name']}: too long in all")
    return found


def _broken(holder: Payload, *, depth: int) -> Iterator[str]:
    options: list[Payload] = holder.get("options") or []
    if not (NAME.fullmatch(holder["name"]) and holder["name"].islower()):
        yield f"name {holder['name']}"
    if not all(0 < len(text) <= 100 for text in _texts(holder)):
        yield f"description of {holder['name']}"
    if len(options) > MOST or len({one["name"] for one in options}) < len(options):
        yield f"options of {holder['name']}"
    needed = [bool(one.get("required")) for one in options]
    if needed != sorted(needed, reverse=True):
        yield f"{holder['name']}: what is required stands behind what is not"
    nested = [one for one in options if one["type"] in {SUBCOMMAND, GROUP}]
    if nested and len(nested) < len(options):
        yield f"{holder['name']}: options beside subcommands"
    for option in options:
        yield from _broken_option(option, depth=depth)


def _broken_option(option: Payload, *, depth: int) -> Iterator[str]:
    if option["type"] == GROUP and depth:
        yield f"{option['name']}: a group in a group"
    if len(option.get("choices") or ()) > MOST:
        yield f"choices of {option['name']}"
    if option.get("autocomplete") and (option.get("choices") or option["type"] != STRING):
        yield f"{option['name']}: nothing to complete"
    yield from _broken(option, depth=depth + 1)


def _texts(holder: Payload) -> list[str]:
    return [holder["description"], *holder.get("description_localizations", {}).values()]


def _length(holder: Any) -> int:
    """Count names, descriptions in their longest language, and values of choices."""
    own = len(holder["name"]) + max(map(len, _texts(holder)))
    chosen = sum(len(one["name"]) + len(str(one["value"])) for one in holder.get("choices") or ())
    return own + chosen + sum(_length(option) for option in holder.get("options") or ())
