"""Looking for a piece of unclear fate: no other message is touched, and nothing is asked too fast or twice."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from adapters.telegram import TelegramAdapter
from bot.vocabulary.errors import ConnectionLostError, DeliveryError, RateLimitedError
from bot.vocabulary.messages import ConversationRef, OutgoingMessage, Platform
from tests.adapters.telegram_faults.kit import UNCLEAR, counted
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import (
    FAST,
    Pace,
    TelegramStage,
    TelegramUnderTest,
    an_adapter,
    place,
    running,
)
from tests.platforms.telegram.world import BOT, CUSTOMER
from tests.tools import adapter_tools

TOPIC = 4


def says(text: str) -> OutgoingMessage:
    return OutgoingMessage(text=text)


@pytest.fixture
async def alone(there: TelegramUnderTest, redis_client: Redis) -> AsyncIterator[TelegramAdapter]:
    """A process that sends and receives nothing."""
    adapter = an_adapter(there.stage, redis_client)
    yield adapter
    await adapter.close()


async def fail(
    there: TelegramUnderTest,
    text: str,
    *,
    key: str,
    adapter: TelegramAdapter | None = None,
    at: ConversationRef | None = None,
    fault: str = "dropped_after",
) -> None:
    """Send something whose end is unclear."""
    there.server.faults["sendMessage"].append(UNCLEAR[fault])
    with pytest.raises(ConnectionLostError):
        await (adapter or there.adapter).send(at or there.conversation, says(text), key=key)


async def test_another_piece_in_doubt_is_never_written_over(there: TelegramUnderTest) -> None:
    found, resent = counted("found"), counted("resent")
    await fail(there, "REPLY A", key="a")
    await fail(there, "REPLY B", key="b")
    await there.adapter.send(there.conversation, says("REPLY B"), key="b")
    assert await there.shown(there.conversation) == ["REPLY A", "REPLY B", "REPLY B"]
    assert (counted("found") - found, counted("resent") - resent) == (0, 1)
    assert there.server.called("editMessageText") == []


async def test_what_is_in_doubt_for_good_disturbs_only_its_neighbours(
    there: TelegramUnderTest,
) -> None:
    found = counted("found")
    await fail(there, "REPLY A", key="a")
    await there.adapter.send(there.conversation, says("Between."), key="x")
    await fail(there, "REPLY B", key="b")
    await there.adapter.send(there.conversation, says("REPLY B"), key="b")
    assert await there.shown(there.conversation) == ["REPLY A", "Between.", "REPLY B"]
    assert counted("found") - found == 1


async def test_it_is_still_found_among_what_came_later(there: TelegramUnderTest) -> None:
    await fail(there, "REPLY A", key="a")
    await there.adapter.send(there.conversation, says("Between."), key="x")
    await there.adapter.send(there.conversation, says("REPLY A"), key="a")
    assert await there.shown(there.conversation) == ["REPLY A", "Between."]


async def test_a_topic_of_the_same_chat_is_not_written_over(there: TelegramUnderTest) -> None:
    there.server.world.topics[CUSTOMER, TOPIC] = {"name": "T", "closed": False}
    topic = place(CUSTOMER, TOPIC)
    await fail(there, "IN THE TOPIC", key="a", at=topic)
    await fail(there, "REPLY B", key="b", fault="dropped")
    await there.adapter.send(there.conversation, says("REPLY B"), key="b")
    assert await there.shown(topic) == ["IN THE TOPIC"]
    assert await there.shown(there.conversation) == ["REPLY B"]


async def test_a_process_that_hears_nothing_knows_the_newest_id(
    there: TelegramUnderTest, alone: TelegramAdapter
) -> None:
    await alone.send(there.conversation, says("Long ago."), key="k0")
    for number in range(60):
        await there.stage.write(there.conversation, f"n{number}")
    await there.until_handed(61)
    await fail(there, "REPLY", key="k1", adapter=alone)
    await alone.send(there.conversation, says("REPLY"), key="k1")
    assert await there.shown(there.conversation) == ["Long ago.", "REPLY"]


async def test_a_process_that_has_just_begun_knows_it_too(
    there: TelegramUnderTest, alone: TelegramAdapter
) -> None:
    await fail(there, "REPLY", key="k1", adapter=alone)
    await alone.send(there.conversation, says("REPLY"), key="k1")
    assert await there.shown(there.conversation) == ["REPLY"]


async def test_the_newest_id_is_known_after_a_restart(
    stage: TelegramStage, redis_client: Redis
) -> None:
    adapter, intake = an_adapter(stage, redis_client), RecordingIntake()
    async with running(adapter, intake):
        await stage.write(stage.conversation, "hello")
        await TelegramUnderTest(adapter, intake, stage).until_handed(1)
    later = an_adapter(stage, redis_client)
    there = TelegramUnderTest(later, intake, stage)
    await fail(there, "REPLY", key="k1")
    await later.send(stage.conversation, says("REPLY"), key="k1")
    await later.close()
    assert await there.shown(stage.conversation) == ["REPLY"]


async def test_the_second_copy_is_found_when_the_first_never_came(
    there: TelegramUnderTest,
) -> None:
    found = counted("found")
    await fail(there, "REPLY", key="k1", fault="dropped")
    await fail(there, "REPLY", key="k1", fault="dropped_after")
    await there.adapter.send(there.conversation, says("REPLY"), key="k1")
    assert await there.shown(there.conversation) == ["REPLY"]
    assert counted("found") - found == 1


async def test_telegram_is_left_alone_when_a_look_up_is_too_fast(
    there: TelegramUnderTest,
) -> None:
    await fail(there, "REPLY", key="k1")
    there.server.faults["editMessageText"].append(Fault(status=429, retry_after=1))
    with pytest.raises(RateLimitedError):
        await there.adapter.send(there.conversation, says("REPLY"), key="k1")
    sent = len(there.server.called("sendMessage"))
    began = time.monotonic()
    await there.adapter.send(there.conversation, says("Other."), key="k2")
    assert time.monotonic() - began > 0.5, "nothing else is sent meanwhile"
    await there.adapter.send(there.conversation, says("REPLY"), key="k1")
    assert await there.shown(there.conversation) == ["REPLY", "Other."]
    assert len(there.server.called("sendMessage")) == sent + 1


async def test_a_look_up_keeps_the_pace_and_goes_on_where_it_stopped(
    there: TelegramUnderTest, redis_client: Redis
) -> None:
    slow = Pace(overall=FAST.overall, overall_burst=1000, private=20, private_burst=1)
    adapter = an_adapter(there.stage, redis_client, pace=slow)
    for _ in range(12):
        there.server.world.next_id(CUSTOMER)
    await fail(there, "REPLY", key="k1", adapter=adapter)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await adapter.send(there.conversation, says("REPLY"), key="k1")
    await adapter.send(there.conversation, says("REPLY"), key="k1")
    await adapter.close()
    assert await there.shown(there.conversation) == ["REPLY"]
    tried = [call["message_id"] for call in there.server.called("editMessageText")]
    assert tried == sorted(set(tried))
    assert len(tried) == 13


@pytest.mark.parametrize("fault", [*UNCLEAR, "refused", "none"])
async def test_nothing_is_kept_of_a_piece_that_is_settled(
    there: TelegramUnderTest, redis_client: Redis, fault: str
) -> None:
    refusal = Fault(status=403, description="Forbidden: bot was blocked by the user")
    if fault != "none":
        there.server.faults["sendMessage"].append(UNCLEAR.get(fault, refusal))
        with pytest.raises((ConnectionLostError, DeliveryError)):
            await there.adapter.send(there.conversation, says("REPLY"), key="k1")
    if fault != "refused":
        await there.adapter.send(there.conversation, says("REPLY"), key="k1")
    store = adapter_tools(redis_client, Platform.TELEGRAM).store
    assert await store.read(f"doubts:{BOT['id']}:{CUSTOMER}") == {}
    await fail(there, "REPLY", key="k2")
    assert len(await store.read(f"doubts:{BOT['id']}:{CUSTOMER}")) == 1
