"""The playground's admin: who that is, where they speak, what completes their commands."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.playground import render
from adapters.playground.parse import (
    ACTION_LENGTH,
    TYPED_LENGTH,
    admin_conversation,
    read,
)
from adapters.playground.requests import AskValues, Event, Hello, RefusedError
from bot.texts import LANGUAGES
from bot.vocabulary.commands import COMMANDS, ArgumentKind
from bot.vocabulary.messages import Button, MessageKind, OutgoingMessage
from bot.vocabulary.standing import Completing, CompletionRequest, Standing, Vouching
from tests.playground.page import an_agent, opened
from tests.playground.under_test import PlaygroundUnderTest, playground

ADMIN: dict[str, Any] = {"role": "admin", "id": "admin", "name": "Admin"}
PRESS: dict[str, Any] = {"type": "press", "id": "event-0001", "who": ADMIN, "target": "r_1"}
ACTION = "admin:/mode mode=copilot topic=shipping"
OFFER = OutgoingMessage(
    text="Ready.",
    buttons=(Button(action=ACTION, label="Go on"), Button(action="case:claim", label="Claim")),
)


WRITTEN_FREELY = {
    ArgumentKind.TEXT,
    ArgumentKind.LONG_TEXT,
    ArgumentKind.NUMBER,
    ArgumentKind.CHOICE,
}


@pytest.fixture
async def platform(redis_client: Redis) -> AsyncIterator[PlaygroundUnderTest]:
    async with playground(redis_client) as platform:
        yield platform


def refusal(**frame: Any) -> str:
    with pytest.raises(RefusedError) as refused:
        read(json.dumps(frame))
    return refused.value.reason


def test_the_admin_speaks_in_a_conversation_that_is_nobody_elses() -> None:
    said = read(json.dumps(PRESS | {"type": "say", "text": "/status"}))
    assert isinstance(said, Event)
    assert said.conversation == said.place == admin_conversation()
    customer = {"role": "customer", "id": "admin", "name": "Eva"}
    assert refusal(**PRESS | {"who": customer, "action": "x"}) == "not_understood"
    assert refusal(**PRESS | {"who": ADMIN | {"id": "marta"}, "action": "x"}) == "not_understood"
    assert refusal(type="hello", customers=["admin"], thread=None) == "not_understood"
    hello = read('{"type": "hello", "customers": [], "admin": true, "thread": null}')
    assert hello == Hello(conversations=(admin_conversation(),))


def test_an_action_may_be_a_whole_line() -> None:
    line = "admin:/canned set name=welcome text=" + "x" * 300
    pressed = read(json.dumps(PRESS | {"action": line}))
    assert isinstance(pressed, Event)
    assert pressed.action == line
    assert refusal(**PRESS | {"action": "x" * (ACTION_LENGTH + 1)}) == "not_understood"


def test_who_is_asked_for_values_is_the_admin() -> None:
    frame = {"type": "complete", "id": "event-0001", "command": "kb_add", "argument": "source"}
    asked = read(json.dumps(frame | {"typed": "htt"}))
    assert isinstance(asked, AskValues)
    request = asked.request
    assert (request.author.user_id, request.place) == ("admin", admin_conversation())
    assert (request.command, request.argument, request.typed) == ("kb_add", "source", "htt")
    assert refusal(**frame, typed="x" * (TYPED_LENGTH + 1)) == "too_long"
    assert refusal(**frame, typed=None) == "not_understood"
    assert refusal(**frame | {"command": "kb add; x"}, typed="") == "not_understood"


async def test_standing_on_this_stage(platform: PlaygroundUnderTest) -> None:
    adapter = platform.adapter
    assert isinstance(adapter, Vouching)
    assert await adapter.standing("admin") is Standing.MEMBER, "the desk is elsewhere"
    await adapter.locate("desk")
    who = {"admin": Standing.ADMIN, "ana": Standing.MEMBER, "ben": Standing.MEMBER}
    who |= {"marta": Standing.GUEST, "Admin": Standing.GUEST, "": Standing.GUEST}
    assert {one: await adapter.standing(one) for one in who} == who


async def test_values_come_from_whoever_completes_and_no_wait_is_long(
    platform: PlaygroundUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(platform.adapter, Completing)
    frame = {"type": "complete", "id": "event-0001", "command": "kb_add", "argument": "source"}
    asked: list[str] = []

    async def complete(request: CompletionRequest) -> Sequence[str]:
        asked.append(request.typed)
        await asyncio.sleep(60 if request.typed == "slow" else 0)
        return ("a", "b")

    await platform.page.send(**frame, typed="x")
    assert (await platform.page.hear("values"))["values"] == []
    platform.adapter.complete = complete
    await platform.page.send(**frame, typed="x")
    assert await platform.page.hear("values", id="event-0001", values=["a", "b"])
    monkeypatch.setattr("adapters.playground.session.VALUES_SECONDS", 0.05)
    await platform.page.send(**frame, typed="slow")
    assert (await platform.page.hear("values"))["values"] == []
    assert asked == ["x", "slow"]


async def test_a_button_of_the_desk_is_pressed_as_the_admin(platform: PlaygroundUnderTest) -> None:
    shown = await platform.adapter.open_thread(platform.channel, "A case", OFFER, key="k1")
    thread = shown.conversation.thread_id
    press = {"type": "press", "who": ADMIN, "thread": thread, "target": shown.message_id}
    said = await platform.page.act(**press, id="event-0001", action=ACTION)
    assert said["type"] == "ack"
    [pressed] = platform.intake.handed
    assert (pressed.kind, pressed.action) == (MessageKind.PRESSED, ACTION)
    assert (pressed.conversation, pressed.is_direct) == (admin_conversation(), True)
    [line] = await platform.page.lines(str(shown.conversation), thread=thread)
    assert line["pressed"] == ACTION
    for number, action in enumerate(("case:claim", "admin:/mode mode=auto")):
        refused = await platform.page.act(**press, id=f"event-100{number}", action=action)
        assert refused["reason"] == "not_yours", "an agent's, and one that is not offered"


async def test_only_pages_that_show_the_admin_are_told(platform: PlaygroundUnderTest) -> None:
    async with opened(platform.edge) as other:
        await other.send(type="hello", customers=[], admin=True, thread=None)
        await other.hear("history", conversation=str(admin_conversation()))
        await platform.page.act(type="say", id="event-0001", text="/status", who=ADMIN)
        line = (await other.hear("line"))["line"]
        assert (line["voice"], line["text"], line["authorId"]) == ("admin", "/status", "admin")
    await platform.page.settle()
    heard = [frame for frame in platform.page.frames if frame["type"] == "line"]
    assert heard == [], "a page of customers alone"


async def test_a_command_of_an_agent_stays_in_the_desk(platform: PlaygroundUnderTest) -> None:
    shown = await platform.adapter.open_thread(platform.channel, "A case", OFFER, key="k1")
    thread = shown.conversation.thread_id
    await platform.page.act(
        type="say", id="event-0001", text="/mode auto", who=an_agent(), thread=thread
    )
    assert platform.intake.handed[0].conversation == shown.conversation


def test_the_page_is_told_the_whole_table() -> None:
    told = {command["id"]: command for command in render.welcome((), ())["commands"]}
    assert [*told] == [command.name for command in COMMANDS]
    for command in COMMANDS:
        one = told[command.name]
        assert {*one["does"]} == {*LANGUAGES}
        for argument, shown in zip(command.arguments, one["arguments"], strict=True):
            assert (shown["name"], shown["required"]) == (argument.name, argument.required)
            assert not (shown["completed"] and argument.kind in WRITTEN_FREELY)
            assert all(shown["means"][language] for language in LANGUAGES)
    [mode] = [one for one in told["mode"]["arguments"] if one["name"] == "mode"]
    assert "canary" in mode["choices"]
    [setting, value] = told["settings_set"]["arguments"]
    assert (setting["completed"], value["completed"]) == (True, False)
