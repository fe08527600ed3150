"""An error of ours is no fault of the event: it is not acknowledged, and Slack tells it again."""

import logging

import pytest

from bot.vocabulary.errors import UnstorableError
from bot.vocabulary.messages import Button, IncomingMessage, OutgoingMessage
from tests.adapters.slack_events.kit import CHANNEL, OTHER, last, tell, texts
from tests.platforms.slack.stage import place
from tests.platforms.slack.under_test import SlackUnderTest

ERRORS = [ValueError, KeyError, TypeError, AttributeError, RuntimeError]


def failing(platform: SlackUnderTest, error: type[Exception]) -> None:
    async def intake(_message: IncomingMessage) -> bool:
        raise error("a fault of ours")

    assert platform.adapter._reception is not None
    platform.adapter._reception.open(intake)


def mended(platform: SlackUnderTest) -> None:
    assert platform.adapter._reception is not None
    platform.adapter._reception.open(platform.intake)


@pytest.mark.parametrize("error", ERRORS)
async def test_an_event_that_the_core_fails_on_is_told_again(
    platform: SlackUnderTest, error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    failing(platform, error)
    message = platform.stage.post(platform.conversation, "hi")
    [event] = platform.stage.events_of(platform.conversation, message)
    assert not await tell(platform, event)
    assert [it.name for it in caplog.records] == ["adapters.slack.reception"]
    mended(platform)
    assert await tell(platform, event)
    assert texts(platform) == ["hi"]


async def test_what_can_not_be_written_down_is_named_and_never_told_again(
    platform: SlackUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    failing(platform, UnstorableError)
    message = platform.stage.post(platform.conversation, "odd")
    [event] = platform.stage.events_of(platform.conversation, message)
    assert await tell(platform, event)
    [record] = caplog.records
    assert record.name == "adapters.slack.reception"
    assert record.__dict__["error"] == "UnstorableError"
    mended(platform)
    await platform.stage.write(platform.conversation, "after")
    assert texts(platform) == ["after"]


async def test_a_gesture_that_the_core_fails_on_is_none(platform: SlackUnderTest) -> None:
    buttons = (Button(action="human", label="Human"), Button(action="ask", label="?", asks=True))
    message = OutgoingMessage(text="?", buttons=buttons)
    sent = await platform.adapter.send(platform.conversation, message, key="k1")
    stage, server = platform.stage, platform.server
    await stage.press(platform.conversation, sent.message_id, "ask")
    [view] = server.workspace.views.values()
    failing(platform, ValueError)
    pressed = stage.press_payload(platform.conversation, sent.message_id, "human")
    for payload in (pressed, stage.submission(view, "typed")):
        assert not (await server.tell("interactive", payload)).acknowledged
    mended(platform)
    assert (await server.tell("interactive", pressed)).acknowledged
    assert last(platform).action == "human"


@pytest.mark.parametrize("stored", ["", "{", "[]", "5", '{"name": "Ben"}', '{"at": "soon"}'])
async def test_a_profile_that_can_not_be_read_is_asked_for_again(
    platform: SlackUnderTest, stored: str
) -> None:
    await platform.adapter._tools.store.put("people", {OTHER.user_id: stored})
    await platform.stage.write(platform.conversation, "hi", who=OTHER)
    assert last(platform).author.display_name == "Ben"
    await platform.stage.write(place(CHANNEL), "hi", who=OTHER)
    assert len(platform.server.asked("users.info")) == 1


async def test_a_malformed_gesture_is_not_told_again(platform: SlackUnderTest) -> None:
    asks = OutgoingMessage(text="?", buttons=(Button(action="ask", label="?", asks=True),))
    sent = await platform.adapter.send(platform.conversation, asks, key="k1")
    pressed = platform.stage.press_payload(platform.conversation, sent.message_id, "ask")
    assert (await platform.server.tell("interactive", pressed)).acknowledged
    [view] = platform.server.workspace.views.values()
    typed = platform.stage.submission(view | {"private_metadata": "{"}, "typed")
    for payload in (pressed | {"actions": [5]}, typed):
        assert (await platform.server.tell("interactive", payload)).acknowledged
    assert platform.intake.handed == []
    platform.server.violations.clear()
