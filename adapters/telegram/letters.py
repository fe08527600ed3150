"""What Telegram takes of a text, character by character (pure).

Telegram's servers change every text before they look for names in it: control characters become
blanks, and some characters are left out. Here it is done before them, so that names and entities
stand where we think, and so that what was separated or composed by such a character stays it.
"""

import re
import unicodedata

_LEFT_OUT = (*range(0x2028, 0x202F), 0x030A, 0x0333, 0x033F)
_CONTROLS = tuple(code for code in range(32) if chr(code) not in "\n\t")
_DELETE = 127

_INSTEAD = dict.fromkeys((*_LEFT_OUT, _DELETE)) | dict.fromkeys(_CONTROLS, " ")
_NEW_LINES = re.compile("\r\n?|[\u2028\u2029]")
_RINGS = re.compile(".\u030a", re.DOTALL)
_HALVES = re.compile("[\ud800-\udfff]")

_EMPTY_KINDS = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn"})
_EMPTY = frozenset("\u2800\ufffc")
"""Signs that Telegram takes for blanks, though Unicode does not."""


def cleaned(text: str) -> str:
    """Return a text as Telegram would show it: each line a line, each letter with its ring whole."""
    whole = _HALVES.sub("\ufffd", _NEW_LINES.sub("\n", text))
    return _RINGS.sub(_composed, whole).translate(_INSTEAD)


def is_visible(text: str) -> bool:
    """Whether there is anything to see: Telegram refuses messages of blanks alone."""
    return any(
        character not in _EMPTY and unicodedata.category(character) not in _EMPTY_KINDS
        for character in cleaned(text)
    )


def _composed(pair: re.Match[str]) -> str:
    """Make one letter of two where there is one: the ring by itself would be left out."""
    return unicodedata.normalize("NFC", pair[0])
