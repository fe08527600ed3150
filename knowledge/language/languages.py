"""The language of a text that does not name it."""

import re
from collections.abc import Callable, Collection
from pathlib import PurePath
from typing import cast

from knowledge.language.words import stemmed_languages

ENGLISH_NAMES = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "it": "Italian",
    "pt": "Portuguese",
}
"""What to call the languages that we stem, for models and for admins."""

_CODE = re.compile(r"([a-z]{2})(?:[-_][a-z]{2,4})?")
_ENOUGH = 4_000
_FALLBACK = "en"
_SURE_FROM = 400


def language_code(name: str | None) -> str | None:
    """Bring ``en-US``, ``es_ES`` or ``PT`` to the ISO 639-1 code; None for anything else."""
    found = _CODE.fullmatch((name or "").strip().lower())
    return found[1] if found is not None else None


def language_of_path(path: PurePath) -> str | None:
    """Read the language from a path as help centres write it: ``es/x.md``, ``pt-BR/x.md``, ``x.es.md``.

    The innermost name that is the code of a known language decides.
    """
    names = (
        path.name.split(".")[-2] if path.name.count(".") > 1 else "",
        *reversed(path.parts[:-1]),
    )
    codes = (language_code(name) for name in names)
    return next((code for code in codes if code in stemmed_languages()), None)


def document_language(text: str, path: PurePath) -> str:
    """Decide the language of a document that does not say it.

    A path counts where the text is too short to be sure of: ``it/`` may be Italian or a department.
    """
    hint = language_of_path(path)
    return hint if hint is not None and len(text) < _SURE_FROM else detect_language(text)


def detect_language(text: str, *, among: Collection[str] = ()) -> str:
    """Recognise the language of a text from its letters (py3langid), by default of those we stem.

    A text without letters is taken for English, or for the first of ``among``.
    """
    candidates = tuple(among) or stemmed_languages()
    if len(candidates) == 1 or not any(character.isalpha() for character in text):
        return candidates[0] if among else _FALLBACK
    # Imported late because its model takes a second to load.
    import py3langid  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    rank = cast("Callable[[str], list[tuple[str, float]]]", py3langid.rank)  # pyright: ignore[reportUnknownMemberType]
    ranked = rank(text[:_ENOUGH])
    return next((code for code, _ in ranked if code in candidates), _FALLBACK)
