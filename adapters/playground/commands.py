"""The admins' commands as the page is told: for completion, forms and help (pure)."""

from typing import Any

from bot.texts import LANGUAGES, say
from bot.vocabulary.commands import COMPLETED, Argument, ArgumentKind, Command

OFFERED = COMPLETED | {ArgumentKind.PERSON}
"""Kinds whose values the server is asked for while they are typed: here no platform knows the people."""

Frame = dict[str, Any]


def described_command(command: Command) -> Frame:
    """Describe a command: its words as they are written, and by language what it does."""
    return {
        "id": command.name,
        "name": " ".join(command.words),
        "aliases": list(command.aliases),
        "does": _by_language(f"does_{command.name}"),
        "arguments": [_argument(argument) for argument in command.arguments],
    }


def _argument(argument: Argument) -> Frame:
    return {
        "name": argument.name,
        "kind": argument.kind.value,
        "required": argument.required,
        "choices": list(argument.choices),
        "completed": argument.kind in OFFERED,
        "means": _by_language(f"argument_{argument.name}"),
    }


def _by_language(name: str) -> dict[str, str]:
    return {language: say(f"commands.{name}", language) for language in LANGUAGES}
