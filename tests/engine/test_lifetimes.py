"""How long keys live: nothing for ever without a reason, and nothing that an open case needs ends."""

import time
from collections import deque

import pytest
from redis.asyncio import Redis

from bot.engine.client.connection import run_command
from bot.engine.engine import Engine
from bot.engine.keys import WEEK_SECONDS, ConversationKeys
from bot.vocabulary.messages import ConversationRef, IncomingMessage, Platform
from bot.vocabulary.tools import Limit
from bot.vocabulary.turns import Change, Lane
from tests.builders import a_conversation, a_message, an_agent
from tests.engine.kit import KEYS, deliver, says, store
from tests.engine.outbox.kit import MoodyPlatform
from tests.engine_kit import EchoHandler, build_engine
from tests.fakes import RecordingAdapter
from tests.tools import adapter_tools

CUSTOMER = a_conversation()


class Office:
    """One engine, its platform and what is kept of them."""

    def __init__(self, redis: Redis, adapter: RecordingAdapter | None = None) -> None:
        self.redis = redis
        self.adapter = adapter or RecordingAdapter()
        self.engine: Engine = build_engine(redis, self.adapter, EchoHandler())

    async def customer(self, text: str) -> None:
        await self._say(a_message(text))

    async def agent(self, text: str, thread: ConversationRef | None = None) -> None:
        place = thread or self.adapter.threads()[-1]
        await self._say(a_message(text, conversation=place, author=an_agent()))

    async def _say(self, message: IncomingMessage) -> None:
        await self.engine.inbox.accept(message)
        await self.engine.worker.serve(str(message.conversation))

    async def immortal(self) -> set[str]:
        """The keys that never end, without what the partitions and the desk share."""
        keys: list[str] = await run_command(self.redis, "KEYS", "rv:*")
        shared = ("due", "pending", "open", "dead", "alarms", "audit", "ratings")
        return {
            key
            for key in keys
            if await self.redis.ttl(key) == -1
            and not key.startswith("rv:{desk}:")
            and key.split(":", 2)[2] not in shared
        }


@pytest.fixture
def office(redis_client: Redis) -> Office:
    return Office(redis_client)


async def test_without_a_case_every_key_ends(office: Office) -> None:
    await office.customer("hi")
    await office.engine.worker.serve(str(CUSTOMER))
    assert await office.immortal() == set()


async def test_what_an_open_case_needs_does_not_end_before_it(office: Office) -> None:
    await office.customer("hi")
    await office.customer("a human please")
    thread = office.adapter.threads()[-1]
    kept = {KEYS.state, KEYS.history, KEYS.receipts, ConversationKeys(thread).state}
    assert await office.immortal() == kept
    await office.agent("/reply hello")
    await office.agent("a note")
    await office.customer("thanks")
    assert await office.immortal() == kept
    await office.agent("/resolve")
    assert await office.immortal() == set()
    await office.agent("one more note", thread)
    assert await office.immortal() == set()


async def test_the_case_after_it_keeps_its_own_thread_alone(office: Office) -> None:
    for _ in range(2):
        await office.customer("a human please")
        await office.agent("/resolve")
    await office.customer("a human please")
    thread = ConversationKeys(office.adapter.threads()[-1])
    kept = {KEYS.state, KEYS.history, KEYS.receipts, KEYS.cases, thread.state}
    assert await office.immortal() == kept


async def test_talk_beside_the_threads_ends(office: Office) -> None:
    channel = a_conversation("desk")
    await office.agent("good morning", channel)
    assert await office.immortal() == set()


async def test_a_wake_up_for_what_has_ended_leaves_nothing_for_ever(office: Office) -> None:
    await office.engine.worker.serve(str(CUSTOMER))
    assert await office.immortal() == set()


@pytest.mark.parametrize("mood", ["fine", "busy", "never", "lost"])
async def test_a_lane_that_outlives_its_conversation_brings_back_nothing_for_ever(
    redis_client: Redis, mood: str
) -> None:
    platform = MoodyPlatform(moods=deque([mood]))
    office = Office(redis_client, platform)
    await store(redis_client, says("one", origin="m1"), says("two", lane=Lane.DESK))
    await redis_client.delete(KEYS.state, KEYS.words)
    for lane in (Lane.CUSTOMER, Lane.DESK):
        await office.engine.sender.deliver(KEYS.lane_name(lane))
    assert KEYS.state not in await office.immortal()
    assert KEYS.words not in await office.immortal()


async def test_a_message_for_a_conversation_that_has_ended_begins_it_with_an_end(
    office: Office,
) -> None:
    await office.engine.inbox.accept(a_message("hi"))
    assert await office.immortal() == {KEYS.mailbox}, "accepted messages alone wait for ever"


async def test_a_piece_whose_memory_has_ended_is_not_remembered_for_ever(office: Office) -> None:
    sends = adapter_tools(office.redis, Platform.PLAYGROUND).sends
    await sends.finish("key", "p1")
    assert await office.immortal() == set()


async def test_a_pause_does_not_let_a_limit_be_forgotten(office: Office) -> None:
    limits = adapter_tools(office.redis, Platform.PLAYGROUND).limits
    day = Limit(scope="starts", rate=1 / 86_400, burst=1)
    assert await limits.take(day) == 0
    await limits.pause("starts", 1)
    [bucket] = await run_command(office.redis, "KEYS", "rv:*bucket*")
    assert await office.redis.ttl(bucket) > 86_000


async def test_the_words_of_a_conversation_that_never_rests_are_forgotten_one_by_one(
    office: Office,
) -> None:
    await store(office.redis, says("old", origin="m1"))
    await deliver(office.engine)
    await store(office.redis, says("older", origin="m1", change=Change.EDIT))
    await deliver(office.engine)
    assert await run_command(office.redis, "HKEYS", KEYS.words)
    await office.redis.zadd(KEYS.origins, {"m1": time.time() - WEEK_SECONDS - 1})
    await store(office.redis, says("new", origin="m2"))
    await deliver(office.engine)
    kept = await run_command(office.redis, "HKEYS", KEYS.words)
    assert {name.rpartition(":")[2] for name in kept} == {"m2"}
    assert await run_command(office.redis, "ZRANGE", KEYS.origins, 0, -1) == ["m2"]
    assert await office.immortal() == set()
