"""An argument is completed by the core while it is typed, and in time or not at all."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.standing import Completing, CompletionRequest
from tests.adapters.discord_steering.kit import IN_CHANNEL
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import running
from tests.platforms.discord.stage import QUICK, DiscordStage, DiscordUnderTest
from tests.platforms.discord.steering import complete
from tests.platforms.discord.world import AGENT

SETTING = (["settings", "set"], {"setting": "escal"})


async def offered(platform: DiscordUnderTest) -> list[str]:
    """What Discord is told while the agent types."""
    stage, world = platform.stage, platform.stage.server.world
    count = len(world.callbacks)
    words, values = SETTING
    complete(stage, IN_CHANNEL, words, values, stage.agent)
    await until(lambda: len(world.callbacks) > count)
    assert world.callbacks[-1]["type"] == 8
    return [one["value"] for one in world.callbacks[-1]["data"]["choices"]]


async def test_the_core_completes_it(platform: DiscordUnderTest) -> None:
    asked: list[CompletionRequest] = []
    paths = [f"escalation.rule_{number}" for number in range(30)]

    async def complete(request: CompletionRequest) -> Sequence[str]:
        asked.append(request)
        return ["x" * 101, *paths]

    assert isinstance(platform.adapter, Completing)
    platform.adapter.complete = complete
    assert await offered(platform) == paths[:25]
    [request] = asked
    assert (request.command, request.argument, request.typed) == (
        "settings_set",
        "setting",
        "escal",
    )
    assert (request.author.user_id, request.author.is_external) == (AGENT, False)
    assert request.place == IN_CHANNEL
    platform.stage.server.world.members[AGENT]["pending"] = True
    await offered(platform)
    assert asked[-1].author.is_external
    assert platform.intake.handed == []


async def test_until_somebody_completes_nothing_is_offered(platform: DiscordUnderTest) -> None:
    assert await offered(platform) == []


async def late(_request: CompletionRequest) -> Sequence[str]:
    await asyncio.sleep(30)
    return ["late"]


async def broken(_request: CompletionRequest) -> Sequence[str]:
    raise StateUnavailableError("Redis is away.")


@pytest.mark.parametrize("complete", [late, broken])
async def test_without_an_answer_in_time_nothing_is_offered(
    stage: DiscordStage,
    redis_client: Redis,
    complete: Callable[[CompletionRequest], Awaitable[Any]],
) -> None:
    async with running(stage, redis_client, pace=replace(QUICK, answer=0.05)) as platform:
        await platform.settle()
        platform.adapter.complete = complete
        assert await offered(platform) == []


async def test_what_is_no_argument_any_more_offers_nothing(platform: DiscordUnderTest) -> None:
    stage, world = platform.stage, platform.stage.server.world
    data = {"id": "1", "name": "relevo", "type": 1, "options": [{"type": 1, "name": "status"}]}
    stage.interact(IN_CHANNEL, 4, data, stage.agent)
    await until(lambda: world.callbacks)
    assert world.callbacks[-1]["data"]["choices"] == []
