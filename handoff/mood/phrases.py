"""The phrases that signs are made of: read from ``phrases.toml``, looked up in folded texts."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

FILE = Path(__file__).with_name("phrases.toml")
_LANGUAGES = ("en", "es")

Place = Literal["message", "answer", "told"]
"""Where a sign is looked for: any message, one that answers something, what was told before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A sign: the wordings of it, and the log odds that it adds to each feeling it speaks of.

    English and Spanish are looked for side by side: people mix them, and which one a short message
    is in is often a guess.
    """

    name: str
    pattern: re.Pattern[str]
    weights: Mapping[str, float]

    def is_in(self, folded: str) -> bool:
        """Whether a folded text holds one of the wordings."""
        return self.pattern.search(folded) is not None


@cache
def phrases(place: Place) -> Sequence[Phrase]:
    """Return the signs that are looked for in a place, always in the same order."""
    tables = cast("Mapping[str, Mapping[str, Any]]", _tables()[place])
    return tuple(_read(name, table) for name, table in tables.items())


@cache
def _tables() -> Mapping[str, object]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _read(name: str, table: Mapping[str, Any]) -> Phrase:
    wordings: list[str] = [wording for code in _LANGUAGES for wording in table.get(code, ())]
    begin = r"\A\W*" if table.get("starts") else r"\b(?=\w)"
    weights = {key: value for key, value in table.items() if isinstance(value, float)}
    pattern = re.compile(f"{begin}(?:{'|'.join(wordings)})(?!\\w)")
    return Phrase(name=name, pattern=pattern, weights=weights)
