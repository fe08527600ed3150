"""Slack with a channel and one more person, over a socket and over HTTP."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.adapters.slack_events.kit import CHANNEL, OTHER
from tests.platforms.slack.under_test import SlackUnderTest, slack


@pytest.fixture(params=["socket", "http"])
async def platform(
    redis_client: Redis, request: pytest.FixtureRequest
) -> AsyncIterator[SlackUnderTest]:
    async with slack(redis_client, over_http=request.param == "http") as under_test:
        under_test.server.workspace.add_channel(CHANNEL)
        under_test.server.workspace.add_user(OTHER.user_id, OTHER.name, locale="es-ES")
        yield under_test
