"""Slack's threads under the adapters' contract."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.adapters.slack_streams.kit import asked_in
from tests.contracts.adapter_contract import AdapterContract
from tests.platforms.slack.under_test import SlackUnderTest, slack


class TestSlackInAThreadOfAChannel(AdapterContract):
    @pytest.fixture
    async def platform(self, redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
        async with slack(redis_client, draft_seconds=0.0) as under_test:
            await asked_in(under_test, "channel")
            yield under_test


class TestSlackInADirectThread(AdapterContract):
    @pytest.fixture
    async def platform(self, redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
        async with slack(redis_client, draft_seconds=0.0) as under_test:
            await asked_in(under_test, "direct")
            yield under_test
