"""The sweeper finds what nobody works on: lost wake-ups and unsent replies, and leaves the rest."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.client.connection import connect
from bot.engine.engine import Engine
from bot.engine.equipment import new_turn_id
from bot.engine.keys import PARTITIONS, ConversationKeys, partition_of
from bot.engine.mailbox import Busy, Mailbox, Work
from bot.engine.plans import PlanStore, Retention, Stored
from bot.engine.sweeper import Sweeper
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.turns import Turn
from tests.builders import a_conversation, a_message
from tests.engine_kit import EchoHandler, NotingScheduler, build_engine, is_idle, outcome_of
from tests.fakes import RecordingAdapter
from tests.servers import RealServer

GRACE = 0.15


@dataclass
class DeafScheduler(NotingScheduler):
    """Loses every wake-up, as when Redis fails between the inbox and Docket."""

    tries: int = 0

    @override
    async def wake(self, conversation: str, number: int, *, seconds: float = 0.0) -> None:
        self.tries += 1
        raise StateUnavailableError("Redis is gone.")


@dataclass
class NumberedScheduler(NotingScheduler):
    """Notes the numbers of wake-ups as well: Docket drops a repeated one that still waits."""

    numbers: list[int] = field(default_factory=list[int])

    @override
    async def wake(self, conversation: str, number: int, *, seconds: float = 0.0) -> None:
        await super().wake(conversation, number)
        self.numbers.append(number)

    @override
    async def ring(self, conversation: str, number: int, *, seconds: float = 0.0) -> None:
        await super().ring(conversation, number, seconds=seconds)
        self.numbers.append(number)


def a_sweeper(redis: Redis, scheduler: NotingScheduler, *, deadline: float = 5.0) -> Sweeper:
    news = build_engine(redis, RecordingAdapter(), EchoHandler()).news
    return Sweeper(redis, scheduler, news, deadline=deadline, grace_seconds=GRACE)


async def accepted_unheard(redis: Redis, *messages: IncomingMessage) -> None:
    """Accept messages whose wake-ups are all lost."""
    scheduler = DeafScheduler()
    engine = build_engine(redis, RecordingAdapter(), EchoHandler(), scheduler=scheduler)
    for message in messages:
        assert await engine.inbox.accept(message) is True, "durable, so it may be acknowledged"
    assert scheduler.tries == len({message.conversation for message in messages})


def a_worker(redis: Redis, adapter: RecordingAdapter) -> Engine:
    return build_engine(redis, adapter, EchoHandler())


async def test_a_lost_wake_up_is_made_good(redis_client: Redis) -> None:
    message, scheduler, adapter = a_message("hello"), NotingScheduler(), RecordingAdapter()
    await accepted_unheard(redis_client, message)
    sweeper = a_sweeper(redis_client, scheduler)

    assert await sweeper.sweep() == 0, "whoever accepted it may be about to wake a worker"
    await asyncio.sleep(GRACE)
    assert await sweeper.sweep() == 1
    await a_worker(redis_client, adapter).worker.serve(scheduler.wakes.popleft())

    assert adapter.texts(message.conversation) == ["bot: hello"]
    assert await outcome_of(redis_client, message) == "answered"
    await asyncio.sleep(GRACE)
    assert await sweeper.sweep() == 0, "nothing is left"


async def test_all_partitions_are_swept(redis_client: Redis) -> None:
    messages = [a_message("hello", conversation=a_conversation(f"c{n}")) for n in range(200)]
    places = {partition_of(str(message.conversation)) for message in messages}
    assert len(places) == PARTITIONS
    await accepted_unheard(redis_client, *messages)
    await asyncio.sleep(GRACE)
    scheduler = NotingScheduler()
    assert await a_sweeper(redis_client, scheduler).sweep() == len(messages)
    assert set(scheduler.wakes) == {str(message.conversation) for message in messages}


async def test_a_conversation_that_is_worked_on_is_left_alone(redis_client: Redis) -> None:
    message, scheduler = a_message(), NotingScheduler()
    await accepted_unheard(redis_client, message)
    sweeper = a_sweeper(redis_client, scheduler)
    mailbox = Mailbox(redis_client, deadline=5, lease_seconds=8 * GRACE)
    assert isinstance(await mailbox.begin(message.conversation, "living"), Work)

    await asyncio.sleep(4 * GRACE)
    assert await sweeper.sweep() == 0
    assert await mailbox.renew(message.conversation, "living")
    await asyncio.sleep(5 * GRACE)
    assert await sweeper.sweep() == 0, "the lease was renewed"
    assert isinstance(await mailbox.begin(message.conversation, "another"), Busy)

    await asyncio.sleep(5 * GRACE)
    assert await sweeper.sweep() == 1, "its holder is gone"
    assert isinstance(await mailbox.begin(message.conversation, "another"), Work)


async def test_a_wake_up_is_repeated_with_the_same_number_for_a_while(redis_client: Redis) -> None:
    """Several workers sweep: their wake-ups of one grace period are one and the same for Docket."""
    await accepted_unheard(redis_client, a_message())
    await asyncio.sleep(GRACE)
    scheduler = NumberedScheduler()
    first, second = (a_sweeper(redis_client, scheduler) for _ in "ab")
    start = time.monotonic()
    for _ in range(20):
        await asyncio.gather(first.sweep(), second.sweep())
    periods = (time.monotonic() - start) // GRACE + 2
    assert len(scheduler.numbers) == 40
    assert len(set(scheduler.numbers)) <= periods
    assert max(scheduler.numbers) < 0, "never a number that the inbox gives"


async def test_an_unsent_reply_is_sent(redis_client: Redis) -> None:
    """A worker died between storing its plan and showing it."""
    scheduler, adapter = NotingScheduler(), RecordingAdapter()
    message = await stored_but_unsent(redis_client)
    sweeper = a_sweeper(redis_client, scheduler)

    assert await sweeper.sweep() == 1
    lane_name, seconds = scheduler.lanes.popleft()
    assert seconds == 0
    await a_worker(redis_client, adapter).sender.deliver(lane_name)

    assert adapter.texts(message.conversation) == ["bot: hello"]
    assert await is_idle(redis_client, message.conversation)
    assert await sweeper.sweep() == 0


async def test_a_lane_that_is_being_sent_is_left_alone(redis_client: Redis) -> None:
    await stored_but_unsent(redis_client)
    scheduler = NotingScheduler()
    sweeper = a_sweeper(redis_client, scheduler)
    await sweeper.sweep()
    lane_name, _ = scheduler.lanes.popleft()
    sending, go_on = asyncio.Event(), asyncio.Event()

    async def take_long(_key: str) -> None:
        sending.set()
        await go_on.wait()

    adapter = RecordingAdapter(before_send=take_long)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(a_worker(redis_client, adapter).sender.deliver(lane_name))
        await sending.wait()
        await asyncio.sleep(2 * GRACE)
        assert await sweeper.sweep() == 0
        go_on.set()
    assert len(adapter.shown) == 1


async def stored_but_unsent(redis: Redis) -> IncomingMessage:
    """Leave a stored plan behind, as a worker does that ends before it touches the lane."""
    message = a_message("hello")
    await accepted_unheard(redis, message)
    mailbox = Mailbox(redis, deadline=5, lease_seconds=GRACE)
    work = await mailbox.begin(message.conversation, "ended soon")
    assert isinstance(work, Work)
    turn = Turn(
        id=new_turn_id(),
        conversation=work.conversation,
        messages=work.messages,
        started_at=datetime.now(UTC),
    )
    plan = await EchoHandler().customer_turn(turn)
    plans = PlanStore(redis, deadline=5, retention=Retention(history_lines=10, seconds=60))
    stored = await plans.store_turn(plan, work.conversation, work.version, work.messages)
    assert stored is Stored.OK
    assert await mailbox.finish(message.conversation, "ended soon")
    return message


async def test_an_unreachable_redis_only_delays_it(private_redis_server: RealServer) -> None:
    redis = connect(private_redis_server.url, pool_size=4, deadline_seconds=0.2)
    await accepted_unheard(redis, a_message())
    scheduler = NotingScheduler()
    sweeper = a_sweeper(redis, scheduler, deadline=0.2)
    async with asyncio.TaskGroup() as tasks:
        private_redis_server.freeze()
        sweeping = tasks.create_task(sweeper.run(0.05))
        await asyncio.sleep(0.5)
        assert not sweeping.done()
        assert not scheduler.wakes
        private_redis_server.thaw()
        async with asyncio.timeout(5):
            while True:
                if scheduler.wakes:
                    break
                await asyncio.sleep(0.02)
        sweeping.cancel()
    await redis.aclose()


async def test_many_sweepers_ask_once_a_grace_period_for_an_alarm_that_is_late(
    redis_client: Redis,
) -> None:
    """Else a backlog of alarms would grow by its own length with every sweep of every worker."""
    keys, scheduler = ConversationKeys(a_conversation()), NumberedScheduler()
    await redis_client.zadd(keys.alarms, {keys.reference: time.time() - 60})
    first, second = (a_sweeper(redis_client, scheduler) for _ in range(2))
    start = time.monotonic()
    for _ in range(20):
        await asyncio.gather(first.sweep(), second.sweep())
    periods = (time.monotonic() - start) // GRACE + 2
    assert len(scheduler.numbers) == 40
    assert len(set(scheduler.numbers)) <= periods
    assert max(scheduler.numbers) < 0, "never the number of an alarm that is near"
