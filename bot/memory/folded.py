"""A text as words are looked for in it: no case, no accents, and each character still in its place."""

import unicodedata

_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")


def composed(text: str) -> str:
    """Return the text with each letter and its accent as one character, which ``fold`` relies on."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return a text of the same length as it is compared: ``fold("Básico") == "basico"``."""
    if text.isascii():
        return text.lower().translate(_APOSTROPHES)
    return "".join(map(_fold_character, text.translate(_APOSTROPHES)))


def _fold_character(character: str) -> str:
    return unicodedata.normalize("NFKD", character.casefold())[:1] or character
