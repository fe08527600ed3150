"""Discord's stage, and an adapter that is connected to it and knows its desk.

They are for a folder's ``conftest.py``, which imports them.
"""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.platforms.discord.kit import running
from tests.platforms.discord.stage import DiscordStage, DiscordUnderTest, discord_stage


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with discord_stage() as stage:
        yield stage


@pytest.fixture
async def platform(stage: DiscordStage, redis_client: Redis) -> AsyncIterator[DiscordUnderTest]:
    async with running(stage, redis_client) as platform:
        await platform.adapter.locate(stage.channel.channel_id)
        await platform.settle()
        yield platform
