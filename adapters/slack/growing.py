"""What may be shown of an answer that is still being written, where words can only be added (pure).

Slack reads such words as Markdown and has no switch against previews and mentions there. So nothing
in them is an address or a mention to it: they are broken by a character that nobody sees. The final
message has the real links.
"""

import re

from adapters.slack.render import clean, escape

MOST_CHARACTERS = 4000
MOST_READ = 6000

_JOINER = "\N{WORD JOINER}"
_LINK = re.compile(r"!?\[([^\]\n]*+)\]\([^)\n]*+\)")
_UNFINISHED = re.compile(r"!?\[[^\]\n]*+(?:\](?:\([^)\n]*+)?)?\Z")
_LIVE = re.compile(r"(?<=\w)\.(?=\w)|://|\]\(|\]\[|@")
"""Where an address, a link or a mention could be seen: it is broken after the first character."""


def beginning(text: str) -> str:
    """Return the words that stand firm, however the CommonMark ``text`` goes on.

    A longer text has a beginning that goes on where this one ends, unless it is another text.
    """
    firm = _whole_words(_UNFINISHED.sub("", clean(text[:MOST_READ])))
    shown = _LIVE.sub(lambda live: live[0][0] + _JOINER + live[0][1:], _LINK.sub(r"\1", firm))
    escaped = escape(shown)
    if len(escaped) <= MOST_CHARACTERS:
        return escaped
    return _whole_words(escaped[:MOST_CHARACTERS])


def addition(text: str, shown: str) -> str:
    """Return what can be added to what is shown; nothing when the text is another one by now."""
    whole = beginning(text)
    return whole[len(shown) :] if whole.startswith(shown) else ""


def _whole_words(text: str) -> str:
    """Leave out a last word that may go on."""
    words = text.split()
    return text if not words or text[-1].isspace() else text[: -len(words[-1])]
