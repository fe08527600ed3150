"""What a Markdown file says of itself before its text: YAML between ``---`` or TOML between ``+++``."""

import re
import tomllib
from datetime import date, datetime, time
from typing import cast

_YAML = re.compile(r"\A(?:[ \t]*\n)*+---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\A(?:[ \t]*\n)*+\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([\w-]+)[ \t]{0,9}[:=][ \t]*(.*?)[ \t]*$", re.MULTILINE)
_NULL = ("~", "null")


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """Return the fields and the text behind them; every plain value is a text."""
    for pattern, parse in ((_YAML, _parse_yaml), (_TOML, _parse_toml)):
        found = pattern.match(text)
        if found is not None:
            return _fields(parse(found[1]), found[1]), text[found.end() :]
    return {}, text


def _parse_yaml(source: str) -> object:
    import yaml  # noqa: PLC0415 - 30 ms that only front matter needs

    try:
        # The base loader knows no types: version 2.10 stays what it is, and no number is too long.
        return yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _parse_toml(source: str) -> object:
    try:
        loaded = tomllib.loads(source, parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None
    return {name: _as_text(value) for name, value in loaded.items()}


def _as_text(value: object) -> object:
    """Plain values as texts, those of a list too."""
    if isinstance(value, list):
        return [_as_text(one) for one in cast("list[object]", value)]
    return str(value) if isinstance(value, int | date | datetime | time) else value


def _fields(loaded: object, source: str) -> dict[str, object]:
    if not isinstance(loaded, dict):
        # What stands on further lines is lost, but not that there was something.
        return {name: value.strip("'\"") or {} for name, value in _FIELD.findall(source)}
    pairs = cast("dict[object, object]", loaded).items()
    return {name: value for name, value in pairs if isinstance(name, str) and value not in _NULL}
