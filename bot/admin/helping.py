"""Help for admins: the table of commands, those of a group, one with its arguments."""

from collections.abc import Iterator, Sequence

from bot.admin.buttons import action_of
from bot.admin.requests import Reply
from bot.texts import say
from bot.vocabulary.commands import (
    ADMIN_ACTION,
    COMMANDS,
    Argument,
    ArgumentKind,
    Command,
    command_named,
    written,
)
from bot.vocabulary.messages import Button


def all_commands(language: str, prefix: str) -> Reply:
    """Show the whole table, and how to learn more of one command."""
    groups = _grouped()
    parts = [say("admin.help_head", language, prefix=prefix)]
    for commands in groups:
        parts.append("\n".join(_row(one, language, prefix) for one in commands))
    parts.append(say("conversation.help", language, prefix=prefix))
    return Reply(text="\n\n".join(parts))


def group_of(words: str, language: str, prefix: str) -> Reply | None:
    """Show the commands whose names begin with a word, each with a button; None where none does."""
    commands = [one for one in COMMANDS if one.words[0] == words and len(one.words) > 1]
    if not commands:
        return None
    rows = "\n".join(_row(one, language, prefix) for one in commands)
    text = say("admin.group_head", language, group=words)
    return Reply(text=f"{text}\n\n{rows}", buttons=tuple(map(_button, commands)))


def one_command(named: str, language: str, prefix: str) -> Reply | None:
    """Explain a command with its arguments; None where there is no such command."""
    command = command_named(named.replace("/", " ").split())
    if command is None:
        return None
    arguments = [_explained(one, language) for one in command.arguments]
    return Reply(
        text="\n".join(
            (
                f"`{usage(command, prefix)}`",
                "",
                does(command, language),
                *(["", *arguments] if arguments else []),
                *_also(command, language, prefix),
            )
        )
    )


def usage(command: Command, prefix: str) -> str:
    """Write how a command is typed: ``/settings set SETTING VALUE``, what may be left out in brackets."""
    places = [
        one.name.upper() if one.required else f"[{one.name.upper()}]" for one in command.arguments
    ]
    return " ".join((f"{prefix}{' '.join(command.words)}", *places))


def does(command: Command, language: str) -> str:
    """Say what a command does."""
    return say(f"commands.does_{command.name}", language)


def argument_words(argument: Argument, language: str) -> str:
    """Say what an argument is."""
    return say(f"commands.argument_{argument.name}", language)


def _grouped() -> Iterator[Sequence[Command]]:
    """Commands by themselves first, then group by group."""
    yield [one for one in COMMANDS if len(one.words) == 1]
    for first in dict.fromkeys(one.words[0] for one in COMMANDS if len(one.words) > 1):
        yield [one for one in COMMANDS if one.words[0] == first and len(one.words) > 1]


def _row(command: Command, language: str, prefix: str) -> str:
    return f"- `{usage(command, prefix)}` – {does(command, language)}"


def _button(command: Command) -> Button:
    return Button(action=ADMIN_ACTION + written(command, {}), label=" ".join(command.words))


def _explained(argument: Argument, language: str) -> str:
    words = argument_words(argument, language)
    if not argument.required:
        words = say("admin.optional", language, words=words)
    if argument.kind is ArgumentKind.CHOICE:
        words = f"{words}: {', '.join(argument.choices)}"
    return f"- **{argument.name.upper()}** – {words}"


def _also(command: Command, language: str, prefix: str) -> Sequence[str]:
    if not command.aliases:
        return ()
    names = ", ".join(f"`{prefix}{alias}`" for alias in command.aliases)
    return ("", say("admin.also", language, names=names))


def help_action(command: Command) -> str:
    """Return the action of a button that explains a command."""
    return action_of("help", command=" ".join(command.words))
