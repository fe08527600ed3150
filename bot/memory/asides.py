"""An answer without what the bot says beside it: courtesies, questions of its own, what it remembers.

Else "what helped" would be the bot's last "You're welcome!", and each memory would quote the one before.
"""

from functools import cache

from bot.texts import catalogue

_ROOMS = frozenset({"conversation", "memory", "recalled", "after", "handoff"})
"""Of the catalogue: where customers read sentences of ours that answer no question."""

_ENDS = tuple(".?!:)”»")
"""What ends a sentence, and no name of a button or a slot."""

SHORTEST = 18
"""Characters that a paragraph of an answer does not share with a sentence of ours by chance."""


def without_asides(text: str) -> str:
    """Return a text of the bot's without the paragraphs that begin as sentences of ours."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(one for one in paragraphs if not one.startswith(_beginnings()))


@cache
def _beginnings() -> tuple[str, ...]:
    """Return how these sentences begin, up to the first thing that differs."""
    rooms = (texts for key, texts in catalogue().items() if key.partition(".")[0] in _ROOMS)
    sentences = (text for texts in rooms for text in texts.values() if text.endswith(_ENDS))
    beginnings = (text.partition("{")[0] for text in sentences)
    return tuple(beginning for beginning in beginnings if len(beginning) >= SHORTEST)
