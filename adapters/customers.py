"""The customers' commands as menus offer them: their names and what is written behind them (pure).

What a command does is said in the catalogue (``adapters.command_<name>``).
"""

from bot.texts import catalogue, say

COMMANDS = ("human", "bot", "memory", "forget", "link", "unlink", "help")
"""In the order of menus: what is needed most comes first."""


def does(name: str, language: str) -> str:
    """Say what a command does."""
    return say(f"adapters.command_{name}", language)


def words_of(name: str) -> str | None:
    """Name the sentence on what may be written behind a command; None when it stands alone."""
    key = f"adapters.words_{name}"
    return key if key in catalogue() else None
