"""Slack keeps the contract of all adapters, over a socket and over HTTP."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.contracts.adapter_contract import AdapterContract
from tests.platforms.slack.under_test import SlackUnderTest, slack


class TestSlackOverASocket(AdapterContract):
    @pytest.fixture
    async def platform(self, redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
        async with slack(redis_client) as under_test:
            yield under_test


class TestSlackOverHttp(AdapterContract):
    @pytest.fixture
    async def platform(self, redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
        async with slack(redis_client, over_http=True) as under_test:
            yield under_test
