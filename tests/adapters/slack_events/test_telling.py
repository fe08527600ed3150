"""Whatever Slack tells is acknowledged, in order, once, and only from this workspace."""

import asyncio
from typing import Any

import pytest

from bot.vocabulary.messages import IncomingMessage
from tests.adapters.slack_events.kit import CHANNEL, tell, texts
from tests.platforms.slack import spec
from tests.platforms.slack.stage import place
from tests.platforms.slack.under_test import SlackUnderTest
from tests.platforms.slack.workspace import TEAM


@pytest.mark.skipif(not spec.events(), reason="the published samples are not at hand")
async def test_every_published_event_is_acknowledged(platform: SlackUnderTest) -> None:
    names = spec.events()
    assert len(names) > 70
    bodies = [spec.sample("slack_events", name) for name in names]
    bodies += [spec.sample("slack_backend", name) for name in spec.backend()]
    for body in bodies:
        kind = "events_api" if "event" in body else "interactive"
        grant = {"authorizations": [{"team_id": TEAM}]}
        for told in (body, {**body, **grant}, {**body, **grant, "type": "event_callback"}):
            assert (await platform.server.tell(kind, told)).acknowledged, body.get("type")
    assert platform.intake.handed == []
    platform.server.violations.clear()


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message"},
        {"type": "message", "user": "U1", "text": 5, "ts": "x", "channel": "D1"},
        {"type": "message", "user": "U1", "text": "hi", "ts": "9" * 400, "channel": "D1"},
        {"type": "message", "user": ["U1"], "text": "hi", "ts": "1.1", "channel": {}},
        {"type": "message", "subtype": "message_changed", "channel": "D1"},
        {"type": "message", "user": "U1", "ts": "1.1", "channel": "D1", "files": [None, 5]},
        {"type": "reaction_added", "reaction": "+1", "user": "U1", "item": "x"},
        {},
    ],
)
async def test_a_malformed_event_blocks_nothing(
    platform: SlackUnderTest, event: dict[str, Any]
) -> None:
    assert await tell(platform, event)
    await platform.stage.write(platform.conversation, "after")
    assert texts(platform) == ["after"]
    platform.server.violations.clear()


async def test_events_that_are_told_twice_have_one_key(platform: SlackUnderTest) -> None:
    await platform.stage.write(place(CHANNEL), "Is it open?")
    keys = {message.event_key for message in platform.intake.handed}
    assert len(platform.intake.handed) == 2, "a mention is told as message and as mention"
    assert len(keys) == 1
    assert {message.text for message in platform.intake.handed} == {"Is it open?"}
    assert all(message.is_mention for message in platform.intake.handed)


async def test_messages_that_arrive_together_are_handed_over_in_their_order(
    platform: SlackUnderTest,
) -> None:
    stage = platform.stage
    messages = [stage.post(platform.conversation, f"n{number}") for number in range(6)]
    events = [stage.events_of(platform.conversation, message)[0] for message in messages]
    told = (tell(platform, event) for event in reversed(events))
    assert all(await asyncio.gather(*told))
    assert texts(platform) == [f"n{number}" for number in range(6)]


async def test_a_busy_channel_holds_no_other_up(platform: SlackUnderTest) -> None:
    stage, release = platform.stage, asyncio.Event()
    original = platform.intake.__call__
    places = [place(CHANNEL, "1.1"), platform.conversation]
    assert original
    first = stage.post(platform.conversation, "slow")
    platform.server.ack_seconds = 5.0

    async def slow(message: IncomingMessage) -> bool:
        if message.text == "slow":
            await release.wait()
        return await original(message)

    assert platform.adapter._reception is not None
    platform.adapter._reception.open(slow)
    async with asyncio.TaskGroup() as group:
        group.create_task(tell(platform, stage.events_of(places[1], first)[0]))
        await asyncio.sleep(0.1)
        await stage.write(place(CHANNEL), "quick")
        assert texts(platform) == ["quick", "quick"]
        release.set()
    assert texts(platform) == ["quick", "quick", "slow"]


async def test_an_event_of_another_workspace_is_none_of_ours(platform: SlackUnderTest) -> None:
    message = platform.stage.post(platform.conversation, "hi")
    [event] = platform.stage.events_of(platform.conversation, message)
    assert await tell(platform, event, authorizations=[{"team_id": "T0OTHER"}])
    assert await tell(platform, event, authorizations=[], team_id="T0OTHER")
    assert platform.intake.handed == []
