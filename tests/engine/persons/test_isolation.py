"""A small crowd on two workers: nobody gets another's words; see ``python -m benchmarks isolation``."""

import logging

import pytest
from redis.asyncio import Redis

from bot.engine.client.connection import connect
from tests.isolation import Crowd, two_workers
from tests.memory_kit import everything_in


async def test_nobody_gets_anothers_words(
    redis_client: Redis, redis_url: str, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    other = connect(redis_url, pool_size=16, deadline_seconds=5)
    crowd = Crowd(seed, 12, await two_workers([redis_client, other]), redis_client)
    result = await crowd.act(400, at_once=8)
    await crowd.misroute(20)
    await other.aclose()
    assert result.crossings == []
    assert (result.lost, result.decrypted) == (0, 0)
    assert result.shown > 100, "the crowd has seen nothing, so it proves nothing"
    assert {"learn", "recall", "recall_in_group", "link", "unlink"} <= set(result.done)
    assert "cnry" not in caplog.text
    assert b"cnry" not in await everything_in(redis_client)
