"""Telegram's stage, and a bot on it that has just heard from its customer."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.platforms.telegram.stage import (
    TelegramStage,
    TelegramUnderTest,
    telegram,
    telegram_stage,
)


@pytest.fixture
async def there(redis_client: Redis) -> AsyncIterator[TelegramUnderTest]:
    """A bot that has just heard from its customer."""
    async with telegram(redis_client) as under_test:
        await under_test.stage.write(under_test.conversation, "Do you ship to Spain?")
        await under_test.until_handed(1)
        yield under_test


@pytest.fixture
async def stage() -> AsyncIterator[TelegramStage]:
    async with telegram_stage() as stage:
        yield stage
