"""Events reach the core once each, in order, while the gateway keeps the session."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from tests.adapters.discord_gateway.kit import heard, texts
from tests.contracts.kit import PlatformEvent, RecordingIntake
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import adapter_for, running
from tests.platforms.discord.stage import QUICK, DiscordStage, DiscordUnderTest


async def test_a_cut_connection_is_resumed(platform: DiscordUnderTest) -> None:
    stage, gateway = platform.stage, platform.stage.server.gateway
    await stage.write(stage.conversation, "before")
    await heard(platform.intake, "before")
    gateway.drop()
    await stage.write(stage.conversation, "while away")
    await heard(platform.intake, "before", "while away")
    assert len(gateway.identifies) == 1
    assert len(gateway.resumes) == 1


async def test_a_requested_reconnect_resumes(platform: DiscordUnderTest) -> None:
    gateway = platform.stage.server.gateway
    await gateway.tell({"op": 7, "d": None, "t": None, "s": None})
    await until(lambda: gateway.resumes)
    await platform.stage.write(platform.stage.conversation, "after")
    await heard(platform.intake, "after")
    assert len(gateway.identifies) == 1


@pytest.mark.parametrize("code", [4000, 4009, 1000, 1001])
async def test_a_closed_connection_goes_on(platform: DiscordUnderTest, code: int) -> None:
    gateway = platform.stage.server.gateway
    await gateway.close(code)
    await platform.stage.write(platform.stage.conversation, "after")
    await heard(platform.intake, "after")


async def test_a_session_outlives_the_process(stage: DiscordStage, redis_client: Redis) -> None:
    intake = RecordingIntake()
    async with running(stage, redis_client, intake=intake) as platform:
        assert await platform.receive(PlatformEvent(id="event-0001", text="before"))
    assert stage.server.gateway.close_codes[-1] not in {1000, 1001}
    await stage.write(stage.conversation, "while down")
    async with running(stage, redis_client, intake=intake):
        await heard(intake, "before", "while down")
    assert len(stage.server.gateway.identifies) == 1


async def test_what_was_not_stored_comes_again_after_a_crash(
    stage: DiscordStage, redis_client: Redis
) -> None:
    async with running(stage, redis_client) as platform:
        await platform.settle()
        platform.intake.failing = True
        for text in ("one", "two"):
            await stage.write(stage.conversation, text)
        await asyncio.sleep(0.1)
        assert platform.intake.handed == []
    intake = RecordingIntake()
    async with running(stage, redis_client, intake=intake):
        await heard(intake, "one", "two")


async def test_nothing_overtakes_what_could_not_be_stored(platform: DiscordUnderTest) -> None:
    platform.intake.failing = True
    for text in ("one", "two", "three"):
        await platform.stage.write(platform.stage.conversation, text)
    await asyncio.sleep(0.1)
    platform.intake.failing = False
    await heard(platform.intake, "one", "two", "three")


async def test_a_second_process_waits_and_takes_over(
    stage: DiscordStage, redis_client: Redis
) -> None:
    waiting = adapter_for(stage, redis_client)
    intake = RecordingIntake()
    async with running(stage, redis_client) as platform:
        second = asyncio.create_task(waiting.run(intake))
        await platform.receive(PlatformEvent(id="event-0001", text="first"))
        assert stage.server.gateway.lines == 1
    await stage.write(stage.conversation, "second")
    await until(lambda: texts(intake)[-1:] == ["second"], seconds=10)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    await waiting.close()


async def test_a_stopped_process_lets_the_next_one_in_at_once(
    stage: DiscordStage, redis_client: Redis
) -> None:
    patient = replace(QUICK, lease=600.0)
    async with running(stage, redis_client, pace=patient):
        pass
    async with asyncio.timeout(5), running(stage, redis_client, pace=patient):
        pass
