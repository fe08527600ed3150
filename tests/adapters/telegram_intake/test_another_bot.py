"""Another bot in the same store, after the first one or beside it: what is known of one is not of the other."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.adapters.telegram_intake.kit import RATED, message_of, texts
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.stage import (
    TelegramStage,
    TelegramUnderTest,
    an_adapter,
    running,
    telegram_stage,
)

SECOND = "4712000:AAanother-token_0123456789abcdefg"


@pytest.fixture
async def second() -> AsyncIterator[TelegramStage]:
    """Telegram as another bot sees it."""
    async with telegram_stage(SECOND) as stage:
        yield stage


async def test_a_bot_that_takes_over_loses_none_of_its_updates(
    stage: TelegramStage, second: TelegramStage, redis_client: Redis
) -> None:
    """The old one's offset would confirm the new one's updates without handing them on."""
    before, after = RecordingIntake(), RecordingIntake()
    async with running(an_adapter(stage, redis_client), before):
        await stage.ready()
        update = await stage.server.emit(message=message_of(stage, "to the old one"))
        assert await stage.server.until_confirmed(update["update_id"], seconds=2)
    waiting = {"update_id": 7, "message": message_of(second, "to the new one")}
    await second.server.push(waiting)
    adapter = an_adapter(second, redis_client)
    async with running(adapter, after):
        await TelegramUnderTest(adapter, after, second).until_handed(1)
    assert texts(after) == ["to the new one"]


async def test_two_bots_poll_side_by_side(
    stage: TelegramStage, second: TelegramStage, redis_client: Redis
) -> None:
    intakes = RecordingIntake(), RecordingIntake()
    async with (
        running(an_adapter(stage, redis_client), intakes[0]),
        running(an_adapter(second, redis_client), intakes[1]),
        asyncio.timeout(5),
    ):
        await stage.ready()
        await second.ready()


async def test_a_bot_that_takes_over_sets_its_own_menus(
    stage: TelegramStage, second: TelegramStage, redis_client: Redis
) -> None:
    for there in (stage, second):
        async with running(an_adapter(there, redis_client), RecordingIntake()):
            async with asyncio.timeout(2):
                await there.server.until_called("setMyCommands", times=2)


async def test_a_message_of_one_bot_is_not_taken_for_the_others(
    stage: TelegramStage, second: TelegramStage, redis_client: Redis
) -> None:
    adapter, intake = an_adapter(stage, redis_client), RecordingIntake()
    sent = await adapter.send(stage.conversation, RATED, key="k1")
    await adapter.close()
    other = an_adapter(second, redis_client)
    async with running(other, intake):
        await second.ready()
        await second.react(second.conversation, sent.message_id, "up")
        update = await second.server.emit(message=message_of(second, "after"))
        assert await second.server.until_confirmed(update["update_id"], seconds=2)
    assert texts(intake) == ["after"]
