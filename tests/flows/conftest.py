"""What several flows start from."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.flows.agents import Desk
from tests.platforms.opening import PLATFORMS, open_stage


@pytest.fixture(params=PLATFORMS, ids=str)
async def desk(
    request: pytest.FixtureRequest,
    redis_client: Redis,  # noqa: ARG001 - empties the database
    redis_url: str,
    tmp_path: Path,
) -> AsyncIterator[Desk]:
    async with open_stage(request.param) as stage:
        desk = Desk(stage, redis_url, tmp_path)
        await desk.start()
        yield desk
        await desk.stop()
