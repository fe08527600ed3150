"""docs/commands.md is the table of commands: complete, in its order, and its examples can be given."""

import re

from bot.texts import say
from bot.vocabulary.commands import COMMANDS, Command, read
from tests.test_house import ROOT

ROW = re.compile(r"^\| (`/.*?) \| (–|`[^`]*`) \| (.*?) \| `(/[^`]*)` \|$", re.MULTILINE)


def rows() -> list[tuple[str, str, str, str]]:
    return ROW.findall((ROOT / "docs/commands.md").read_text(encoding="utf-8"))


def names_of(command: Command) -> str:
    names = (" ".join(command.words), *command.aliases)
    return ", ".join(f"`/{name}`" for name in names)


def arguments_of(command: Command) -> str:
    words = (
        one.name.upper() if one.required else f"[{one.name.upper()}]" for one in command.arguments
    )
    text = " ".join(words)
    return f"`{text}`" if text else "–"


def test_every_command_has_its_row_in_the_order_of_menus() -> None:
    assert [name for name, *_ in rows()] == [names_of(one) for one in COMMANDS]


def test_rows_say_what_commands_take_and_do() -> None:
    for command, (_, arguments, does, _) in zip(COMMANDS, rows(), strict=True):
        assert arguments == arguments_of(command), command.name
        assert does == say(f"commands.does_{command.name}", "en"), command.name


def test_every_example_can_be_given() -> None:
    for command, (*_, example) in zip(COMMANDS, rows(), strict=True):
        invocation = read(example)
        assert invocation is not None, example
        assert invocation.command is command, example
        assert invocation.missing is None, example
