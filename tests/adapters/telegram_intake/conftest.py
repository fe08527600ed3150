"""Telegram's stage, and a bot on it that polls or that Telegram calls."""

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
    async with telegram(redis_client) as under_test:
        yield under_test


@pytest.fixture
async def called(redis_client: Redis) -> AsyncIterator[TelegramUnderTest]:
    """A bot that Telegram calls."""
    async with telegram(redis_client, webhook=True) as under_test:
        yield under_test


@pytest.fixture
async def stage() -> AsyncIterator[TelegramStage]:
    async with telegram_stage() as stage:
        yield stage
