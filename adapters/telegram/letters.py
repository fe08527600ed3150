"""What Telegram takes of a text, character by character (pure).

Telegram's servers change every text before they look for names in it: control characters become
blanks, and some characters are left out. Here they are dealt with before, so that names and entities
stand where we think, and so that lines stay lines and letters whole.
"""

import re
import unicodedata

_LEFT_OUT = (*range(0x2028, 0x202F), 0x030A, 0x0333, 0x033F)
_CONTROLS = (*range(9), *range(11, 32), 127)
_BLANKS = (0x0B, 0x0C, *range(0x1C, 0x20))
"""Controls that separate words; all others are seen nowhere."""

_INSTEAD = dict.fromkeys((*_LEFT_OUT, *_CONTROLS)) | dict.fromkeys(_BLANKS, " ")
_NEW_LINES = re.compile("\r\n?|[\u2028\u2029]")
_RINGS = re.compile(".\u030a", re.DOTALL)
_HALVES = re.compile("[\ud800-\udfff]")

_EMPTY_KINDS = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn"})
_EMPTY = frozenset("\u2800\ufffc")
"""Signs that Telegram takes for blanks, though Unicode does not."""


def cleaned(text: str) -> str:
    """Return a text of which Telegram leaves out nothing that can be seen."""
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
