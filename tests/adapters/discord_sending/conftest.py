"""Discord's stage on which nobody was pinged, and an adapter that only sends."""

from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from tests.platforms.discord.fixtures import stage
from tests.platforms.discord.kit import adapter_for
from tests.platforms.discord.stage import DiscordStage

__all__ = ["adapter", "nobody_is_disturbed", "stage"]


@pytest.fixture(autouse=True)
def nobody_is_disturbed(stage: DiscordStage) -> Iterator[None]:
    yield
    assert stage.pings() == 0
    assert stage.unfurls() == 0


@pytest.fixture
async def adapter(stage: DiscordStage, redis_client: Redis) -> AsyncIterator[DiscordAdapter]:
    """An adapter that only sends, as in a worker process."""
    adapter = adapter_for(stage, redis_client)
    yield adapter
    await adapter.close()
