"""What adapters borrow: the memory of sends, shared rate limits, fields and leases, on real servers."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.engine.tools import build_tools
from bot.vocabulary.messages import Platform
from bot.vocabulary.tools import AdapterTools, Limit


@pytest.fixture
def tools(redis_client: Redis) -> AdapterTools:
    return build_tools(redis_client, Platform.SLACK, deadline=5)


async def test_a_piece_is_begun_once(tools: AdapterTools) -> None:
    assert await tools.sends.begin("k1", 0) is None
    again = await tools.sends.begin("k1", 0)
    assert again is not None
    assert again.message_id is None
    assert abs(datetime.now(UTC) - again.begun_at) < timedelta(minutes=1)
    assert await tools.sends.begin("k1", 1) is None, "another piece of the same delivery"
    assert await tools.sends.begin("k2", 0) is None, "another delivery"


async def test_a_shown_piece_is_remembered_with_its_id(tools: AdapterTools) -> None:
    await tools.sends.begin("k1", 0)
    await tools.sends.begin("k1", 10)
    await tools.sends.finish("k1", "m10", 10)
    await tools.sends.finish("k1", "m0", 0)
    again = await tools.sends.begin("k1", 0)
    assert again is not None
    assert again.message_id == "m0"
    assert dict(await tools.sends.shown("k1")) == {0: "m0", 10: "m10"}
    assert dict(await tools.sends.shown("k9")) == {}


async def test_a_refused_piece_can_be_begun_again(tools: AdapterTools) -> None:
    await tools.sends.begin("k1", 0)
    await tools.sends.forget("k1", 0)
    assert await tools.sends.begin("k1", 0) is None


async def test_of_many_only_one_begins(tools: AdapterTools) -> None:
    begun = await asyncio.gather(*(tools.sends.begin("k1", 0) for _ in range(50)))
    assert begun.count(None) == 1


async def test_a_bucket_gives_its_burst_and_then_its_rate(tools: AdapterTools) -> None:
    limit = Limit(scope="c1", rate=20, burst=3)
    waits = [await tools.limits.take(limit) for _ in range(4)]
    assert waits[:3] == [0, 0, 0]
    assert 0 < waits[3] <= 1 / 20
    await asyncio.sleep(waits[3] + 0.005)
    assert await tools.limits.take(limit) == 0


async def test_processes_share_a_bucket(redis_client: Redis) -> None:
    limit = Limit(scope="c1", rate=0.01, burst=5)
    workers = [build_tools(redis_client, Platform.SLACK, deadline=5) for _ in range(4)]
    waits = await asyncio.gather(*(worker.limits.take(limit) for worker in workers * 5))
    assert waits.count(0) == 5
    other = build_tools(redis_client, Platform.DISCORD, deadline=5)
    assert await other.limits.take(limit) == 0, "another platform has buckets of its own"


async def test_nothing_is_taken_unless_every_bucket_gives(tools: AdapterTools) -> None:
    narrow, wide = Limit(scope="n", rate=0.01), Limit(scope="w", rate=0.01, burst=2)
    assert await tools.limits.take(narrow, wide) == 0
    assert await tools.limits.take(narrow, wide) > 90
    assert await tools.limits.take(wide) == 0, "its second token was left alone"
    assert await tools.limits.take(wide) > 0


async def test_a_paused_bucket_gives_nothing(tools: AdapterTools) -> None:
    limit = Limit(scope="c1", rate=1000, burst=1000)
    await tools.limits.pause("c1", 0.2)
    await tools.limits.pause("c1", 0.01)
    assert 0.1 < await tools.limits.take(limit) <= 0.2, "the longer pause holds"
    await asyncio.sleep(0.21)
    assert await tools.limits.take(limit) == 0


async def test_fields_are_kept_by_section_and_platform(redis_client: Redis) -> None:
    slack = build_tools(redis_client, Platform.SLACK, deadline=5).store
    await slack.put("cursors", {"a": "1", "b": "2"})
    await slack.put("cursors", {"b": "3"})
    assert dict(await slack.read("cursors")) == {"a": "1", "b": "3"}
    assert await slack.get("cursors", "a") == "1"
    assert await slack.get("others", "a") is None
    await slack.drop("cursors", ["a", "z"])
    assert dict(await slack.read("cursors")) == {"b": "3"}
    discord = build_tools(redis_client, Platform.DISCORD, deadline=5).store
    assert dict(await discord.read("cursors")) == {}


async def test_a_lease_has_one_holder_until_it_ends(tools: AdapterTools) -> None:
    assert await tools.store.lease("gateway", "one", 0.1)
    assert await tools.store.lease("gateway", "one", 0.1), "it may renew"
    assert not await tools.store.lease("gateway", "two", 0.1)
    await asyncio.sleep(0.12)
    assert await tools.store.lease("gateway", "two", 0.1)
    assert not await tools.store.lease("gateway", "one", 0.1)
