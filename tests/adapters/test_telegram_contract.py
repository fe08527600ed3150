"""Telegram keeps the contract of all adapters, by long polling and by webhook."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from tests.contracts.adapter_contract import AdapterContract
from tests.contracts.kit import PlatformUnderTest
from tests.platforms.telegram.stage import TelegramUnderTest, telegram


class TestTelegram(AdapterContract):
    @pytest.fixture(params=["polling", "webhook"])
    async def platform(
        self, request: pytest.FixtureRequest, redis_client: Redis
    ) -> AsyncIterator[TelegramUnderTest]:
        async with telegram(redis_client, webhook=request.param == "webhook") as under_test:
            yield under_test

    @override
    async def test_a_deletion_names_the_message_that_it_takes_back(
        self, platform: PlatformUnderTest
    ) -> None:
        pytest.skip("Telegram tells no bot of deletions: there is nothing to name")
