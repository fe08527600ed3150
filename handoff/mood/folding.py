"""A text as phrases and words are looked up in it: small letters without accents, straight quotes."""

import re
import unicodedata

LONGEST = 1_000
"""Characters that are read: of a longer text its beginning and its end, where feelings stand."""

_ACCENTS = re.compile("[\u0300-\u036f]+")
_BLANKS = re.compile(r"\s+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,2000}|\S{1,100}@\S{1,100}")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "\0": " "})


def shorten(text: str) -> str:
    """Leave out the middle of a long text."""
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]} {text[-half:]}"


def fold(text: str) -> str:
    """Fold a text; ``ñ`` becomes ``n`` as it does in hurried typing."""
    plain = unicodedata.normalize("NFKD", text.translate(_QUOTES)).casefold()
    return _BLANKS.sub(" ", _ADDRESS.sub(" ", _ACCENTS.sub("", plain))).strip()
