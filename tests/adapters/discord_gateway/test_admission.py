"""Whether the gateway lets the bot in: tokens, intents, and how often a day it may ask."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from adapters.discord.progress import A_DAY, DAY, IdentifyBudget, identify_delay
from bot.vocabulary.errors import AuthenticationError, ConnectionLostError
from bot.vocabulary.messages import Platform
from tests.adapters.discord_gateway.kit import heard, run_to_the_end
from tests.contracts.kit import RecordingIntake
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import adapter_for, running
from tests.platforms.discord.stage import DiscordStage, DiscordUnderTest
from tests.platforms.discord.world import BOT, CHANNEL, CUSTOMER, DIRECT
from tests.tools import adapter_tools


async def test_a_gateway_that_refuses_at_first_is_tried_again(
    stage: DiscordStage, redis_client: Redis
) -> None:
    stage.server.gateway.refuses = True
    adapter, intake = adapter_for(stage, redis_client), RecordingIntake()
    task = asyncio.create_task(adapter.run(intake))
    await asyncio.sleep(0.2)
    stage.server.gateway.refuses = False
    await until(lambda: stage.server.gateway.sessions)
    await stage.write(stage.conversation, "hello")
    await heard(intake, "hello")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await adapter.close()


async def test_a_wrong_token_stops_it(stage: DiscordStage, redis_client: Redis) -> None:
    stage.settings["token"] = "wrong"  # noqa: S105
    with pytest.raises(AuthenticationError, match="RELEVO_DISCORD__TOKEN") as error:
        await run_to_the_end(stage, redis_client)
    assert "wrong" not in str(error.value)
    assert stage.server.gateway.identifies == []


async def test_a_token_that_the_gateway_refuses_stops_it(
    stage: DiscordStage, redis_client: Redis
) -> None:
    stage.server.gateway.close_at_identify.append(4004)
    with pytest.raises(AuthenticationError):
        await run_to_the_end(stage, redis_client)
    assert len(stage.server.gateway.identifies) == 1


async def test_a_dead_api_is_told(stage: DiscordStage, redis_client: Redis) -> None:
    stage.settings["api_url"] = "http://127.0.0.1:9/api/v10"
    with pytest.raises(ConnectionLostError):
        await run_to_the_end(stage, redis_client)


@pytest.fixture
async def unprivileged(stage: DiscordStage, redis_client: Redis) -> AsyncIterator[DiscordUnderTest]:
    stage.server.world.application_flags = 0
    async with running(stage, redis_client) as platform:
        await platform.settle()
        yield platform


async def test_direct_messages_and_mentions_need_no_privilege(
    unprivileged: DiscordUnderTest,
) -> None:
    world = unprivileged.stage.server.world
    world.say(DIRECT, CUSTOMER, "direct")
    world.say(CHANNEL, CUSTOMER, "unheard")
    world.say(CHANNEL, CUSTOMER, f"<@{BOT}> asked")
    await heard(unprivileged.intake, "direct", "asked")


async def test_an_intent_that_is_refused_is_not_asked_for_again(
    stage: DiscordStage, redis_client: Redis
) -> None:
    stage.server.gateway.close_at_identify.append(4014)
    adapter, intake = adapter_for(stage, redis_client), RecordingIntake()
    with pytest.raises(ConnectionLostError):
        await asyncio.wait_for(adapter.run(intake), 5)
    task = asyncio.create_task(adapter.run(intake))
    await until(lambda: stage.server.gateway.sessions)
    first, second = (wish["intents"] for wish in stage.server.gateway.identifies)
    assert first & (1 << 15)
    assert not second & (1 << 15)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await adapter.close()


async def test_every_identify_is_counted(platform: DiscordUnderTest) -> None:
    gateway = platform.stage.server.gateway
    for count in (1, 2):
        await until(lambda count=count: len(gateway.identifies) == count)
        budget = IdentifyBudget(platform.tools.store, spacing=0.0)
        assert await budget.left(time.time()) == A_DAY - count
        gateway.forget_sessions()
        gateway.drop()


def identifies_in_a_day(spacing: float) -> int:
    """Identify as often as allowed, for a day of a crash loop."""
    now, times = 0.0, list[float]()
    while True:
        now += identify_delay([one for one in times if one > now - DAY], now, spacing=spacing)
        if now >= DAY:
            return len(times)
        times.append(now)


def test_a_crash_loop_can_not_use_up_the_day() -> None:
    assert identifies_in_a_day(5.5) <= A_DAY
    assert identify_delay([0.0] * A_DAY, 10.0, spacing=5.5) == DAY - 10.0
    assert identify_delay([], 0.0, spacing=5.5) == 0.0


async def test_a_crash_loop_is_slowed_down_across_restarts(redis_client: Redis) -> None:
    store = adapter_tools(redis_client, Platform.DISCORD).store
    for number in range(20):
        await IdentifyBudget(store, spacing=5.5).spend(1000.0 + number)
    assert await IdentifyBudget(store, spacing=5.5).delay(1020.0) == pytest.approx(119.0)
    assert await IdentifyBudget(store, spacing=5.5).left(1020.0) == A_DAY - 20
