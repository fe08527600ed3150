"""The language of a text that does not name it."""

import re
from collections.abc import Collection
from typing import cast

_CODE = re.compile(r"([a-z]{2})(?:[-_]\w+)*")
_ENOUGH = 4_000
_FALLBACK = "en"


def language_code(name: str | None) -> str | None:
    """Bring ``en-US``, ``es_ES`` or ``PT`` to the ISO 639-1 code; None for anything else."""
    found = _CODE.fullmatch((name or "").strip().lower())
    return found[1] if found is not None else None


def detect_language(text: str, *, among: Collection[str] = ()) -> str:
    """Recognise the language of a text from its letters (py3langid), if need be among a few.

    A text without letters is taken for English, or for the first of ``among``.
    """
    candidates = tuple(among)
    if len(candidates) == 1 or not any(character.isalpha() for character in text):
        return candidates[0] if candidates else _FALLBACK
    # Imported late because its model takes a second to load.
    from py3langid import rank  # noqa: PLC0415 # pyright: ignore

    ranked = cast("list[tuple[str, float]]", rank(text[:_ENOUGH]))
    return next((code for code, _ in ranked if not candidates or code in candidates), _FALLBACK)
