"""The admins' command as it is given: options, forms and words typed so far → one line (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from adapters.discord.forms import text_form
from adapters.discord.menu import GROUP, NAME, NUMBER, SUBCOMMAND, USER
from adapters.discord.parse import Payload, clean
from bot.texts import say
from bot.vocabulary.commands import (
    Argument,
    ArgumentKind,
    Command,
    Invocation,
    command_named,
    read,
    written,
)

LINE = "l:"
"""What stands before the line of a command in the id of a form that asks for its long text."""

VALUE_LENGTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody has typed so far of one argument of a command."""

    command: str
    argument: str
    text: str


def is_given(raw: Payload) -> bool:
    """Whether an interaction is the admins' command, given or still being typed."""
    return str(raw["data"].get("name")) == NAME


def is_form(raw: Payload) -> bool:
    """Whether it is a form that asked for a command's long text."""
    return str(raw["data"].get("custom_id") or "").startswith(LINE)


def invocation(raw: Payload) -> Invocation:
    """Read what was given.

    Raises:
        ValueError: The command is none of the table: it was offered by another version.
    """
    command, options = _found(raw)
    values = {str(one["name"]): _value(one) for one in options}
    return Invocation(command=command, values={key: one for key, one in values.items() if one})


def line(raw: Payload) -> str:
    """Write what was given as the one line in which it travels."""
    given = invocation(raw)
    return written(given.command, given.values)


def wanted(raw: Payload) -> Argument | None:
    """Return the long text that a form has to ask for, where there is one.

    A command of another version asks for none: it goes the way of all, and is told at its end.
    """
    try:
        given = invocation(raw)
    except ValueError:
        return None
    return _long_text(given)


def form(raw: Payload, custom_id: str, language: str) -> dict[str, Any]:
    """Build the form that asks for a command's long text; ``custom_id`` carries its line."""
    given = invocation(raw)
    argument = _long_text(given)
    if argument is None:
        raise ValueError("nothing is missing")
    sentence = say(f"commands.argument_{argument.name}", language)
    return text_form(
        custom_id,
        title=say(f"commands.does_{given.command.name}", language),
        label=sentence,
        hint=sentence if argument.required else say("adapters.may_be_empty", language),
        required=argument.required,
    )


def completed(begun: str, text: str) -> str:
    """Put the long text of a form into the line of its command.

    Raises:
        ValueError: The line is none of a command that lacks one.
    """
    given = read(begun)
    argument = given and _long_text(given)
    if given is None or argument is None:
        raise ValueError("no command's line")
    return written(given.command, {**given.values, argument.name: text})


def typed(raw: Payload) -> Typed | None:
    """Return what is being typed; None when it is nothing that can be completed."""
    command, options = _found(raw)
    for option in options:
        if option.get("focused"):
            text = clean(str(option.get("value") or ""))
            return Typed(command=command.name, argument=str(option["name"]), text=text)
    return None


def choices(values: Sequence[str]) -> dict[str, Any]:
    """Offer values; one that Discord has no room for is left out, for half of it means something else."""
    fitting = [one for one in dict.fromkeys(values) if 0 < len(one) <= VALUE_LENGTH][:25]
    return {"type": 8, "data": {"choices": [{"name": one, "value": one} for one in fitting]}}


def _found(raw: Payload) -> tuple[Command, list[Mapping[str, Any]]]:
    """Go down through groups to the command and its options."""
    words: list[str] = []
    options = list(_options(raw["data"]))
    while len(options) == 1 and options[0]["type"] in {SUBCOMMAND, GROUP}:
        words.append(str(options[0]["name"]))
        options = list(_options(options[0]))
    command = command_named(words)
    if command is None:
        raise ValueError("no command of the table")
    return command, options


def _options(holder: Payload) -> Iterator[Mapping[str, Any]]:
    yield from cast("Sequence[Mapping[str, Any]]", holder.get("options") or ())


def _value(option: Mapping[str, Any]) -> str:
    value = option["value"]
    match option["type"]:
        case kind if kind == USER:
            return f"discord:{value}"
        case kind if kind == NUMBER:
            return _number(float(value))
        case _:
            return clean(str(value)).strip()


def _number(value: float) -> str:
    """Write a number as people do: Discord's JSON knows no whole ones."""
    return str(int(value)) if value.is_integer() else repr(value)


def _long_text(given: Invocation) -> Argument | None:
    """Return the long text that is missing: a needed one, or all that the command could be given.

    What may be left out beside other arguments is left out to see what counts now.
    """
    arguments = given.command.arguments
    missing = (one for one in arguments if one.name not in given.values)
    wanted = (one for one in missing if one.required or len(arguments) == 1)
    return next((one for one in wanted if one.kind is ArgumentKind.LONG_TEXT), None)
