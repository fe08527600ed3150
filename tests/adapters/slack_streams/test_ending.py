"""Streams that end: taken back, by another process, by a person, too late."""

import asyncio

import pytest
from redis.asyncio import Redis

from adapters.slack import drafts
from bot.vocabulary.errors import ConnectionLostError, RateLimitedError
from tests.adapters.slack_streams.kit import (
    DELETE,
    FINAL,
    START,
    STOP,
    UPDATE,
    grow,
    other_process,
    send,
    shown,
)
from tests.platforms.slack.faults import DONE_AND_BROKEN, DONE_AND_DROPPED, DROPPED, Fault, refusal
from tests.platforms.slack.under_test import SlackUnderTest


@pytest.mark.parametrize("fault", [None, DONE_AND_DROPPED, DONE_AND_BROKEN, DROPPED])
async def test_a_stream_is_taken_back(platform: SlackUnderTest, fault: Fault | None) -> None:
    if fault is not None:
        platform.server.faults.add(START, fault)
    await grow(platform)
    for _ in range(2):
        await platform.adapter.retract(platform.conversation, key="k1")
    assert await shown(platform) == []


@pytest.mark.parametrize("method", [STOP, DELETE])
@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DROPPED])
async def test_taking_back_can_be_repeated(
    platform: SlackUnderTest, method: str, fault: Fault
) -> None:
    await grow(platform)
    platform.server.faults.add(method, fault)
    with pytest.raises(ConnectionLostError):
        await platform.adapter.retract(platform.conversation, key="k1")
    await platform.adapter.retract(platform.conversation, key="k1")
    assert await shown(platform) == []


@pytest.mark.parametrize("fault", [None, DONE_AND_DROPPED])
async def test_another_process_ends_the_stream(
    platform: SlackUnderTest, redis_client: Redis, fault: Fault | None
) -> None:
    if fault is not None:
        platform.server.faults.add(START, fault)
    await grow(platform, "It is in ")
    other = other_process(redis_client, platform)
    try:
        await other.preview(platform.conversation, "It is in the second drawer", key="k1")
        assert await shown(platform) == ["It is in "]
        await other.send(platform.conversation, FINAL, key="k1")
        await grow(platform, "It is in the second drawer and")
        assert await shown(platform) == ["It is in the second drawer."]
    finally:
        await other.close()


async def test_a_stream_that_begins_after_the_answer_goes_again(
    platform: SlackUnderTest, redis_client: Redis
) -> None:
    platform.server.faults.add(START, Fault(does=True, after=0.3))
    other = other_process(redis_client, platform)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(grow(platform, "It is in "))
            while not platform.server.asked(START):  # noqa: ASYNC110 - the server has no signal
                await asyncio.sleep(0.01)
            ts = platform.server.methods.open_streams()[0]["ts"]
            messages = platform.server.workspace.channels[platform.conversation.channel_id].messages
            hidden = messages.pop(ts)
            await other.send(platform.conversation, FINAL, key="k1")
            messages[ts] = hidden
        assert await shown(platform) == ["It is in the second drawer."]
    finally:
        await other.close()


@pytest.mark.parametrize("by_a_person", [False, True])
async def test_a_stream_that_is_over_becomes_the_answer(
    platform: SlackUnderTest, *, by_a_person: bool
) -> None:
    await grow(platform, "It is in ")
    [stream] = platform.server.methods.open_streams()
    channel = platform.conversation.channel_id
    platform.server.methods.close_stream(channel, stream["ts"], by_a_person=by_a_person)
    await grow(platform, "It is in the sec", "It is in the second drawer")
    grown = "It is in " if by_a_person else "It is in the second"
    assert await shown(platform) == [grown]
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]


async def test_an_answer_whose_stream_somebody_deleted_is_shown(platform: SlackUnderTest) -> None:
    await grow(platform, "It is in ")
    [stream] = platform.server.methods.open_streams()
    channel = platform.server.workspace.channels[platform.conversation.channel_id]
    del channel.messages[stream["ts"]]
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]


async def test_an_answer_waits_for_its_stream_but_not_for_ever(
    platform: SlackUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grow(platform, "It is in ")
    platform.server.faults.add(UPDATE, *[refusal("edit_window_closed")] * 2)
    platform.server.faults.add(DELETE, *[refusal("cant_delete_message")] * 2)
    with pytest.raises(RateLimitedError):
        await send(platform)
    assert await shown(platform) == ["It is in "]
    monkeypatch.setattr(drafts, "ENDED_SECONDS", 0.0)
    await send(platform)
    assert await shown(platform) == ["It is in ", "It is in the second drawer."]
