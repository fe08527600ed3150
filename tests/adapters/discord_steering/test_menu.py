"""The menu has all commands of the table within Discord's limits; what it lets people give is read back."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import steering
from adapters.discord.menu import BOT_DM, GUILD, relevo, relevo_in
from bot.texts import say
from bot.vocabulary.commands import COMMANDS, ArgumentKind, Command, read, written
from tests.adapters.discord_steering.kit import told, values_for
from tests.platforms.discord import menus, specs
from tests.platforms.discord.payloads import Payload
from tests.platforms.discord.steering import given as offered

MENU = relevo()
BY_NAME = {command.name: command for command in COMMANDS}


@st.composite
def commands_given(draw: st.DrawFn) -> tuple[Command, dict[str, Any]]:
    command = draw(st.sampled_from(COMMANDS))
    return command, draw(values_for(command))


def interaction(command: Command, values: Mapping[str, Any]) -> Payload:
    return {"type": 2, "data": offered(MENU, command.words, values)}


def subcommands(menu: Payload) -> dict[str, Payload]:
    found: dict[str, Payload] = {}
    for part in menu["options"]:
        inner = part["options"] if part["type"] == 2 else [part]
        prefix = f"{part['name']}_" if part["type"] == 2 else ""
        found |= {f"{prefix}{one['name']}": one for one in inner}
    return found


def test_the_menu_is_what_discord_takes() -> None:
    assert menus.violations(json.dumps([relevo_in([GUILD, BOT_DM])])) == ()
    assert MENU["default_member_permissions"] == 32
    assert relevo_in([GUILD, BOT_DM])["contexts"] == [0, 1]


def test_a_menu_that_breaks_a_limit_is_noticed() -> None:
    long = relevo() | {"description": "x" * 101}
    crowded = relevo() | {"options": [*MENU["options"], *[MENU["options"][0]] * 9]}
    late: Payload = {
        "name": "x",
        "description": "x",
        "options": [
            {"type": 3, "name": "a", "description": "x", "required": False},
            {"type": 3, "name": "b", "description": "x", "required": True},
        ],
    }
    assert all(menus.broken_limits([menu]) for menu in (long, crowded, late))


def test_every_command_is_in_the_menu_and_described_in_both_languages() -> None:
    found = subcommands(MENU)
    assert set(found) == set(BY_NAME)
    for name, part in found.items():
        assert part["description"] == say(f"commands.does_{name}", "en")
        assert part["description_localizations"]["es-419"] == say(f"commands.does_{name}", "es")
        assert {one["name"] for one in part.get("options", ())} == {
            argument.name for argument in BY_NAME[name].arguments
        }


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_each_argument_is_offered_as_what_it_is(command: Command) -> None:
    options = {one["name"]: one for one in subcommands(MENU)[command.name].get("options", ())}
    for argument in command.arguments:
        option = options[argument.name]
        match argument.kind:
            case ArgumentKind.NUMBER:
                assert option["type"] == 10
            case ArgumentKind.PERSON:
                assert option["type"] == 6
            case ArgumentKind.CHOICE:
                assert [one["value"] for one in option["choices"]] == [*argument.choices]
            case ArgumentKind.LONG_TEXT:
                assert (option["max_length"], option["required"]) == (4000, False)
                continue
            case ArgumentKind.TEXT:
                assert "autocomplete" not in option
            case _:
                assert option["autocomplete"]
        assert option["required"] is argument.required


@settings(max_examples=150)
@given(commands_given())
def test_what_is_given_is_read_back(command_given: tuple[Command, dict[str, Any]]) -> None:
    command, values = command_given
    heard = read(steering.line(interaction(command, values)))
    kinds = {one.name: one for one in command.arguments}
    assert heard is not None
    assert heard.command is command
    assert dict(heard.values) == {key: told(kinds[key], one) for key, one in values.items()}


@settings(max_examples=100)
@given(commands_given())
def test_a_form_brings_the_same_line(command_given: tuple[Command, dict[str, Any]]) -> None:
    command, values = command_given
    long = [one for one in command.arguments if one.kind is ArgumentKind.LONG_TEXT]
    text = values.pop(long[0].name, "") if long else ""
    begun = interaction(command, values)
    is_wanted = bool(long) and (long[0].required or len(command.arguments) == 1)
    assert (steering.wanted(begun) is not None) is is_wanted
    if not is_wanted:
        return
    kinds = {
        one.name: told(one, values[one.name]) for one in command.arguments if one.name in values
    }
    expected = written(command, kinds | {long[0].name: text})
    assert steering.completed(steering.line(begun), text) == expected
    form = steering.form(begun, "l:x", "es")
    assert form["data"]["components"][0]["component"]["required"] is long[0].required


@settings(max_examples=50)
@given(st.lists(st.text(max_size=120), max_size=60))
def test_completions_fit(values: list[str]) -> None:
    answer = steering.choices(values)
    assert specs.violations("ApplicationCommandAutocompleteCallbackRequest", answer) == []
    found = [one["value"] for one in answer["data"]["choices"]]
    assert found == [one["name"] for one in answer["data"]["choices"]]
    assert len(found) <= 25
    assert all(one in values and 0 < len(one) <= 100 for one in found)
    assert len(set(found)) == len(found)


def test_a_command_of_another_version_is_refused() -> None:
    raw: Payload = {"data": {"name": "relevo", "options": [{"type": 1, "name": "explode"}]}}
    with pytest.raises(ValueError, match="no command"):
        steering.line(raw)
    with pytest.raises(ValueError, match="no command"):
        steering.completed("/human", "text")
