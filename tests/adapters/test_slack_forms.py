"""Every command of the table as a form, in every language: what Slack shows, and what comes back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.forms import COMMAND_FORM, filled, form_of, invoked, options, wants_form
from bot.texts import LANGUAGES
from bot.vocabulary.commands import COMMANDS, ArgumentKind, Command, Invocation, read, written
from tests.platforms.slack import spec
from tests.platforms.slack.forms import fields, state_of
from tests.platforms.slack.stage import DIRECT, place

FORMS = [command for command in COMMANDS if command.arguments]
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).map(
    str.strip
)


def form(command: Command, language: str = "en", **values: str) -> dict[str, Any]:
    invocation = Invocation(command=command, values=values)
    return form_of(invocation, place=place(DIRECT), language=language, completes=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_the_form_of_every_command(language: str) -> None:
    for command in FORMS:
        view = form(command, language)
        assert list(spec.wrong_blocks(view)) == []
        assert view["title"]["text"] == f"/relevo {' '.join(command.words)}"
        assert list(fields(view)) == [argument.name for argument in command.arguments]
        held = [field["element"] for field in fields(view).values()]
        assert not any(key.startswith("initial_") for element in held for key in element)


def test_a_form_opens_where_something_is_missing() -> None:
    for command in FORMS:
        alone = Invocation(command=command)
        own = command.words[0] == "memory"  # without a person it is the customer's own
        lacks = command.name == "tone" or bool(command.required and not own)
        assert wants_form(alone) is lacks
        values = {argument.name: "x" for argument in command.required} or {"text": "x"}
        assert not wants_form(Invocation(command=command, values=values))


@given(data=st.data())
def test_what_is_filled_in_is_read_as_it_was_written(data: st.DataObject) -> None:
    command = data.draw(st.sampled_from(FORMS))
    values = {
        argument.name: data.draw(
            st.sampled_from(argument.choices)
            if argument.choices
            else st.just("U0SOMEBODY")
            if argument.kind is ArgumentKind.PERSON
            else WORDS.filter(lambda text: bool(text) and "&" not in text)
        )
        for argument in command.arguments
        if argument.required or data.draw(st.booleans())
    }
    view = form(command)
    sent = filled(view | {"state": {"values": state_of(view, values)}})
    assert sent is not None
    assert sent.missing == ()
    heard = read(written(sent.invocation.command, sent.invocation.values))
    assert heard is not None
    persons = {it.name for it in command.arguments if it.kind is ArgumentKind.PERSON}
    told = {name: f"slack:{it}" if name in persons else it for name, it in values.items()}
    assert (heard.command, heard.values) == (command, told)


def test_what_was_typed_stands_in_the_form_and_comes_back() -> None:
    invocation = invoked("agent set &lt;Ana&gt; capacity", {})
    assert invocation is not None
    view = form(invocation.command, **invocation.values)
    shown = fields(view)
    assert shown["agent"]["element"]["initial_option"]["value"] == "<Ana>"
    assert shown["key"]["element"]["initial_value"] == "capacity"
    sent = filled(view | {"state": {"values": state_of(view, {"value": "5"})}})
    assert sent is not None
    assert sent.invocation.values == {"agent": "<Ana>", "key": "capacity", "value": "5"}


@pytest.mark.parametrize(
    ("typed", "kind", "begins"),
    [
        ("<@U0AGENT001|ana>", "users_select", "U0AGENT001"),
        ("telegram:17", "plain_text_input", "telegram:17"),
        ("", "users_select", None),
    ],
)
def test_a_person_is_chosen_or_of_another_platform_written(
    typed: str, kind: str, begins: str | None
) -> None:
    invocation = invoked(f"agent add {typed}", {})
    assert invocation is not None
    person = fields(form(invocation.command, **invocation.values))["person"]
    assert person["element"]["type"] == kind
    initial = person["element"].get("initial_user") or person["element"].get("initial_value")
    assert initial == begins
    hint = str(person.get("hint", {}).get("text"))
    assert hint.endswith("/relevo agent add telegram:123456") is (kind == "users_select")


def test_a_value_that_is_too_long_for_a_choice_is_written() -> None:
    view = form(read_command("team set"), team="x" * 151)
    assert fields(view)["team"]["element"]["type"] == "plain_text_input"
    assert list(spec.wrong_blocks(form(read_command("team set"), team="x" * 150))) == []


def test_a_choice_that_is_none_is_not_chosen() -> None:
    view = form(read_command("holidays"), action="burn")
    assert "initial_option" not in fields(view)["action"]["element"]


def test_the_form_of_a_button_is_none_of_a_commands() -> None:
    assert filled({"callback_id": "relevo_form", "private_metadata": "{}"}) is None
    assert form(read_command("claim"))["callback_id"] == COMMAND_FORM


def test_a_form_keeps_no_more_than_its_command_and_its_place() -> None:
    told = json.loads(form(read_command("team set"), value="secret")["private_metadata"])
    assert told == {"command": ["team", "set"], "at": str(place(DIRECT))}


def test_options_are_offered_once_and_shortened() -> None:
    long = "a" * 100
    assert [it["text"]["text"] for it in options(["b", long, "b"])] == ["b", f"{'a' * 74}…"]


def read_command(words: str) -> Command:
    invocation = read(f"/{words}")
    assert invocation is not None
    return invocation.command


def test_a_mention_is_an_account_where_a_person_is_meant_and_else_a_name() -> None:
    invocation = invoked("agent add <@U0AGENT001|ana b> <@U0OTHER001|zoe> teams=<@U0OTHER002>", {})
    assert invocation is not None
    assert invocation.values == {
        "person": "slack:U0AGENT001",
        "name": "@zoe",
        "teams": "@U0OTHER002",
    }
    named = invoked("ask <@U0OTHER001|zoe>?", {"U0OTHER001": "Zoe"})
    assert named is not None
    assert named.values == {"question": "@Zoe?"}


def test_quotes_as_phones_write_them_hold_a_value_together() -> None:
    invocation = invoked("team add “Night shift” topics=«late, early» languages=en", {})
    assert invocation is not None
    assert invocation.values == {"name": "Night shift", "topics": "late, early", "languages": "en"}
    for words in ("“Night shift”", "team=“Night shift”", "„Night shift“", '"Night shift"'):
        removed = invoked(f"team remove {words}", {})
        assert removed is not None
        assert removed.values == {"team": "Night shift"}
    whole = invoked("tone “Warm” and “brief”", {})
    assert whole is not None
    assert whole.values == {"text": "“Warm” and “brief”"}
