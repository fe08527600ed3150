"""A bot whose desk's group is known, and one that has none."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.platforms.telegram.stage import (
    TelegramStage,
    TelegramUnderTest,
    telegram,
    telegram_stage,
)
from tests.platforms.telegram.world import GROUP


@pytest.fixture
async def there(redis_client: Redis) -> AsyncIterator[TelegramUnderTest]:
    async with telegram(redis_client) as under_test:
        await under_test.adapter.locate(str(GROUP))
        yield under_test


@pytest.fixture
async def stage() -> AsyncIterator[TelegramStage]:
    async with telegram_stage() as stage:
        yield stage
