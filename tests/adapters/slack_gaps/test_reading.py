"""How far back a gap is read, and that no place is passed over, whatever goes wrong meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.slack import backfill
from bot.engine.keys import WEEK_SECONDS
from bot.vocabulary.messages import Platform
from bot.vocabulary.tools import AdapterStore
from tests.adapters.slack_gaps.kit import (
    CHANNEL,
    DAY,
    HISTORY,
    MINUTE,
    REPLIES,
    ago,
    interrupt,
    let_go_on,
    old_post,
    texts,
    until,
)
from tests.contracts.kit import says
from tests.platforms.slack.faults import BROKEN, DROPPED, Fault, limited, refusal
from tests.platforms.slack.stage import DIRECT, place
from tests.platforms.slack.under_test import SlackUnderTest, slack
from tests.tools import adapter_tools


@pytest.fixture
def store(redis_client: Redis) -> AdapterStore:
    return adapter_tools(redis_client, Platform.SLACK).store


async def heard_last(store: AdapterStore, seconds: float) -> None:
    """Let the direct conversation have been heard last some time ago."""
    await store.put("places", {f"{DIRECT}:": f"{ago(seconds)} {ago(seconds)}"})


@asynccontextmanager
async def reading(
    platform: SlackUnderTest, *, since: float = 0.0, a_minute: int = backfill.A_MINUTE
) -> AsyncGenerator[None]:
    """Read after a gap that began some time ago, until the block ends."""
    adapter, reception = platform.adapter, platform.adapter._reception
    assert reception is not None
    reader = backfill.Backfill(
        adapter._sending, adapter._places, adapter._tools.limits, a_minute=a_minute
    )
    reader.announce(float(ago(since)))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(reader.serve(reception.catch_up))
        yield
        task.cancel()


def test_nothing_is_fetched_that_the_inbox_has_forgotten() -> None:
    assert backfill.OLDEST_SECONDS + DAY / 2 <= WEEK_SECONDS


async def test_what_is_too_old_is_not_fetched(redis_client: Redis, store: AdapterStore) -> None:
    async with slack(redis_client) as platform:
        for days in (8.0, 6.5, 5.5):
            old_post(platform, f"{days} days ago", days * DAY)
        await heard_last(store, 9 * DAY)
        await interrupt(platform)
        platform.stage.post(platform.conversation, "missed")
        await let_go_on(platform)
        await until(lambda: "missed" in texts(platform))
        assert texts(platform) == ["5.5 days ago", "missed"]


async def test_the_old_head_of_a_thread_is_not_fetched(
    redis_client: Redis, store: AdapterStore
) -> None:
    async with slack(redis_client) as platform:
        head = old_post(platform, "answered long ago", 20 * DAY)
        thread = place(DIRECT, head["ts"])
        await store.put("places", {f"{DIRECT}:{head['ts']}": f"{head['ts']} {ago(DAY)}"})
        await interrupt(platform)
        platform.stage.post(thread, "missed")
        await let_go_on(platform)
        await until(lambda: "missed" in texts(platform))
        assert texts(platform) == ["missed"]


async def test_a_reaction_that_was_missed_moves_no_beginning(redis_client: Redis) -> None:
    async with slack(redis_client) as platform:
        sent = await platform.adapter.send(platform.conversation, says("Well?"), key="k1")
        platform.intake.failing = True
        event = platform.stage.reaction_event(platform.conversation, sent.message_id, "+1")
        assert not (await platform.server.tell("events_api", event)).acknowledged
        platform.intake.failing = False
        await asyncio.sleep(1.5)
        assert platform.server.asked(HISTORY) == []


@pytest.mark.parametrize("fault", [DROPPED, BROKEN, limited(1), refusal("internal_error")])
async def test_a_place_that_can_not_be_read_now_is_read_later(
    redis_client: Redis, fault: Fault
) -> None:
    async with slack(redis_client) as platform:
        await platform.stage.write(platform.conversation, "before")
        opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k1")
        await interrupt(platform)
        platform.stage.post(platform.conversation, "missed")
        platform.stage.post(opened.conversation, "a note")
        platform.server.faults.add(HISTORY, fault, fault)
        platform.server.faults.add(REPLIES, fault)
        await let_go_on(platform)
        await until(lambda: {"missed", "a note"} <= set(texts(platform)))
        assert len(platform.server.asked(HISTORY)) == 3


async def test_a_message_that_comes_first_hides_no_gap(
    redis_client: Redis, store: AdapterStore
) -> None:
    async with slack(redis_client) as platform:
        await heard_last(store, 40 * MINUTE)
        old_post(platform, "could not be stored", 30 * MINUTE)
        event = platform.stage.events_of(
            platform.conversation, old_post(platform, "nor this", 25 * MINUTE)
        )[0]
        platform.intake.failing = True
        assert not (
            await platform.server.tell("events_api", platform.server.event(event))
        ).acknowledged
        await heard_last(store, 0)
        platform.intake.failing = False
        await until(lambda: "nor this" in texts(platform))
        assert "could not be stored" in texts(platform)


async def test_a_long_gap_is_read_from_its_beginning(redis_client: Redis) -> None:
    async with slack(redis_client) as platform:
        old_post(platform, "in the gap", 30 * MINUTE)
        await platform.stage.write(platform.conversation, "after it")
        async with reading(platform, since=40 * MINUTE):
            await until(lambda: "in the gap" in texts(platform))


async def test_all_places_are_read_however_many(redis_client: Redis, store: AdapterStore) -> None:
    async with slack(redis_client) as platform:
        channel = platform.server.workspace.add_channel(CHANNEL)
        heads = [ago(number) for number in range(250)]
        user = platform.stage.customer.user_id
        for ts in heads:
            channel.messages[ts] = {"type": "message", "user": user, "text": "head", "ts": ts}
        await store.put("places", {f"{CHANNEL}:{ts}": f"{ts} {ts}" for ts in heads})
        async with reading(platform, a_minute=60_000):
            await until(lambda: {it["ts"] for it in platform.server.asked(REPLIES)} == set(heads))


async def test_no_more_than_twenty_places_are_read_at_once(
    redis_client: Redis, store: AdapterStore
) -> None:
    async with slack(redis_client) as platform:
        platform.server.workspace.add_channel(CHANNEL)
        await store.put("places", {f"{CHANNEL}:{n}.5": f"{ago(n)} {ago(n)}" for n in range(60)})
        await interrupt(platform)
        await let_go_on(platform)
        await until(lambda: len(platform.server.asked(REPLIES)) >= 20)
        await asyncio.sleep(1.0)
        assert len(platform.server.asked(REPLIES)) == 20
        asked = [it["ts"] for it in platform.server.asked(REPLIES)]
        assert asked == [f"{n}.5" for n in range(20)], "the most recently heard come first"


async def test_a_malformed_message_of_the_history_hides_no_other(
    redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with slack(redis_client) as platform:
        await platform.stage.write(platform.conversation, "before")
        old_post(platform, "missed", MINUTE)
        call = platform.adapter._api.call

        async def with_odd_ones(method: str, **arguments: object) -> Mapping[str, Any]:
            told = await call(method, **arguments)
            if method != HISTORY:
                return told
            odd = [{"ts": "soon"}, {"text": "hi"}, "hi", None, {"ts": ago(9), "latest_reply": "x"}]
            return {**told, "messages": [*odd, *told["messages"]]}

        monkeypatch.setattr(platform.adapter._api, "call", with_odd_ones)
        async with reading(platform):
            await until(lambda: "missed" in texts(platform))
        assert len(platform.server.asked(HISTORY)) == 1
