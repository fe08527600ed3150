"""No caller who is cancelled takes a connection, or another caller's turn, with it."""

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import pytest
from redis.asyncio import BlockingConnectionPool, Redis

from bot.engine.client.connection import connect
from bot.engine.client.pool import SteadyPool

SOON = 1.0
"""Seconds; whoever was forgotten would wait for 8."""


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    """A client with a single connection."""
    opened = connect(redis_url, pool_size=1, deadline_seconds=10)
    yield opened
    await opened.aclose()


@pytest.fixture
def pool(client: Redis) -> SteadyPool:
    return cast("SteadyPool", client.connection_pool)


async def test_a_caller_that_leaves_when_it_is_its_turn_passes_the_turn_on(
    pool: SteadyPool,
) -> None:
    held = await pool.get_connection()
    async with asyncio.timeout(SOON), asyncio.TaskGroup() as group:
        first = group.create_task(pool.get_connection())
        second = group.create_task(pool.get_connection())
        await asyncio.sleep(0.05)
        await BlockingConnectionPool.release(pool, held)  # at once, so that the first can't run yet
        first.cancel()
    await pool.release(second.result())


async def test_a_connection_whose_giving_back_is_cancelled_is_given_back(
    client: Redis, pool: SteadyPool
) -> None:
    held = await pool.get_connection()
    async with asyncio.TaskGroup() as group, pool._condition:
        giving = group.create_task(pool.release(held))
        await asyncio.sleep(0.01)
        giving.cancel()
        await asyncio.sleep(0.01)
    async with asyncio.timeout(SOON):
        assert await client.ping()  # pyright: ignore[reportUnknownMemberType]


async def test_a_connection_that_is_lost_on_the_way_to_its_caller_is_given_back(
    client: Redis, pool: SteadyPool
) -> None:
    async with asyncio.TaskGroup() as group:
        taking = group.create_task(pool.get_connection())
        await asyncio.sleep(0)
        taking.cancel()
    async with asyncio.timeout(SOON):
        assert await client.ping()  # pyright: ignore[reportUnknownMemberType]
