"""Each lane in order and each message once, whatever mood a platform is in."""

import asyncio
from collections import deque

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.engine.client.connection import connect, run_command
from bot.engine.engine import EngineOptions
from bot.engine.keys import ConversationKeys
from bot.engine.outbox import UNSEEN
from bot.engine.sender import AUTHENTICATION_RETRY_SECONDS, DEADLY_TRIES
from bot.engine.tools import build_tools
from bot.vocabulary.messages import Platform
from tests.builders import a_conversation, a_message
from tests.engine.outbox.kit import CUSTOMER, LANE, PASSING, QUICK, MoodyPlatform, delivered, stored
from tests.engine_kit import EchoHandler, NotingScheduler, build_engine, is_idle
from tests.fakes import RecordingAdapter


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moods=st.lists(st.sampled_from((*PASSING, "never")), max_size=8))
def test_a_lane_is_shown_in_order_and_once_whatever_happens(
    redis_url: str, moods: list[str]
) -> None:
    async def try_it() -> None:
        redis = connect(redis_url, pool_size=8, deadline_seconds=5)
        await run_command(redis, "FLUSHDB")
        texts = ["one", "two", "three"]
        await stored(redis, texts)
        platform = MoodyPlatform(moods=deque(moods))
        await delivered(build_engine(redis, platform, EchoHandler(), options=QUICK), redis)
        await redis.aclose()
        shown = platform.texts(CUSTOMER)
        refused = moods.count("never") - list(platform.moods).count("never")
        assert shown == [text for text in texts if text in shown], "out of order, or twice"
        assert len(shown) >= len(texts) - refused, "lost without the platform refusing it"
        assert platform.tries == sorted(platform.tries, key=texts.index), "overtaken"

    asyncio.run(try_it())


@pytest.mark.parametrize("mood", PASSING[1:])
async def test_a_mood_that_passes_costs_nothing_but_time(redis_client: Redis, mood: str) -> None:
    await stored(redis_client, ["one", "two"])
    platform, scheduler = MoodyPlatform(moods=deque([mood])), NotingScheduler()
    engine = build_engine(redis_client, platform, EchoHandler(), scheduler=scheduler, options=QUICK)
    await engine.sender.deliver(LANE)
    assert platform.tries == ["one"], "the next message must not overtake"
    assert [name for name, _ in scheduler.lanes] == [LANE], "a later try is scheduled"

    await engine.sender.deliver(LANE)
    assert platform.tries == ["one"], "the lane rests"
    await delivered(engine, redis_client)
    assert platform.texts(CUSTOMER) == ["one", "two"]


async def test_what_can_be_seen_of_a_message_has_its_ids_and_nothing_else_has(
    redis_client: Redis,
) -> None:
    await stored(redis_client, ["one", "two"])
    platform, keys = RecordingAdapter(), list[str]()

    async def refuse_the_first(key: str) -> None:
        keys.append(key)
        platform.refuses = {CUSTOMER} if len(keys) == 1 else set()

    platform.before_send = refuse_the_first
    engine = build_engine(redis_client, platform, EchoHandler())
    await delivered(engine, redis_client)
    refused, shown = keys
    tools = build_tools(redis_client, Platform.PLAYGROUND, deadline=5)
    await tools.sends.begin(shown)
    await tools.sends.finish(shown, "first part")
    await redis_client.set(ConversationKeys(CUSTOMER).sent("taken back"), UNSEEN)
    assert await engine.sender.shown_as(CUSTOMER, shown) == {"first part", "p1"}
    for nothing in (refused, "taken back", "not yet sent"):
        assert await engine.sender.shown_as(CUSTOMER, nothing) == frozenset()


async def test_what_can_never_be_delivered_is_left_out(redis_client: Redis) -> None:
    await stored(redis_client, ["one", "two"])
    platform = MoodyPlatform(moods=deque(["never"]))
    engine = build_engine(redis_client, platform, EchoHandler())
    await engine.sender.deliver(LANE)
    assert platform.texts(CUSTOMER) == ["two"]
    keys = await run_command(redis_client, "KEYS", "rv:*:sent:*")
    assert sorted(await run_command(redis_client, "MGET", *keys)) == ["p1", "undeliverable"]


async def test_a_wrong_token_rests_the_lane_and_no_other(redis_client: Redis) -> None:
    await stored(redis_client, ["one"])
    platform, scheduler = MoodyPlatform(moods=deque(["unknown"])), NotingScheduler()
    engine = build_engine(redis_client, platform, EchoHandler(), scheduler=scheduler)
    await engine.sender.deliver(LANE)
    assert list(scheduler.lanes) == [(LANE, AUTHENTICATION_RETRY_SECONDS)]
    assert not await is_idle(redis_client, CUSTOMER), "it is kept"

    other = a_message("hello", conversation=a_conversation("c2"))
    await engine.inbox.accept(other)
    await engine.worker.serve(str(other.conversation))
    assert platform.texts(other.conversation) == ["bot: hello"]


async def test_a_message_that_ends_every_sender_is_given_up(redis_client: Redis) -> None:
    """A bug of an adapter, or a kill at each try: what stands behind it must not wait for ever."""
    await stored(redis_client, ["deadly", "next"])
    adapter, deaths = RecordingAdapter(), [0]

    async def die(key: str) -> None:
        await asyncio.sleep(0)
        if key.endswith("-0"):
            deaths[0] += 1
            raise KeyError("a bug")

    adapter.before_send = die
    options = EngineOptions(join=0, send=0.05, lane_lease=0.01)
    engine = build_engine(redis_client, adapter, EchoHandler(), options=options)
    for _ in range(DEADLY_TRIES):
        with pytest.raises(KeyError):
            await engine.sender.deliver(LANE)
        await asyncio.sleep(0.012)
    assert adapter.texts(CUSTOMER) == []
    await engine.sender.deliver(LANE)
    assert adapter.texts(CUSTOMER) == ["next"]
    assert deaths == [DEADLY_TRIES]


async def test_rests_are_no_deaths(redis_client: Redis) -> None:
    await stored(redis_client, ["patience"])
    adapter = MoodyPlatform(moods=deque(["busy"] * 3 * DEADLY_TRIES))
    engine = build_engine(redis_client, adapter, EchoHandler(), options=QUICK)
    await delivered(engine, redis_client)
    assert adapter.texts(CUSTOMER) == ["patience"]
