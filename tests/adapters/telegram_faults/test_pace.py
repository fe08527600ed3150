"""The published pace is kept by all processes together, and Telegram is left alone when it asks."""

import asyncio

import pytest
from redis.asyncio import Redis

from adapters.telegram import Pace
from adapters.telegram.pace import Pacer
from bot.engine.tools import SharedLimits
from bot.vocabulary.errors import RateLimitedError
from bot.vocabulary.messages import OutgoingMessage, Platform
from tests.adapters.telegram_faults.kit import ANSWER, counted, until_sent
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import FAST, TelegramStage, TelegramUnderTest, an_adapter


@pytest.mark.parametrize("hint", [1, 65, 1336, None])
async def test_telegram_is_left_alone_as_long_as_it_asks(
    there: TelegramUnderTest, hint: int | None
) -> None:
    there.server.faults["sendMessage"].append(Fault(status=429, retry_after=hint))
    with pytest.raises(RateLimitedError) as first:
        await there.adapter.send(there.conversation, ANSWER, key="k1")
    assert first.value.retry_after == (hint or 5)
    calls = len(there.server.called("sendMessage"))
    if hint == 1:
        await there.adapter.send(there.conversation, ANSWER, key="k1")
        assert await there.shown(there.conversation) == ["Yes, we ship there."]
        return
    with pytest.raises(RateLimitedError) as second:
        await there.adapter.send(there.conversation, ANSWER, key="k2")
    assert second.value.retry_after == pytest.approx(hint or 5, abs=1)
    assert len(there.server.called("sendMessage")) == calls


async def test_a_refusal_for_speed_is_no_unclear_end(there: TelegramUnderTest) -> None:
    before = counted("found") + counted("resent")
    there.server.faults["sendMessage"].append(Fault(status=429, retry_after=1))
    assert await until_sent(there.adapter, there.conversation) != []
    assert await there.shown(there.conversation) == ["Yes, we ship there."]
    assert counted("found") + counted("resent") == before


async def test_the_published_pace_is_kept(stage: TelegramStage, redis_client: Redis) -> None:
    """Three at once to one person, the fourth when a second has passed; a group is full for longer."""
    adapter = an_adapter(stage, redis_client, pace=Pace())
    began = asyncio.get_running_loop().time()
    for number in range(4):
        await adapter.send(stage.conversation, OutgoingMessage(text="x"), key=f"k{number}")
    assert 0.9 < asyncio.get_running_loop().time() - began < 2
    for number in range(5):
        await adapter.send(stage.channel, OutgoingMessage(text="x"), key=f"g{number}")
    with pytest.raises(RateLimitedError) as full:
        await adapter.send(stage.channel, OutgoingMessage(text="x"), key="g5")
    await adapter.close()
    assert 1.5 < full.value.retry_after <= 3
    assert len(stage.seen(stage.channel)) == 5


async def test_two_processes_share_the_pace(stage: TelegramStage, redis_client: Redis) -> None:
    pace = Pace(group=0.01, group_burst=4)
    adapters = [an_adapter(stage, redis_client, pace=pace) for _ in range(2)]
    sent = 0
    for number in range(6):
        try:
            message = OutgoingMessage(text="x")
            await adapters[number % 2].send(stage.channel, message, key=f"k{number}")
            sent += 1
        except RateLimitedError:
            pass
    for adapter in adapters:
        await adapter.close()
    assert sent == 4


def test_the_stage_is_no_slower_than_telegram() -> None:
    assert FAST.private > Pace().private


async def test_signs_leave_most_of_the_room_of_all_chats_to_messages(redis_client: Redis) -> None:
    """In a storm each message that is relayed may bring a sign in a chat of its own."""
    pacer = Pacer(SharedLimits(redis_client, Platform.TELEGRAM, deadline=5), Pace())
    began = asyncio.get_running_loop().time()
    signs = [await pacer.may_sign(chat) for chat in range(1, 41)]
    seconds = asyncio.get_running_loop().time() - began
    assert 1 <= sum(signs) <= (Pace().overall_burst + seconds * Pace().overall) / 5 + 1
    assert await asyncio.wait_for(pacer.turn(1000), 1) is None
