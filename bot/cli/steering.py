"""Admins' commands at the command line, made from the one table that all platforms have.

Whoever has the shell and the settings is trusted, and is in the audit log as ``cli:<user>``. Exit codes: 0 done,
1 nothing could be done, 2 for wrong use or settings.
"""

import asyncio
import inspect
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.texts import say
from bot.vocabulary.commands import COMMANDS, Argument, ArgumentKind, Command, Invocation
from bot.vocabulary.errors import ConfigurationError, RelevoError

if TYPE_CHECKING:
    from bot.cli.steering_office import Done

ELSEWHERE = frozenset({"ask", "claim", "doctor", "help", "kb", "memory", "stats"})
"""First words of commands that the command line has in a form of its own, or that belong in a chat."""

STEERING = tuple(command for command in COMMANDS if command.words[0] not in ELSEWHERE)

ENDINGS = ("set", "undo", "add", "remove")
"""Last words of commands that change something whenever they are done."""

_LANGUAGE = "en"
_NAMED = "_named"
"""What stands behind the name of an argument where it is an option."""


def add_steering(app: typer.Typer) -> None:
    """Add the commands of the table; those that belong together become a group."""
    groups: dict[str, typer.Typer] = {}
    for command in STEERING:
        first, *rest = command.words
        home = app
        if rest:
            if first not in groups:
                groups[first] = typer.Typer(no_args_is_help=True, help=_group_help(first))
                app.add_typer(groups[first], name=first)
            home = groups[first]
        home.command(command.words[-1], help=_does(command))(_function(command))


def _function(command: Command) -> Callable[..., None]:
    """Make what typer calls; its signature has the arguments of the table."""

    def run(**given: Any) -> None:
        config, as_json = given.pop("config"), given.pop("as_json")
        values = {
            name.removesuffix(_NAMED): _joined(value) for name, value in given.items() if value
        }
        typed = {name: value for name, value in values.items() if value}
        ask = _on_terminal if sys.stdin.isatty() else None
        invocation = completed(Invocation(command=command, values=typed), ask)
        _show(_done(invocation, config), as_json=as_json)

    optional = [one for one in command.arguments if not one.required]
    parameters = [
        *map(_parameter, command.arguments),
        *map(_option, optional),
        _CONFIG,
        _JSON,
    ]
    run.__signature__ = inspect.Signature(parameters)
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _parameter(argument: Argument) -> inspect.Parameter:
    """Return an argument; what is missing is asked for, so none is required here."""
    takes_rest = argument.kind is ArgumentKind.LONG_TEXT
    kind = list[str] | None if takes_rest else str | None
    explained = typer.Argument(help=_explained(argument), show_default=False)
    return inspect.Parameter(
        argument.name,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        default=None,
        annotation=Annotated[kind, explained],
    )


def _option(argument: Argument) -> inspect.Parameter:
    """Return an argument that may be left out once more, for whoever names it: ``--topic Shipping``."""
    explained = typer.Option(f"--{argument.name.replace('_', '-')}", help=_explained(argument))
    return inspect.Parameter(
        argument.name + _NAMED,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[str | None, explained],
    )


_CONFIG = inspect.Parameter(
    "config",
    inspect.Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        Path | None, typer.Option(help="Settings file; default relevo.toml in this folder.")
    ],
)
_JSON = inspect.Parameter(
    "as_json",
    inspect.Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[bool, typer.Option("--json", help="Print one JSON object.")],
)


def completed(invocation: Invocation, ask: Callable[[str], str] | None) -> Invocation:
    """Ask for what is missing; ``ask`` is None where nobody sits who could be asked.

    Raises:
        ConfigurationError: Something is missing, and there is nobody to ask.
    """
    while invocation.missing is not None:
        missing, command = invocation.missing, invocation.command
        if ask is None:
            raise ConfigurationError(
                f"relevo {' '.join(command.words)} lacks {missing.name.upper()}: {_usage(command)}"
            )
        choices = f" ({', '.join(missing.choices)})" if missing.choices else ""
        typed = ask(f"{_explained(missing)}{choices}").strip()
        values = {**invocation.values, **({missing.name: typed} if typed else {})}
        invocation = Invocation(command=command, values=values)
    return invocation


def _on_terminal(question: str) -> str:
    return str(typer.prompt(question, err=True))


def _done(invocation: Invocation, config: Path | None) -> "Done":
    from bot.app import read_settings  # noqa: PLC0415 - keeps --help fast
    from bot.cli.steering_office import done  # noqa: PLC0415

    return asyncio.run(done(read_settings(config), invocation))


def _show(result: "Done", *, as_json: bool) -> None:
    """Print what was said.

    Raises:
        RelevoError: It was not clear what to do, or a command that changes something changed nothing.
    """
    command = result.invocation.command
    if result.refused or (command.words[-1] in ENDINGS and not result.changed):
        raise RelevoError(result.text)
    if as_json:
        typer.echo(json.dumps(result.as_json(), ensure_ascii=False, default=str))
        return
    typer.echo("".join(one for one in result.text if one.isprintable() or one == "\n"))
    if result.undo:
        typer.echo(f"Take it back with: {result.undo}")


def _does(command: Command) -> str:
    return f"{say(f'commands.does_{command.name}', _LANGUAGE)}."


def _explained(argument: Argument) -> str:
    return say(f"commands.argument_{argument.name}", _LANGUAGE)


def _group_help(first: str) -> str:
    verbs = ", ".join(one.words[-1] for one in STEERING if one.words[0] == first)
    return f"Admins' commands: {verbs}."


def _usage(command: Command) -> str:
    places = [
        one.name.upper() if one.required else f"[{one.name.upper()}]" for one in command.arguments
    ]
    return f"write relevo {' '.join((*command.words, *places))}."


def _joined(value: str | list[str] | None) -> str:
    return " ".join(value).strip() if isinstance(value, list) else (value or "").strip()
