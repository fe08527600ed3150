"""Whatever becomes of a call, the answer's words take the stream's place: once."""

import asyncio

import pytest

from bot.vocabulary.errors import ConnectionLostError, RateLimitedError
from tests.adapters.slack_streams.kit import APPEND, POST, START, STOP, UPDATE, grow, send, shown
from tests.contracts.kit import says
from tests.platforms.slack.faults import (
    BROKEN,
    DONE_AND_BROKEN,
    DONE_AND_DROPPED,
    DROPPED,
    Fault,
    limited,
    refusal,
)
from tests.platforms.slack.under_test import SlackUnderTest


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DONE_AND_BROKEN, DROPPED, BROKEN])
@pytest.mark.parametrize("method", [START, APPEND])
async def test_a_stream_of_unknown_fate_leaves_no_second_copy(
    platform: SlackUnderTest, method: str, fault: Fault
) -> None:
    await platform.adapter.send(platform.conversation, says("Earlier."), key="k0")
    platform.server.faults.add(method, fault)
    await grow(platform)
    await send(platform)
    assert await shown(platform) == ["Earlier.", "It is in the second drawer."]


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DROPPED])
async def test_no_words_are_streamed_twice(platform: SlackUnderTest, fault: Fault) -> None:
    platform.server.faults.add(APPEND, fault)
    await grow(platform, "It is in ", "It is in the ", "It is in the second ")
    assert len(platform.server.asked(APPEND)) == 1
    await platform.adapter.retract(platform.conversation, key="k1")


@pytest.mark.parametrize("fault", [limited(1), refusal("is_archived")])
async def test_what_was_certainly_not_begun_is_not_looked_for(
    platform: SlackUnderTest, fault: Fault
) -> None:
    platform.server.faults.add(START, fault)
    if fault.answers == 200:
        platform.server.faults.add(POST, fault)
    await grow(platform, "It is in ")
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]
    assert platform.server.asked("conversations.replies") == []


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DONE_AND_BROKEN, DROPPED, BROKEN])
@pytest.mark.parametrize("method", [STOP, UPDATE])
async def test_an_answer_of_unknown_fate_takes_the_place_again(
    platform: SlackUnderTest, method: str, fault: Fault
) -> None:
    await grow(platform)
    platform.server.faults.add(method, fault)
    with pytest.raises(ConnectionLostError):
        await send(platform)
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]


@pytest.mark.parametrize("method", [STOP, UPDATE])
async def test_an_answer_waits_when_slack_says_so(platform: SlackUnderTest, method: str) -> None:
    await grow(platform)
    platform.server.faults.add(method, limited(3))
    with pytest.raises(RateLimitedError):
        await send(platform)
    await asyncio.sleep(0)
    assert len(await shown(platform)) == 1
    assert platform.server.methods.open_streams() == [] or method == STOP
    await platform.adapter.retract(platform.conversation, key="k1")
    assert await shown(platform) == []


async def test_an_answer_waits_for_a_stream_that_can_not_be_ended(
    platform: SlackUnderTest,
) -> None:
    await grow(platform)
    platform.server.faults.add(STOP, refusal("not_allowed"), refusal("not_allowed"))
    for act in (send(platform), platform.adapter.retract(platform.conversation, key="k1")):
        with pytest.raises(RateLimitedError):
            await act
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]
