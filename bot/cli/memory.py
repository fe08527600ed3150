"""``relevo memory``: what is remembered of a person, what they may take along, and their end.

PERSON is ``platform:tenant:user``, ``platform:user`` where that is one person alone, or a person's id. Each
command is in the audit log. Exit codes: 0 done, 1 nobody is known by that name or the work failed, 2 for
wrong use or settings.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.cli.memory_output import progress, shown, shown_as_json
from bot.vocabulary.errors import ConfigurationError, RelevoError

if TYPE_CHECKING:
    from bot.cli.memory_office import Office

memory = typer.Typer(no_args_is_help=True, help="What is remembered of a person.")

Whom = Annotated[str, typer.Argument(help="platform:tenant:user, platform:user or a person's id.")]
Config = Annotated[Path | None, typer.Option(help="Settings file; default relevo.toml.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Result = TypeVar("Result")


@memory.command()
def show(person: Whom, config: Config = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Show what is remembered of a person, and which accounts are theirs."""
    found = _run(config, lambda office: office.show(person))
    typer.echo(shown_as_json(found) if as_json else shown(found))


@memory.command()
def export(
    person: Whom,
    config: Config = None,
    out: Annotated[Path | None, typer.Option(help="Write it to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="It is always JSON.")] = True,  # noqa: FBT002
) -> None:
    """Print all that is stored of a person as JSON; docs/memory.md describes it."""
    del as_json
    text = _run(config, lambda office: office.export(person))
    if out is None:
        typer.echo(text)
        return
    try:
        out.touch(mode=0o600)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"{out} can't be written ({error.strerror}): name another file with --out."
        ) from None


@memory.command()
def erase(
    person: Whom,
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Erase everything of a person: memory, conversations, cases; scores are kept without names."""
    if not yes:
        _confirm(person)
    with progress("Erasing") as tell:
        erased = _run(config, lambda office: office.erase(person, tell))
    told = {"accounts": len(erased.accounts), "conversations": len(erased.places)}
    if as_json:
        typer.echo(json.dumps({"erased": True} | told))
        return
    typer.echo(
        f"Erased: {told['accounts']} accounts, {told['conversations']} conversations. What the chat "
        "apps themselves keep is theirs; backups erase again when they are put back."
    )


@memory.command()
def on(person: Whom, config: Config = None) -> None:
    """Switch a person's memory on."""
    _run(config, lambda office: office.switch(person, on=True))
    typer.echo("Switched on.")


@memory.command()
def off(person: Whom, config: Config = None) -> None:
    """Switch a person's memory off; what is remembered stays until it expires or is erased."""
    _run(config, lambda office: office.switch(person, on=False))
    typer.echo("Switched off.")


@memory.command("rotate-keys")
def rotate_keys(config: Config = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Wrap all data keys under the current key, so that earlier ones can be taken away."""
    with progress("Wrapping") as tell:
        done = _run(config, lambda office: office.rotate(lambda count: tell(count, 0)))
    if as_json:
        counts = {"owners": done.owners, "wrapped": done.changed, "unreadable": done.unreadable}
        typer.echo(json.dumps(counts))
    else:
        typer.echo(f"{done.changed} data keys were wrapped anew, of {done.owners} owners.")
    if done.unreadable:
        raise RelevoError(
            f"{done.unreadable} owners are encrypted under a key that is not set: add it to "
            "memory.previous_keys and run this again."
        )


@memory.command("replay-tombstones")
def replay_tombstones(config: Config = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Erase again whom a restored backup has brought back; workers do so by themselves every hour."""
    count = _run(config, lambda office: office.replay())
    told = f"{count} persons were erased again." if count else "Nobody has come back."
    typer.echo(json.dumps({"erased": count}) if as_json else told)


def _run(config: Path | None, work: "Callable[[Office], Awaitable[Result]]") -> Result:
    """Do something, also while another Relevo runs on the same data."""
    from bot.app import read_settings  # noqa: PLC0415 - keeps --help fast
    from bot.cli.memory_office import opened  # noqa: PLC0415

    settings = read_settings(config)

    async def run() -> Result:
        async with opened(settings) as office:
            return await work(office)

    return asyncio.run(run())


def _confirm(person: str) -> None:
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "Erasing can't be undone, and there is no terminal to ask you: say so with --yes."
        )
    if not typer.confirm(f"Erase everything of {person}? This can't be undone.", err=True):
        raise RelevoError("Nothing was erased.")
