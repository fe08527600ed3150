"""Escapes what people wrote, so that it is shown as they typed it and never as markup."""

import re

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&$@:])")


def literal(text: str) -> str:
    """Return CommonMark that shows ``text`` exactly.

    Any ASCII punctuation may be escaped by a backslash (CommonMark 0.31, section 2.4).
    """
    return _PUNCTUATION.sub(r"\\\1", text)
