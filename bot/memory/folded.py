"""A text as words are looked for in it: no case, no accents, and each character still in its place."""

import unicodedata

_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")
_HYPHENS = str.maketrans("\u2010\u2011\u2012\u2212", "----")


def composed(text: str) -> str:
    """Return a text as a reader sees it: an accent and its letter are one, nothing is invisible.

    What is told from its characters rests on this: a card's number stays one with other blanks in it.
    """
    if text.isascii():
        return text
    return "".join(map(_seen, unicodedata.normalize("NFC", text).translate(_HYPHENS)))


def _seen(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Zs":
        return " "
    return "" if kind == "Cf" else character


def fold(text: str) -> str:
    """Return a text of the same length as it is compared: ``fold("Básico") == "basico"``."""
    if text.isascii():
        return text.lower().translate(_APOSTROPHES)
    return "".join(map(_fold_character, text.translate(_APOSTROPHES)))


def _fold_character(character: str) -> str:
    return unicodedata.normalize("NFKD", character.casefold())[:1] or character
