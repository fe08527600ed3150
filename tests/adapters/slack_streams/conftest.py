"""Slack with a customer who has asked, in a thread of a channel and of the agent view."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.adapters.slack_streams.kit import asked_in
from tests.platforms.slack.under_test import SlackUnderTest, slack


@pytest.fixture(params=["channel", "direct"])
async def platform(
    redis_client: Redis, request: pytest.FixtureRequest
) -> AsyncIterator[SlackUnderTest]:
    async with slack(redis_client, draft_seconds=0.0) as under_test:
        await asked_in(under_test, request.param)
        yield under_test
        assert under_test.server.methods.open_streams() == []
