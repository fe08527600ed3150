"""The language of a document that does not name it."""

_ENOUGH = 4_000
_FALLBACK = "en"


def language_code(name: str | None) -> str | None:
    """Bring ``en-US``, ``es_ES`` or ``PT`` to the ISO 639-1 code; None for anything else."""
    code = (name or "").strip().lower().replace("_", "-").split("-")[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def detect_language(text: str) -> str:
    """Recognise the language of a text from its letters (py3langid); English when there is none."""
    if not any(character.isalpha() for character in text):
        return _FALLBACK
    import py3langid  # noqa: PLC0415 - its model takes a second to load

    language, _ = py3langid.classify(text[:_ENOUGH])
    return str(language)
