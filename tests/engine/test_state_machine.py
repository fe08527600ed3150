"""Engine and desk under random histories: crashes at every failpoint, two workers, duplicates.

Each history runs on a real Redis. A crash is an exception that no handler catches, raised at a
named failpoint: what is left behind in Redis is exactly what a killed process leaves. Two engines
play two worker processes; ``tests/faults`` does the same with real processes and SIGKILL.
"""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine import codec
from bot.engine.client.connection import connect, run_command
from bot.engine.engine import Engine, EngineOptions
from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Mailbox
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.failpoints import FailpointName
from bot.vocabulary.messages import ConversationRef, IncomingMessage, MessageKind
from bot.vocabulary.turns import Lane
from tests.builders import a_conversation, a_customer, a_message, an_agent
from tests.engine.histories import BOMB, RINGS, Answering, Crash, Mood
from tests.engine_kit import NotingScheduler, build_engine, is_idle, outcome_of
from tests.fakes import RecordingAdapter

CUSTOMERS = [a_conversation(name) for name in ("x", "y")]
IN_ENGINE: tuple[FailpointName, ...] = tuple(
    name
    for name in get_args(FailpointName)
    if name not in {"bytes_arrived", "parsed", "acknowledged", "inbox_durable"}
)
LEASE = 0.05


class History(RuleBasedStateMachine):
    """Customers, agents, workers and a platform, in any order."""

    redis_url: str = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.mood = Mood()
        self.adapter = RecordingAdapter(before_send=self.mood.meet)
        self.scheduler = NotingScheduler()
        self.accepted: list[IncomingMessage] = []
        self.sent = 0

    @initialize()
    def start(self) -> None:
        self.redis: Redis = connect(self.redis_url, pool_size=16, deadline_seconds=5)
        self._do(run_command(self.redis, "FLUSHDB"))
        options = EngineOptions(join=0, lease=LEASE, lane_lease=LEASE, resend=0.01)
        self.engines: list[Engine] = [
            build_engine(
                self.redis, self.adapter, Answering(), scheduler=self.scheduler, options=options
            )
            for _ in range(2)
        ]

    @rule(customer=st.sampled_from(CUSTOMERS), text=st.sampled_from(["", "human "]))
    def customer_writes(self, customer: ConversationRef, text: str) -> None:
        self._arrive(self._message(customer, text))

    @rule(customer=st.sampled_from(CUSTOMERS))
    def two_messages_arrive_swapped(self, customer: ConversationRef) -> None:
        first, second = self._message(customer), self._message(customer)
        self._arrive(second)
        self._arrive(first)

    @rule(customer=st.sampled_from(CUSTOMERS))
    def process_dies_before_the_ack(self, customer: ConversationRef) -> None:
        """The platform gets no ack and delivers again."""
        message = self._message(customer)
        BOMB.at = "inbox_durable"
        with pytest.raises(Crash):
            self._do(self.engines[0].inbox.accept(message))
        self._arrive(message)

    @rule(which=st.integers(0, 99))
    def platform_delivers_again(self, which: int) -> None:
        if self.accepted:
            message = self.accepted[which % len(self.accepted)]
            assert self._do(self.engines[1].inbox.accept(message)) is False

    @rule(which=st.integers(0, 99), kind=st.sampled_from([MessageKind.EDITED, MessageKind.DELETED]))
    def customer_amends(self, which: int, kind: MessageKind) -> None:
        written = [
            message
            for message in self.accepted
            if message.conversation.thread_id is None and message.kind is MessageKind.NEW
        ]
        if written:
            message = written[which % len(written)]
            self.sent += 1
            key = f"amend{self.sent}"
            self._arrive(replace(message, event_key=key, kind=kind, text=f"{message.text}!"))

    # What waits depends on leases, that is on time: rules look for themselves instead of having
    # preconditions, so that Hypothesis draws the same from the same choices.

    @rule(number=st.integers(0, 1))
    def worker_is_woken(self, number: int) -> None:
        self._serve_next(self.engines[number], None)

    @rule(number=st.integers(0, 1), crash=st.sampled_from(IN_ENGINE))
    def worker_is_killed(self, number: int, crash: FailpointName) -> None:
        if not self.scheduler.wakes:  # a worker without work can't be killed at it
            self._arrive(self._message(CUSTOMERS[number]))
        self._serve_next(self.engines[number], crash)

    @rule(
        number=st.integers(0, 1),
        customer=st.sampled_from(CUSTOMERS),
        crash=st.sampled_from((None, "guarded", "committed", "sent", "settled")),
    )
    def alarm_rings(
        self, number: int, customer: ConversationRef, crash: FailpointName | None
    ) -> None:
        self._crashing(crash, self.engines[number].worker.ring(str(customer)))

    @rule(number=st.integers(0, 1), crash=st.sampled_from((None, "sent", "settled")))
    def lane_is_delivered(self, number: int, crash: FailpointName | None) -> None:
        if self.scheduler.lanes:
            lane_name, _ = self.scheduler.lanes.popleft()
            self._crashing(crash, self.engines[number].sender.deliver(lane_name))

    @rule(kind=st.sampled_from(["busy", "lost"]))
    def platform_is_moody(self, kind: str) -> None:
        self.mood.kind = kind

    @rule(
        which=st.integers(0, 9),
        name=st.sampled_from(["Ana", "Ben"]),
        text=st.sampled_from(["/claim", "/reply hi", "a note", "/release", "/resolve", "/return"]),
    )
    def agent_writes(self, which: int, name: str, text: str) -> None:
        threads = self.adapter.threads()
        if threads:
            thread = threads[which % len(threads)]
            self._arrive(a_message(text, conversation=thread, author=an_agent(name)))

    @rule()
    def sweeper_looks(self) -> None:
        self._do(self.engines[0].sweeper.sweep())

    @invariant()
    def nothing_is_shown_twice(self) -> None:
        assert not [key for key, copies in self.adapter.copies().items() if copies > 1]

    @override
    def teardown(self) -> None:
        BOMB.at = None
        self.mood.kind = "fine"
        try:
            if hasattr(self, "redis"):
                self._do(self._until_idle())
                self._do(self._check())
        finally:
            self._do(self.redis.aclose())
            self._do(self.redis.connection_pool.disconnect())
            self.runner.close()

    def _message(self, customer: ConversationRef, text: str = "") -> IncomingMessage:
        self.sent += 1
        author = a_customer(customer.channel_id)
        return a_message(f"{text}#{self.sent}", conversation=customer, author=author)

    def _arrive(self, message: IncomingMessage) -> None:
        self._do(self.engines[0].inbox.accept(message))
        self.accepted.append(message)

    def _serve_next(self, engine: Engine, crash: FailpointName | None) -> None:
        if self.scheduler.wakes:
            self._crashing(crash, engine.worker.serve(self.scheduler.wakes.popleft()))

    def _crashing(self, crash: FailpointName | None, work: Coroutine[Any, Any, Any]) -> None:
        BOMB.at = crash
        try:
            self._do(work)
        except* Crash:
            pass
        BOMB.at = None

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    async def _until_idle(self) -> None:
        """Heal everything: sweep after each lease until nothing waits any more."""
        for _ in range(40):
            for conversation in self._conversations():
                await self.engines[0].news.sweep(ConversationKeys(conversation).partition)
                await self.engines[0].worker.serve(str(conversation))
                await self.engines[1].worker.ring(str(conversation))
                for lane in Lane:
                    name = ConversationKeys(conversation).lane_name(lane)
                    await self.engines[1].sender.deliver(name)
            idle = [await is_idle(self.redis, item) for item in self._conversations()]
            if all(idle) and not await self._due():
                return
            await asyncio.sleep(LEASE)
        raise AssertionError(f"left behind for ever: {await self._leftovers()}")

    async def _due(self) -> list[str]:
        """The conversations in which an alarm should have rung by now, or is still about to."""
        soon = time.time() + 1
        return [
            reference
            for customer in CUSTOMERS
            for reference in await run_command(
                self.redis, "ZRANGEBYSCORE", ConversationKeys(customer).alarms, "-inf", soon
            )
        ]

    async def _leftovers(self) -> list[object]:
        found: list[object] = []
        for conversation in self._conversations():
            keys = ConversationKeys(conversation)
            if not await is_idle(self.redis, conversation):
                mail = await run_command(self.redis, "LRANGE", keys.mailbox, 0, -1)
                state = await run_command(self.redis, "HGETALL", keys.state)
                lanes = [
                    await run_command(self.redis, "LRANGE", keys.lane(lane), 0, -1) for lane in Lane
                ]
                found.append((keys.reference, mail, state, lanes))
        return found

    def _conversations(self) -> list[ConversationRef]:
        return list(dict.fromkeys(message.conversation for message in self.accepted))

    async def _check(self) -> None:
        for message in self.accepted:
            outcome = await outcome_of(self.redis, message)
            assert outcome not in {None, "accepted"}, f"{message.text} ended in silence"
        self.nothing_is_shown_twice()
        for customer in CUSTOMERS:
            await self._check_conversation(customer)
        await self._check_board()

    async def _check_board(self) -> None:
        """The board shows the truth, and no news are left."""
        for customer in CUSTOMERS:
            assert not await self.redis.llen(ConversationKeys(customer).news)
        mailbox = Mailbox(self.redis, deadline=5, lease_seconds=5)
        truth = [(await mailbox.read(customer))[0].case for customer in CUSTOMERS]
        open_cases = {case.id: case for case in truth if case is not None and case.is_open}
        for engine in self.engines:
            await engine.board.refresh()
            assert engine.board.view().cases == open_cases

    async def _check_conversation(self, customer: ConversationRef) -> None:
        texts = await self.redis.lrange(ConversationKeys(customer).history, 0, -1)
        lines = [codec.history_line.validate_json(text) for text in texts]
        arrived = [
            message.id
            for message in self.accepted
            if message.conversation == customer and message.kind is MessageKind.NEW
        ]
        handled = [line.message_id for line in lines if line.speaker is Speaker.CUSTOMER]
        assert handled == [item for item in arrived if item in handled], "handled out of order"
        _check_one_speaker(lines)
        rung = [text for text in self.adapter.texts(customer) if text.startswith(RINGS)]
        assert len(rung) == len(set(rung)), "an alarm rang twice"
        answers = [line for line in lines if line.text.startswith("bot: ")]
        assert len(rung) >= len(answers), "an alarm never rang"


def _check_one_speaker(lines: list[HistoryLine]) -> None:
    """Between a change of hands to people and the one back, the bot gives no answer."""
    with_people = False
    for line in lines:
        if line.speaker is Speaker.MARKER:
            with_people = not line.text.startswith("back with the bot")
        elif line.text.startswith("bot: "):
            assert not with_people, f"the bot spoke while people had the word: {line.text}"


@pytest.mark.timeout(600)
def test_histories(redis_url: str) -> None:
    History.redis_url = redis_url
    History.TestCase.settings = settings(
        max_examples=150,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    History.TestCase("runTest").runTest()
    # Crashes must really have happened all over the place, or the histories prove nothing.
    assert len(BOMB.exploded) >= 9, BOMB.exploded


@pytest.mark.parametrize("name", IN_ENGINE)
async def test_a_killed_turn_is_finished_by_another_worker(
    redis_client: Redis, name: FailpointName
) -> None:
    adapter = RecordingAdapter()
    options = EngineOptions(join=0, lease=LEASE, lane_lease=LEASE)
    first, second = (
        build_engine(redis_client, adapter, Answering(), options=options) for _ in range(2)
    )
    message = a_message("#1")
    await first.inbox.accept(message)
    BOMB.at = name
    with pytest.raises(BaseException) as killed:  # noqa: PT011 - a group around Crash, or Crash
        await first.worker.serve(str(message.conversation))
    assert BOMB.at is None, f"{name} was never passed ({killed.value!r})"

    await asyncio.sleep(LEASE)
    await second.worker.serve(str(message.conversation))
    await second.sender.deliver(ConversationKeys(message.conversation).lane_name(Lane.CUSTOMER))

    assert await outcome_of(redis_client, message) == "answered"
    assert adapter.texts(message.conversation) == ["bot: #1"]
    assert await is_idle(redis_client, message.conversation)
