"""An agent's words on their way: held, changed, taken back; relays shown together."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.engine.client.connection import connect
from bot.engine.engine import EngineOptions
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import RateLimitedError
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.turns import Change, Delivery, Lane
from tests.engine.kit import CUSTOMER, KEYS, deliver, deliver_all, says, store
from tests.engine_kit import EchoHandler, build_engine
from tests.fakes import RecordingAdapter

OPTIONS = EngineOptions(join=0, send=1, lane_lease=2, resend=0.01)


async def test_words_are_held_back_for_their_window(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    begun = time.time()
    await store(redis_client, says("hi", origin="m1", hold_seconds=0.2))
    await deliver(engine)
    assert adapter.texts(CUSTOMER) == []
    await deliver_all(engine, redis_client)
    assert adapter.texts(CUSTOMER) == ["hi"]
    assert time.time() - begun >= 0.2


async def test_what_is_changed_in_the_window_is_all_that_the_customer_sees(
    redis_client: Redis,
) -> None:
    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await store(redis_client, says("teh", origin="m1", hold_seconds=1.0), says("other"))
    await store(redis_client, says("th", origin="m1", change=Change.EDIT))
    await store(redis_client, says("the", origin="m1", change=Change.EDIT))
    await deliver_all(engine, redis_client)
    assert adapter.texts(CUSTOMER) == ["the", "other"]
    assert [item.edits for item in adapter.shown] == [0, 0]


async def test_what_is_changed_later_changes_what_is_shown(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await store(redis_client, says("teh", origin="m1"))
    await deliver_all(engine, redis_client)
    assert adapter.texts(CUSTOMER) == ["teh"]
    await store(redis_client, says("the", origin="m1", change=Change.EDIT))
    await deliver_all(engine, redis_client)
    await store(redis_client, says("the", origin="m1", change=Change.EDIT))
    await deliver_all(engine, redis_client)
    assert adapter.texts(CUSTOMER) == ["the"]
    assert [item.edits for item in adapter.shown] == [1], "the same words need no second change"


@pytest.mark.parametrize("already_shown", [False, True])
async def test_words_are_taken_back(redis_client: Redis, *, already_shown: bool) -> None:
    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await store(redis_client, says("oops", origin="m1", hold_seconds=0.2), says("stays"))
    if already_shown:
        await deliver_all(engine, redis_client)
        assert adapter.texts(CUSTOMER) == ["oops", "stays"]
    await store(redis_client, says("", origin="m1", change=Change.RETRACT))
    await deliver_all(engine, redis_client)
    assert adapter.texts(CUSTOMER) == ["stays"]


async def test_a_change_of_unknown_words_does_nothing(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await store(
        redis_client,
        says("the", origin="m9", change=Change.EDIT),
        says("", origin="m9", change=Change.RETRACT),
    )
    await deliver_all(engine, redis_client)
    assert adapter.shown == []


CHANGES = st.lists(
    st.tuples(st.sampled_from(["edit", "retract", "deliver"]), st.sampled_from("ab")), max_size=8
)


@given(changes=CHANGES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_customer_ends_up_with_the_last_words(
    redis_url: str, changes: list[tuple[str, str]]
) -> None:
    """Whenever a change comes, before or after its words were shown, the outcome is the same."""

    async def history() -> tuple[list[str], list[str]]:
        redis = connect(redis_url, pool_size=8, deadline_seconds=5)
        await redis.flushdb()  # pyright: ignore[reportUnknownMemberType]
        adapter = RecordingAdapter()
        engine = build_engine(redis, adapter, EchoHandler(), options=OPTIONS)
        expected: dict[str, str | None] = {"a": "a0", "b": "b0"}
        await store(redis, says("a0", origin="a"), says("b0", origin="b"))
        for number, (what, origin) in enumerate(changes, start=1):
            if what == "deliver":
                await deliver(engine)
            elif what == "edit" and expected[origin] is not None:
                expected[origin] = f"{origin}{number}"
                await store(redis, says(f"{origin}{number}", origin=origin, change=Change.EDIT))
            elif what == "retract":
                expected[origin] = None
                await store(redis, says("", origin=origin, change=Change.RETRACT))
        await deliver_all(engine, redis)
        await redis.aclose()
        await redis.connection_pool.disconnect()
        return adapter.texts(CUSTOMER), [text for text in expected.values() if text is not None]

    seen, expected = asyncio.run(history())
    assert seen == expected


def a_relay(text: str, speaker: str = "Carla") -> Delivery:
    message = OutgoingMessage(text=text, is_literal=True, speaker=speaker)
    return Delivery(lane=Lane.DESK, message=message)


def a_slow_platform(times: int) -> RecordingAdapter:
    left = [times]

    async def slow(_key: str) -> None:
        await asyncio.sleep(0)
        if left[0]:
            left[0] -= 1
            raise RateLimitedError("slow down", retry_after=0.02)

    return RecordingAdapter(before_send=slow)


def read(adapter: RecordingAdapter) -> Sequence[str]:
    return [item.message.text for item in adapter.shown]


async def test_relays_that_had_to_wait_are_shown_together(redis_client: Redis) -> None:
    adapter = a_slow_platform(1)
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    note = Delivery(lane=Lane.DESK, message=OutgoingMessage(text="*taken*"))
    await store(redis_client, a_relay("one"), a_relay("two"), a_relay("three"), note, a_relay("4"))
    await deliver_all(engine, redis_client, Lane.DESK)
    assert read(adapter) == ["one\n\ntwo\n\nthree", "*taken*", "4"]
    await store(redis_client, a_relay("five"), a_relay("six"))
    await deliver_all(engine, redis_client, Lane.DESK)
    assert read(adapter)[3:] == ["five", "six"], "the lane has been empty: it is quick again"


async def test_a_digest_says_who_spoke(redis_client: Redis) -> None:
    adapter = a_slow_platform(1)
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await store(redis_client, a_relay("one"), a_relay("two", "Dani"))
    await deliver_all(engine, redis_client, Lane.DESK)
    assert read(adapter) == ["Carla: one\n\nDani: two"]


async def test_a_digest_is_bounded_and_loses_nothing(redis_client: Redis) -> None:
    adapter = a_slow_platform(3)
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    texts = [f"{number}-{'x' * 400}" for number in range(50)]
    await store(redis_client, *map(a_relay, texts))
    await deliver_all(engine, redis_client, Lane.DESK)
    assert "\n\n".join(read(adapter)) == "\n\n".join(texts)
    assert 5 <= len(adapter.shown) <= 12


async def test_a_repeated_try_shows_the_same_relays_under_the_same_key(
    redis_client: Redis,
) -> None:
    """The first try was shown but its answer lost; more relays came meanwhile."""
    adapter = a_slow_platform(1)
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await store(redis_client, a_relay("one"), a_relay("two"))
    await deliver(engine, Lane.DESK)
    await asyncio.sleep(0.03)
    head = await engine.sender._outbox.take(KEYS.lane_name(Lane.DESK))
    await store(redis_client, a_relay("three"))
    await redis_client.zadd(KEYS.due, {KEYS.lane_name(Lane.DESK): 0})
    again = await engine.sender._outbox.take(KEYS.lane_name(Lane.DESK))
    together = [getattr(item, "together", None) for item in (head, again)]
    assert together[0] is not None
    assert len(together[0]) == 1
    assert together[0] == together[1]


async def test_marks_are_set_where_the_case_is_worked_on(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    card = OutgoingMessage(text="card")
    opens = Delivery(lane=Lane.DESK, message=card, opens_thread="A case", marks=CaseStatus.QUEUED)
    taken = Delivery(lane=Lane.DESK, message=card, marks=CaseStatus.CLAIMED)
    await store(redis_client, opens, taken)
    await deliver_all(engine, redis_client, Lane.DESK)
    [thread] = adapter.threads()
    assert adapter.marks == [(thread, CaseStatus.QUEUED), (thread, CaseStatus.CLAIMED)]
