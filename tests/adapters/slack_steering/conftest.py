"""Slack with a public channel and an admin, whose fields are completed; ``either`` over HTTP too."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from tests.adapters.slack_steering.kit import ADMIN, CHANNEL, Offers
from tests.platforms.slack.under_test import SlackUnderTest, slack


@asynccontextmanager
async def _workspace(
    redis: Redis, offers: Offers, *, over_http: bool
) -> AsyncGenerator[SlackUnderTest]:
    async with slack(redis, over_http=over_http, complete=offers.complete) as under_test:
        workspace = under_test.server.workspace
        workspace.add_channel(CHANNEL)
        workspace.add_user(ADMIN.user_id, ADMIN.name, locale="es-ES", is_admin=True)
        yield under_test


@pytest.fixture
def offers() -> Offers:
    return Offers()


@pytest.fixture
async def platform(redis_client: Redis, offers: Offers) -> AsyncIterator[SlackUnderTest]:
    async with _workspace(redis_client, offers, over_http=True) as under_test:
        yield under_test


@pytest.fixture(params=["socket", "http"])
async def either(
    redis_client: Redis, request: pytest.FixtureRequest, offers: Offers
) -> AsyncIterator[SlackUnderTest]:
    async with _workspace(redis_client, offers, over_http=request.param == "http") as under_test:
        yield under_test
