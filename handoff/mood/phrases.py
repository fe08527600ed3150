"""The phrases that signs are made of: read from ``phrases.toml``, looked up in folded texts."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

FILE = Path(__file__).with_name("phrases.toml")
_LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A sign: the wordings of it, and the log odds that it adds to each feeling it speaks of."""

    pattern: re.Pattern[str]
    weights: Mapping[str, float]


@cache
def phrases() -> Mapping[str, Phrase]:
    """Return all signs that are made of words, by name."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: _read(table) for name, table in tables.items()}


def _read(table: Mapping[str, object]) -> Phrase:
    wordings = [
        wording
        for language in _LANGUAGES
        for wording in cast("Sequence[str]", table.get(language, ()))
    ]
    weights = {name: cast("float", table[name]) for name in table if name not in _LANGUAGES}
    body = "|".join(sorted(wordings, key=len, reverse=True))
    return Phrase(pattern=re.compile(rf"(?<!\w)(?:{body})(?!\w)"), weights=weights)
