"""Takes out what nobody sees but machines read: tags, turned directions, blanks without width (pure).

Such characters smuggle instructions past a reader (Unicode tags, U+E0000) or make an address read as
another one (bidirectional controls). Joiners stay where letters or emoji need them.
"""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_BLANKS = re.compile("[\x0b\x0c\x1c-\x1f]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b"
    "\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\uf8ff\ufeff\uffa0\ufff0-\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
_LONE_JOINERS = re.compile(
    "(?<![^\x00-\u024f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u024f\u200c\u200d])"
    "|(?<=[\u200c\u200d])[\u200c\u200d]+"
)
_LONE_SELECTORS = re.compile(
    "(?<![\u2000-\ufdff\U0001f000-\U0001faff0-9#*\u00a9\u00ae])[\ufe00-\ufe0f]+"
    "|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]+"
)

_READ_AS = {"Cc": " ", "Cf": "", "Cn": "", "Co": "", "Cs": "", "Zl": " ", "Zp": " "}


def seen(character: str) -> str:
    """What a model is given of a character: nothing of a hidden one, a blank for what parts words.

    Line ends stay.
    """
    return (
        character if character == "\n" else _READ_AS.get(unicodedata.category(character), character)
    )


def without_hidden(text: str) -> str:
    """Return a text in composed form (NFC) whose every character can be seen or separates others."""
    lines = _BLANKS.sub(" ", _LINE_ENDS.sub("\n", text))
    shown = _LONE_SELECTORS.sub("", _LONE_JOINERS.sub("", _HIDDEN.sub("", lines)))
    return unicodedata.normalize("NFC", shown)
