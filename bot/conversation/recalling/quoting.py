"""What people said some day, in the bot's mouth: their words, and nothing that does anything (pure).

Whoever reads it may be another than whoever wrote it, so it links nowhere, calls nobody and is no command.
"""

import re
import unicodedata

from bot.texts import shortened
from bot.texts.defanged import defanged
from bot.texts.literal import literal

_CALLS = re.compile(r"([@＠<])(?=[\w@!#&])")
_COMMANDS = re.compile(r"(?<![\w/])([/!])(?=\w)")


def quoted(text: str, length: int) -> str:
    """Return the beginning of what somebody said as CommonMark that shows just that."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    plain = _COMMANDS.sub(r"\1 ", _CALLS.sub(r"\1 ", seen))
    return literal(shortened(defanged(plain), length))
