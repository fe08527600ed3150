"""The rooms over a small company: two topics, two teams, two agents."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.admin.rooms_kit import PEOPLE, Chamber, a_chamber


@pytest.fixture
async def chamber(redis_client: Redis, tmp_path: Path) -> Chamber:
    return await a_chamber(redis_client, tmp_path, **PEOPLE)
