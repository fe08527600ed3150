"""What may be shown of an answer that is still being written (pure).

To a stream words can only be added, and Slack reads them as Markdown and has no switch against
previews and mentions there. So nothing in them is an address or a mention to it: they are broken by
a character that nobody sees. The final message has the real links.
"""

import re

from adapters.markup.plain import plain
from adapters.markup.tree import parse
from adapters.slack.render import Piece, clean, escape, pieces
from bot.vocabulary.messages import OutgoingMessage

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
    escaped = escape(_firm(text))
    if len(escaped) <= MOST_CHARACTERS:
        return escaped
    return _whole_words(escaped[:MOST_CHARACTERS])


def draft(text: str) -> Piece | None:
    """Return the same words as a message that is changed later; None when there are none yet."""
    words = plain(parse(_firm(text)))
    if not words.strip():
        return None
    return pieces(OutgoingMessage(text=words, is_literal=True), may_name=False)[0]


def addition(text: str, shown: str) -> str:
    """Return what can be added to what is shown; nothing when the text is another one by now."""
    whole = beginning(text)
    return whole[len(shown) :] if whole.startswith(shown) else ""


def _firm(text: str) -> str:
    """Return the words that stand firm, as Markdown in which nothing is live."""
    firm = _whole_words(_UNFINISHED.sub("", clean(text[:MOST_READ])))
    return _LIVE.sub(lambda live: live[0][0] + _JOINER + live[0][1:], _LINK.sub(r"\1", firm))


def _whole_words(text: str) -> str:
    """Leave out a last word that may go on."""
    words = text.split()
    return text if not words or text[-1].isspace() else text[: -len(words[-1])]
