"""Commands as forms: a command of the table → a modal; what was filled in → a line (pure).

A form shows what its person has typed behind the command, never a value that is set: whoever opens one
need not be an admin.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.parse import Event, MalformedError, inner, required
from adapters.slack.render import clean, label
from adapters.slack.text import decode, unescape, whole
from bot.texts import say
from bot.vocabulary.commands import (
    COMPLETED,
    Argument,
    ArgumentKind,
    Command,
    Invocation,
    command_named,
    read,
)
from bot.vocabulary.messages import ConversationRef, Platform

COMMAND_FORM = "relevo_command"
"""Names the forms of commands."""

FILLED_IN = frozenset({"tone"})
"""Commands that can do without arguments, but alone are written to be filled in."""

MOST_TYPED = 3000
MOST_OPTIONS = 100
OPTION_CHARACTERS = 75
VALUE_CHARACTERS = 150

_ACCOUNT = f"{Platform.SLACK}:"
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>")
_PERSON = re.compile(r"slack:([UW][A-Z0-9]+)")

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form that was sent: the command with its values, and where its command had been typed."""

    invocation: Invocation
    place: ConversationRef

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the required arguments without a value; blanks are none."""
        command, values = self.invocation.command, self.invocation.values
        return tuple(one.name for one in command.required if one.name not in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was typed so far into a field that is completed."""

    command: Command
    argument: Argument
    typed: str
    place: ConversationRef


def invoked(text: str, names: Mapping[str, str]) -> Invocation | None:
    """Read what stands behind ``/relevo`` as Slack escapes it; None when it is none of the table.

    A mention as the value of a person becomes their account, elsewhere it is the person's name.
    """
    told = {user_id: name for user_id, name in _MENTION.findall(text) if name}
    line = _MENTION.sub(r"<@\1>", text).strip().lstrip("/")
    invocation = read(f"/{line}")
    if invocation is None:
        return None
    shown = told | dict(names)
    persons = _persons(invocation.command)
    values = {
        name: decode(_MENTION.sub(rf"{_ACCOUNT}\1", value) if name in persons else value, shown)
        for name, value in invocation.values.items()
    }
    return Invocation(command=invocation.command, values=values)


def names_somebody(invocation: Invocation) -> bool:
    """Whether a value of a command is an account of Slack's, which no text shows as it was typed."""
    persons = _persons(invocation.command)
    return any(_PERSON.fullmatch(invocation.value(name)) for name in persons)


def wants_form(invocation: Invocation) -> bool:
    """Whether a command is to be filled in, as it was typed.

    ``/memory export`` without a person is the customer's own, and lacks nothing.
    """
    if invocation.command.words[0] == "memory" and not invocation.values:
        return False
    is_alone = invocation.command.name in FILLED_IN and not invocation.values
    return invocation.missing is not None or is_alone


def form_of(
    invocation: Invocation, *, place: ConversationRef, language: str, completes: bool
) -> Payload:
    """Write the form of a command; without ``completes`` everything is typed."""
    command = invocation.command
    words = " ".join(command.words)
    does = say(f"commands.does_{command.name}", language)
    fields = [
        _field(one, invocation, language=language, completes=completes) for one in command.arguments
    ]
    return {
        "type": "modal",
        "callback_id": COMMAND_FORM,
        "private_metadata": json.dumps({"command": command.words, "at": str(place)}),
        "title": label(f"/relevo {words}", 24),
        "submit": label(say("adapters.form_send", language), 24),
        "blocks": [{"type": "section", "text": label(does, 3000)}, *fields],
    }


def filled(view: Event) -> Filled | None:
    """Read a form that was sent; None when it is none of a command's.

    Raises:
        MalformedError: It is one and does not say of which command.
    """
    if view.get("callback_id") != COMMAND_FORM:
        return None
    command, place = _about(view)
    fields = inner(inner(view, "state"), "values")
    typed = {
        one.name: _typed(inner(inner(fields, one.name), one.name)) for one in command.arguments
    }
    values = {name: value for name, value in typed.items() if value}
    return Filled(invocation=Invocation(command=command, values=values), place=place)


def asked(body: Event) -> Asked | None:
    """Read a ``block_suggestion`` payload; None when nothing of ours is completed.

    Raises:
        MalformedError: It comes from a form of ours that does not say of which command.
    """
    view = inner(body, "view")
    if view.get("callback_id") != COMMAND_FORM:
        return None
    command, place = _about(view)
    name = body.get("action_id")
    argument = next((one for one in command.arguments if one.name == name), None)
    if argument is None or argument.kind not in COMPLETED:
        return None
    typed = unescape(whole(body.get("value"))).strip()
    return Asked(command=command, argument=argument, typed=typed, place=place)


def options(found: Sequence[str]) -> list[Payload]:
    """Write what is offered for a field, as far as Slack can show it."""
    fitting = (value for value in dict.fromkeys(found) if 0 < len(value) <= VALUE_CHARACTERS)
    return [_option(value) for value, _ in zip(fitting, range(MOST_OPTIONS), strict=False)]


def _field(
    argument: Argument, invocation: Invocation, *, language: str, completes: bool
) -> Payload:
    given = invocation.value(argument.name)
    element = _element(argument, given, language=language, completes=completes)
    chosen = element["type"] == "users_select"
    named = "adapters.form_person" if chosen else f"commands.argument_{argument.name}"
    field: Payload = {
        "type": "input",
        "block_id": argument.name,
        "label": label(say(named, language), 2000),
        "element": element | {"action_id": argument.name},
        "optional": not argument.required,
    }
    if chosen:
        example = f"/relevo {' '.join(invocation.command.words)} telegram:123456"
        hint = say("adapters.form_person_elsewhere", language, example=example)
        field["hint"] = label(hint, 2000)
    return field


def _element(argument: Argument, given: str, *, language: str, completes: bool) -> Payload:
    somebody = _PERSON.fullmatch(given)
    choose = {"placeholder": label(say("adapters.form_choose", language), 150)}
    if argument.kind is ArgumentKind.CHOICE:
        choices = [_option(choice) for choice in argument.choices]
        return {"type": "static_select", "options": choices, **choose} | _initial(
            "option", _option(given) if given in argument.choices else None
        )
    if argument.kind is ArgumentKind.PERSON and (somebody or not given):
        return {"type": "users_select", **choose} | _initial("user", somebody and somebody[1])
    if argument.kind in COMPLETED and completes and len(given) <= VALUE_CHARACTERS:
        search = label(say("adapters.form_search", language), 150)
        return {"type": "external_select", "min_query_length": 0, "placeholder": search} | _initial(
            "option", _option(given) if given else None
        )
    return {
        "type": "plain_text_input",
        "multiline": argument.kind is ArgumentKind.LONG_TEXT or "\n" in given,
        "max_length": MOST_TYPED,
    } | _initial("value", clean(given)[:MOST_TYPED])


def _initial(what: str, value: object) -> Payload:
    return {f"initial_{what}": value} if value else {}


def _option(value: str) -> Payload:
    return {"text": label(value, OPTION_CHARACTERS), "value": value}


def _typed(field: Event) -> str:
    """Return what one field of a form holds, whatever its kind."""
    person = whole(field.get("selected_user"))
    if person:
        return f"{_ACCOUNT}{person}"
    value = inner(field, "selected_option").get("value") or field.get("value")
    return unescape(whole(value)).strip()


def _about(view: Event) -> tuple[Command, ConversationRef]:
    try:
        told = json.loads(required(view, "private_metadata"))
        command, place = command_named(told["command"]), ConversationRef.parse(told["at"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedError("A form does not say what it is about.") from error
    if command is None:
        raise MalformedError("A form is of no command that there is.")
    return command, place


def _persons(command: Command) -> frozenset[str]:
    return frozenset(one.name for one in command.arguments if one.kind is ArgumentKind.PERSON)
