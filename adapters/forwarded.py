"""Words that were passed on: they are somebody else's, so they command nothing."""

GUARD = "» "
"""Stands before forwarded words that look like a command."""

_COMMAND_MARKS = ("/", "!")


def guarded(text: str) -> str:
    """Return forwarded words so that nobody reads a command of the forwarder in them."""
    return GUARD + text if text.lstrip().startswith(_COMMAND_MARKS) else text
