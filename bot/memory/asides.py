"""An answer without what the bot says of its memory beside it: else each memory would quote the one before."""

from functools import cache

from bot.texts import catalogue

_KEYS = (
    *("memory.notice", "memory.invitation", "recalled.raise_promise", "recalled.raise_problem"),
    *("recalled.again", "recalled.again_helped", "recalled.again_unsolved"),
    *("recalled.here_again", "recalled.here_again_helped", "recalled.here_again_unsolved"),
)


def without_asides(text: str) -> str:
    """Return a text of the bot's without the paragraphs that are about its memory."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(one for one in paragraphs if not one.startswith(_beginnings()))


@cache
def _beginnings() -> tuple[str, ...]:
    """Return how these sentences begin, up to the first thing that differs."""
    texts = (text for key in _KEYS for text in catalogue()[key].values())
    return tuple(text.partition("{")[0] for text in texts)
