"""The contract of the engine's stores, on every Redis and Valkey that is present."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import connect, run_command
from bot.engine.keys import (
    MAILBOX_LIMIT,
    PARTITIONS,
    ConversationKeys,
    all_partitions,
    partition_of,
    split_lane_name,
)
from bot.engine.mailbox import Busy, Mailbox, Work
from bot.engine.outbox import Next, Outbox, Wait, Withheld
from bot.engine.plans import PlanStore, Retention, Stored
from bot.vocabulary.conversations import Conversation, Owner, OwnerKind
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef, OutgoingMessage, Platform, SentMessage
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import Delivery, Lane, Outcome, Plan, Turn
from tests.builders import a_conversation, a_message
from tests.servers import RealServer

LEASE = 0.15
CUSTOMER = a_conversation()
KEYS = ConversationKeys(CUSTOMER)


@dataclass(frozen=True)
class Stores:
    redis: Redis
    mailbox: Mailbox
    plans: PlanStore
    outbox: Outbox

    async def begin(self, holder: str = "h") -> Work:
        work = await self.mailbox.begin(CUSTOMER, holder)
        assert isinstance(work, Work)
        return work

    async def store(self, work: Work, *texts: str, owner: Owner | None = None) -> Stored:
        plan = a_plan(work.conversation, *texts, owner=owner)
        return await self.plans.store_turn(plan, work.conversation, work.version, work.messages)


@pytest.fixture
async def stores(any_redis_server: RealServer) -> AsyncIterator[Stores]:
    redis = connect(any_redis_server.url, pool_size=8, deadline_seconds=5)
    await run_command(redis, "FLUSHDB")
    yield Stores(
        redis=redis,
        mailbox=Mailbox(redis, deadline=5, lease_seconds=LEASE),
        plans=PlanStore(redis, deadline=5, retention=Retention(history_lines=5, seconds=60)),
        outbox=Outbox(redis, deadline=5, lease_seconds=LEASE),
    )
    await redis.aclose()


def a_plan(conversation: Conversation, *texts: str, owner: Owner | None = None) -> Plan:
    message = a_message()
    turn = Turn(
        id=f"t{message.id}",
        conversation=conversation,
        messages=(message,),
        started_at=message.sent_at,
    )
    return Plan(
        outcome=Outcome.ANSWERED,
        receipt=receipt_of(
            turn, outcome=Outcome.ANSWERED, language="en", question="", reasons=("contract",)
        ),
        deliveries=tuple(
            Delivery(lane=Lane.CUSTOMER, message=OutgoingMessage(text=text), fenced=True)
            for text in texts
        ),
        owner=owner,
    )


async def test_an_event_is_taken_once_and_wakes_an_idle_conversation_once(stores: Stores) -> None:
    first, second = a_message("1"), a_message("2")
    assert (await stores.mailbox.ingest(first)).wake == 1
    assert (await stores.mailbox.ingest(second)).wake is None
    again = await stores.mailbox.ingest(first)
    assert (again.is_new, again.wake) == (False, None)
    assert [message.text for message in (await stores.begin()).messages] == ["1", "2"]


async def test_of_many_duplicates_at_once_exactly_one_is_new(stores: Stores) -> None:
    message = a_message()
    taken = await asyncio.gather(*(stores.mailbox.ingest(message) for _ in range(20)))
    assert sum(item.is_new for item in taken) == 1


async def test_a_full_mailbox_refuses_and_forgets_nothing(stores: Stores) -> None:
    await run_command(stores.redis, "RPUSH", KEYS.mailbox, *(["x"] * MAILBOX_LIMIT))
    message = a_message()
    with pytest.raises(StateUnavailableError, match="try again later"):
        await stores.mailbox.ingest(message)
    await run_command(stores.redis, "DEL", KEYS.mailbox)
    assert (await stores.mailbox.ingest(message)).is_new


async def test_one_holder_at_a_time_and_a_dead_one_is_succeeded(stores: Stores) -> None:
    await stores.mailbox.ingest(a_message())
    held = await stores.begin("a")
    busy = await stores.mailbox.begin(CUSTOMER, "b")
    assert isinstance(busy, Busy)
    assert 0 < busy.seconds <= LEASE
    assert await stores.mailbox.renew(CUSTOMER, "a")
    assert not await stores.mailbox.renew(CUSTOMER, "b")
    await asyncio.sleep(LEASE)
    taken_over = await stores.begin("b")
    assert taken_over.tries == 2
    assert await stores.store(held, "from the dead") is Stored.STALE
    assert await stores.store(taken_over, "from the living") is Stored.OK
    assert not await stores.mailbox.renew(CUSTOMER, "a")


async def test_finishing_never_loses_a_message_that_just_came(stores: Stores) -> None:
    await stores.mailbox.ingest(a_message("1"))
    work = await stores.begin("a")
    await stores.store(work)
    await stores.mailbox.ingest(a_message("2"))
    assert await stores.mailbox.finish(CUSTOMER, "a") is False
    await stores.store(await stores.begin("a"))
    assert await stores.mailbox.finish(CUSTOMER, "a") is True
    assert (await stores.mailbox.ingest(a_message("3"))).wake == 2


async def test_a_holder_who_leaves_hands_on_what_is_left(stores: Stores) -> None:
    await stores.mailbox.ingest(a_message())
    await stores.begin("a")
    assert await stores.mailbox.hand_back(CUSTOMER, "a") == 2
    assert (await stores.begin("b")).tries == 1
    assert await stores.mailbox.hand_back(CUSTOMER, "a") is None


async def test_a_plan_is_stored_whole_or_not_at_all(stores: Stores) -> None:
    await stores.mailbox.ingest(a_message())
    work = await stores.begin()
    await stores.plans.store_desk_action(
        a_plan(work.conversation), work.conversation, work.version, "desk-event"
    )
    before = await run_command(stores.redis, "HGETALL", KEYS.state)
    assert await stores.store(work, "late") is Stored.STALE
    assert await run_command(stores.redis, "HGETALL", KEYS.state) == before
    assert await stores.outbox.take(KEYS.lane_name(Lane.CUSTOMER)) is None


async def test_a_desk_action_is_applied_once_whatever_the_version(stores: Stores) -> None:
    conversation, version = await stores.mailbox.read(CUSTOMER)
    plan = a_plan(conversation, "hello")
    first = await stores.plans.store_desk_action(plan, conversation, version, "event")
    again = await stores.plans.store_desk_action(plan, conversation, version + 1, "event")
    assert (first, again) == (Stored.OK, Stored.DONE)
    assert await run_command(stores.redis, "LLEN", KEYS.lane(Lane.CUSTOMER)) == 1


async def test_the_history_keeps_its_bound_and_everything_expires(stores: Stores) -> None:
    for number in range(8):
        await stores.mailbox.ingest(a_message(str(number)))
        work = await stores.begin()
        await stores.store(work, "x")
    for key in (KEYS.state, KEYS.receipts):
        assert 0 < int(await run_command(stores.redis, "TTL", key)) <= 60
    assert await run_command(stores.redis, "LLEN", KEYS.history) <= 5


async def test_a_lane_goes_in_order_and_rests_when_told(stores: Stores) -> None:
    await stores.mailbox.ingest(a_message())
    await stores.store(await stores.begin(), "one", "two")
    name = KEYS.lane_name(Lane.CUSTOMER)
    head = await stores.outbox.take(name)
    assert isinstance(head, Next)
    assert head.delivery.message.text == "one"
    assert isinstance(await stores.outbox.take(name), Wait)
    sent = SentMessage(conversation=CUSTOMER, message_id="p1")
    assert await stores.outbox.settle(head, sent) == 1
    assert await stores.outbox.settle(head, sent) == -1
    second = await stores.outbox.take(name)
    assert isinstance(second, Next)
    assert second.delivery.message.text == "two"
    await stores.outbox.rest(second, 30)
    resting = await stores.outbox.take(name)
    assert isinstance(resting, Wait)
    assert resting.seconds > 20


async def test_words_of_the_bot_are_withheld_after_a_change_of_hands(stores: Stores) -> None:
    message = a_message()
    await stores.mailbox.ingest(message)
    await stores.store(await stores.begin(), "the bot's words")
    conversation, version = await stores.mailbox.read(CUSTOMER)
    agent = Owner(kind=OwnerKind.AGENT)
    claim = a_plan(conversation, owner=agent)
    assert await stores.plans.store_desk_action(claim, conversation, version, "c") is Stored.OK
    withheld = await stores.outbox.take(KEYS.lane_name(Lane.CUSTOMER))
    assert isinstance(withheld, Withheld)
    await stores.outbox.record_withheld(withheld.delivery)
    assert await run_command(stores.redis, "GET", KEYS.seen(message.event_key)) == "relayed"


async def test_a_message_comes_back_as_it_was(stores: Stores) -> None:
    message = a_message("¡Hola! \x00 “ñ” 🫖\n```x```", conversation=CUSTOMER)
    await stores.mailbox.ingest(message)
    assert (await stores.begin()).messages == (message,)


@given(st.text(min_size=1, max_size=30), st.text(max_size=30), st.none() | st.text(max_size=30))
def test_references_round_trip_and_share_the_tag_of_their_conversation(
    tenant: str, channel: str, thread: str | None
) -> None:
    ref = ConversationRef(
        platform=Platform.SLACK, tenant_id=tenant, channel_id=channel, thread_id=thread
    )
    assert ConversationRef.parse(str(ref)) == ref
    keys = ConversationKeys(ref)
    tag = f"{{{partition_of(str(ref))}}}"
    named = (keys.state, keys.mailbox, keys.due, keys.seen("e"), keys.lane(Lane.DESK))
    assert all(f":{tag}:"[1:-1] in key and key.count("{") == 1 for key in named)
    back, lane = split_lane_name(keys.lane_name(Lane.DESK))
    assert (back.reference, lane) == (keys.reference, Lane.DESK)


def test_partitions_are_all_used() -> None:
    used = {partition_of(f"slack:T:C{number}") for number in range(2000)}
    assert used == set(all_partitions())
    assert len(used) == PARTITIONS


def test_values_survive_storage() -> None:
    message = a_message("x", is_direct=False)
    assert codec.incoming.validate_json(codec.dumps(codec.incoming, message)) == message
