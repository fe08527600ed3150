"""The scheduler's Docket side with real workers: wake-ups, timers, takeovers and a calm end."""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from docket import Docket
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.client.connection import run_command
from bot.engine.engine import Engine, EngineOptions
from bot.engine.mailbox import Work
from bot.engine.scheduler import (
    DocketScheduler,
    Duties,
    open_docket,
    register,
    run_worker,
)
from bot.vocabulary.errors import RateLimitedError
from bot.vocabulary.messages import Platform
from bot.vocabulary.people import Authority
from bot.vocabulary.turns import Plan, ShowDraft, Turn, TurnHandler, unseen
from tests.builders import DESK, a_conversation, a_message
from tests.engine_kit import EchoHandler, build_engine, is_idle, outcome_of
from tests.fakes import RecordingAdapter

ROOT = Path(__file__).parents[2]
LEASE = 1.0
OPTIONS = EngineOptions(join=0, lease=LEASE, sweep=30, drain=5)
"""The sweeper looks only at the start: what is proven here is Docket's own work."""

PATIENCE = 10.0


@pytest.fixture
async def docket(redis_client: Redis, redis_url: str) -> AsyncIterator[Docket]:
    assert await run_command(redis_client, "DBSIZE") == 0
    async with open_docket(redis_url) as docket:
        yield docket


def an_engine(
    redis: Redis,
    docket: Docket,
    adapter: RecordingAdapter,
    *,
    handler: TurnHandler | None = None,
    options: EngineOptions = OPTIONS,
) -> Engine:
    """Build a worker's engine that schedules over the docket."""
    engine = Engine(
        redis,
        DocketScheduler(docket, deadline=5),
        adapters={Platform.PLAYGROUND: adapter},
        handler=handler or EchoHandler(),
        authority=Authority(desk=DESK),
        options=options,
    )
    register(docket, engine.duties)
    return engine


@asynccontextmanager
async def working(engine: Engine, docket: Docket) -> AsyncGenerator["asyncio.Task[None]"]:
    """Let an engine work meanwhile."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(engine.work(docket))
        yield task
        task.cancel()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while True:
        if condition():
            return
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)


async def test_a_wake_up_is_served_at_once(redis_client: Redis, docket: Docket) -> None:
    adapter = RecordingAdapter()
    engine = an_engine(redis_client, docket, adapter)
    async with working(engine, docket):
        await engine.inbox.accept(a_message("warm up"))
        await until(lambda: len(adapter.shown) == 1)
        start = time.monotonic()
        await engine.inbox.accept(a_message("hello"))
        await until(lambda: len(adapter.shown) == 2)
        assert time.monotonic() - start < LEASE


async def test_conversations_that_are_woken_together_are_all_served(
    redis_client: Redis, docket: Docket
) -> None:
    adapter = RecordingAdapter()
    engine = an_engine(redis_client, docket, adapter)
    messages = [a_message("hello", conversation=a_conversation(f"c{n}")) for n in range(100)]
    async with working(engine, docket):
        await asyncio.gather(*map(engine.inbox.accept, messages))
        await until(lambda: len(adapter.shown) == len(messages))
    for message in messages:
        assert adapter.texts(message.conversation) == ["bot: hello"]
        assert await outcome_of(redis_client, message) == "answered"


async def test_those_that_fail_end_none_they_were_woken_with_and_leave_a_trace_each(
    docket: Docket, caplog: pytest.LogCaptureFixture
) -> None:
    served: list[str] = []

    async def serve(conversation: str) -> None:
        if conversation.startswith("broken"):
            raise ValueError("a stored value can't be read")
        await asyncio.sleep(0.2)
        served.append(conversation)

    async def deliver(lane_name: str) -> None:
        served.append(lane_name)

    register(docket, Duties(serve=serve, deliver=deliver, ring=deliver))
    working = asyncio.create_task(run_worker(docket, name="w", concurrency=4, lease_seconds=LEASE))
    await docket.add("serve", key="together")(["broken a", "one", "broken b", "two"])
    await until(lambda: sorted(served) == ["one", "two"])
    await until(lambda: all(f"Conversation: broken {name}" in caplog.text for name in "ab"))
    working.cancel()
    await asyncio.wait([working])


async def test_a_delayed_delivery_fires_when_it_is_due(redis_client: Redis, docket: Docket) -> None:
    tries: list[float] = []

    async def push_back(_key: str) -> None:
        tries.append(time.monotonic())
        if len(tries) == 1:
            raise RateLimitedError("slow down", retry_after=0.6)

    adapter = RecordingAdapter(before_send=push_back)
    engine = an_engine(redis_client, docket, adapter)
    async with working(engine, docket):
        await engine.inbox.accept(a_message("hello"))
        await until(lambda: len(adapter.shown) == 1)
    first, second = tries
    assert 0.6 <= second - first < 2


HANGING_WORKER = """
import asyncio, sys
from bot.engine.client.connection import connect
from bot.engine.client.connection import run_command
from bot.engine.engine import EngineOptions
from bot.engine.scheduler import open_docket
from tests.engine.test_docket import an_engine
from tests.engine_kit import EchoHandler
from tests.fakes import RecordingAdapter

class Hanging(EchoHandler):
    async def customer_turn(self, turn, show):
        print("answering", flush=True)
        await asyncio.sleep(60)

async def main(url, lease):
    options = EngineOptions(join=0, lease=float(lease))
    redis = connect(url, pool_size=8, deadline_seconds=5)
    async with open_docket(url) as docket:
        engine = an_engine(redis, docket, RecordingAdapter(), handler=Hanging(), options=options)
        await engine.work(docket)

asyncio.run(main(*sys.argv[1:]))
"""
"""A worker in a process of its own that says when it has begun a turn, and never ends it."""


@pytest.mark.processes
async def test_a_killed_workers_turn_is_finished_by_another(
    redis_client: Redis, docket: Docket, redis_url: str
) -> None:
    adapter = RecordingAdapter()
    engine = an_engine(redis_client, docket, adapter)
    message = a_message("hello")
    await engine.inbox.accept(message)
    command = [sys.executable, "-c", HANGING_WORKER, redis_url, str(LEASE)]
    worker = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
    try:
        assert worker.stdout is not None
        assert await worker.stdout.readline() == b"answering\n"
    finally:
        worker.kill()
        await worker.wait()
    killed_at = time.monotonic()
    async with working(engine, docket):
        await until(lambda: len(adapter.shown) == 1)
        assert time.monotonic() - killed_at < 2 * LEASE + 1
        assert adapter.texts(message.conversation) == ["bot: hello"]


class Slow(EchoHandler):
    """Takes its time for each answer, and says when it has begun."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.begun: list[str] = []
        self._seconds = seconds

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        self.begun.append(turn.messages[0].text)
        await asyncio.sleep(self._seconds)
        return await super().customer_turn(turn, show)


async def test_a_cancelled_worker_ends_what_it_has_begun_and_begins_nothing(
    redis_client: Redis, docket: Docket
) -> None:
    adapter, handler = RecordingAdapter(), Slow(0.5)
    engine = an_engine(redis_client, docket, adapter, handler=handler)
    first, second = a_message("first"), a_message("second")
    elsewhere = a_message("elsewhere", conversation=a_conversation("c2"))
    async with working(engine, docket) as task:
        await engine.inbox.accept(first)
        await until(lambda: handler.begun == ["first"])
        await engine.inbox.accept(second)
        task.cancel()
        await asyncio.sleep(0.05)
        await engine.inbox.accept(elsewhere)
        await asyncio.wait([task])
    assert adapter.texts(first.conversation) == ["bot: first"]
    assert await outcome_of(redis_client, first) == "answered"
    assert handler.begun == ["first"]

    left_at = time.monotonic()
    other = an_engine(redis_client, docket, adapter)
    async with working(other, docket):
        await until(lambda: len(adapter.shown) == 3)
        assert time.monotonic() - left_at < LEASE, "what was left must not wait for a lease"
    assert adapter.texts(first.conversation) == ["bot: first", "bot: second"]
    assert await is_idle(redis_client, first.conversation)


async def test_what_was_woken_but_not_begun_goes_to_others(
    redis_client: Redis, docket: Docket
) -> None:
    adapter, handler = RecordingAdapter(), Slow(0.3)
    engine = an_engine(redis_client, docket, adapter, handler=handler)
    register(docket, engine.duties, concurrency=1)
    messages = [a_message(name, conversation=a_conversation(name)) for name in "abcd"]
    async with working(engine, docket) as task:
        await asyncio.gather(*map(engine.inbox.accept, messages))
        await until(lambda: len(handler.begun) == 1)
        task.cancel()
        await asyncio.wait([task])
    assert len(handler.begun) == len(adapter.shown) == 1

    left_at = time.monotonic()
    async with working(an_engine(redis_client, docket, adapter), docket):
        await until(lambda: len(adapter.shown) == len(messages))
        assert time.monotonic() - left_at < LEASE


async def test_draining_is_bounded_and_loses_nothing(redis_client: Redis, docket: Docket) -> None:
    adapter, handler = RecordingAdapter(), Slow(60)
    impatient = EngineOptions(join=0, lease=LEASE, sweep=30, drain=0.3)
    engine = an_engine(redis_client, docket, adapter, handler=handler, options=impatient)
    message = a_message("hello")
    async with working(engine, docket):
        await engine.inbox.accept(message)
        await until(lambda: handler.begun == ["hello"])
        cancelled_at = time.monotonic()
    assert 0.3 <= time.monotonic() - cancelled_at < 1.5
    assert adapter.shown == []

    other = an_engine(redis_client, docket, adapter)
    async with working(other, docket):
        await until(lambda: len(adapter.shown) == 1)
    assert await outcome_of(redis_client, message) == "answered"


async def test_a_draining_worker_does_not_wait_for_a_conversation_of_another(
    redis_client: Redis,
) -> None:
    """The other one sees what is new when it is done, and is replaced when it is dead."""
    engine = build_engine(redis_client, RecordingAdapter(), EchoHandler())
    message = a_message("hello")
    await engine.inbox.accept(message)
    busy = build_engine(
        redis_client, RecordingAdapter(), EchoHandler(), options=EngineOptions(lease=60)
    )
    held = await busy.worker._mailbox.begin(message.conversation, "another")
    assert isinstance(held, Work)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(engine.worker.serve(str(message.conversation)))
        await asyncio.sleep(0.1)
        assert not serving.done()
        engine.worker.drain()
        async with asyncio.timeout(2):
            await asyncio.wait([serving])
        assert serving.done(), "it still waits for the other's lease"
    assert await outcome_of(redis_client, message) == "accepted"
