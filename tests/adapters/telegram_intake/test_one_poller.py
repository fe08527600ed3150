"""One process polls at a time, and the next takes over."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from adapters.telegram import Pace
from bot.vocabulary.errors import ConnectionLostError
from bot.vocabulary.messages import Platform
from tests.adapters.telegram_intake.kit import run_to_the_end, texts
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import TelegramStage, TelegramUnderTest, an_adapter, running
from tests.platforms.telegram.world import BOT
from tests.tools import adapter_tools

LEASE = f"polling:{BOT['id']}"


async def test_one_process_polls_and_the_next_takes_over(
    stage: TelegramStage, redis_client: Redis
) -> None:
    first, second = RecordingIntake(), RecordingIntake()
    async with running(an_adapter(stage, redis_client), second):
        await stage.ready()
        async with running(an_adapter(stage, redis_client), first) as waiting:
            await stage.write(stage.conversation, "one")
            await TelegramUnderTest(an_adapter(stage, redis_client), second, stage).until_handed(1)
            assert not waiting.done()
    assert texts(second) == ["one"]
    assert texts(first) == []
    began = time.monotonic()
    async with running(an_adapter(stage, redis_client), first):
        await stage.ready()
    assert time.monotonic() - began < 2, "a process that ends lets go of the lease"


async def test_a_process_that_died_is_replaced_when_its_lease_ends(
    stage: TelegramStage, redis_client: Redis
) -> None:
    store = adapter_tools(redis_client, Platform.TELEGRAM).store
    assert await store.lease(LEASE, "a dead process", 0.6)
    began = time.monotonic()
    adapter = an_adapter(stage, redis_client, pace=Pace(lease=0.6))
    async with running(adapter, RecordingIntake()):
        await stage.ready()
    assert 0.3 < time.monotonic() - began < 2


async def test_a_process_that_lost_its_lease_stops_polling(
    stage: TelegramStage, redis_client: Redis
) -> None:
    """It slept, and another one took over: two pollers would end each other's requests."""
    intake = RecordingIntake()
    adapter = an_adapter(stage, redis_client, pace=Pace(lease=0.4))
    async with running(adapter, intake):
        await stage.ready()
        await redis_client.set(f"rv:{{telegram}}:lease:{LEASE}", "another process", px=60_000)
        async with asyncio.timeout(2):
            while stage.server.waiting:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await stage.write(stage.conversation, "for the other one")
        await asyncio.sleep(0.2)
        assert intake.handed == []
        await redis_client.delete(f"rv:{{telegram}}:lease:{LEASE}")
        await TelegramUnderTest(adapter, intake, stage).until_handed(1)


async def test_another_poller_is_named(stage: TelegramStage, redis_client: Redis) -> None:
    stage.server.faults["getUpdates"].append(Fault(status=409, description="Conflict: other"))
    with pytest.raises(ConnectionLostError, match="Another program"):
        await run_to_the_end(an_adapter(stage, redis_client))


async def test_two_pollers_without_a_common_store_are_named(
    stage: TelegramStage, redis_client: Redis
) -> None:
    async def poll_elsewhere() -> None:
        await stage.ready()
        await stage.server.poll_from_elsewhere()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(poll_elsewhere())
        with pytest.raises(ConnectionLostError, match="Another program"):
            await run_to_the_end(an_adapter(stage, redis_client))
