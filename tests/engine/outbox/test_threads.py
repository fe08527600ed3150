"""Words for agents reach the right case's thread, whenever it is opened, closed or deleted."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.cases import Cases
from bot.engine.client.connection import run_command
from bot.engine.mailbox import Mailbox, Work
from bot.engine.outbox import Next
from bot.engine.plans import PlanStore, Retention, Stored
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.messages import ConversationRef, File, OutgoingMessage, SentMessage
from tests.builders import DESK, a_message, an_agent
from tests.engine.outbox.kit import (
    CUSTOMER,
    DESK_LANE,
    Blocking,
    a_case,
    a_turn,
    an_outbox,
    delivered,
)
from tests.engine_kit import EchoHandler, NotingScheduler, build_engine, is_idle, outcome_of
from tests.fakes import RecordingAdapter


async def test_the_thread_that_a_case_opens_is_linked_both_ways(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    engine = await a_case(redis_client, adapter)
    (thread,) = adapter.threads()
    case = await Cases(redis_client, deadline=1).of_thread(thread)
    assert case is not None
    assert (case.conversation, case.thread) == (CUSTOMER, thread)
    file = await Cases(redis_client, deadline=1).file_of(thread)
    assert file is not None
    assert (file.case, file.memo.language) == (case, "en")
    assert await Cases(redis_client, deadline=1).file_of(CUSTOMER) is None

    await engine.inbox.accept(a_message("and one more thing"))
    await engine.worker.serve(str(CUSTOMER))
    assert adapter.texts(thread)[-1] == "and one more thing"


async def test_a_reopened_case_writes_to_its_new_thread_alone(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    engine = await a_case(redis_client, adapter)
    (first,) = adapter.threads()
    await engine.inbox.accept(a_message("/resolve", conversation=first, author=an_agent()))
    await engine.worker.serve(str(first))
    before = adapter.texts(first)
    await engine.inbox.accept(a_message("human again"))
    await engine.worker.serve(str(CUSTOMER))
    _, second = adapter.threads()
    assert adapter.texts(first) == before
    assert adapter.texts(second)[-1] == "human again"


@dataclass
class WithoutThreads(RecordingAdapter):
    """A desk in which no further thread can be opened."""

    @override
    async def open_thread(
        self, channel: ConversationRef, title: str, first: OutgoingMessage, *, key: str
    ) -> SentMessage:
        if self.threads():
            raise DeliveryError("archived")
        return await super().open_thread(channel, title, first, key=key)


async def test_a_case_without_a_thread_is_told_to_the_desks_channel(redis_client: Redis) -> None:
    adapter = WithoutThreads()
    engine = await a_case(redis_client, adapter)
    (first,) = adapter.threads()
    for message in (
        a_message("/resolve", conversation=first, author=an_agent()),
        a_message("human again"),
    ):
        await engine.inbox.accept(message)
        await engine.worker.serve(str(message.conversation))
    assert adapter.texts(DESK) == ["human again"]
    assert "human again" not in adapter.texts(first)


async def test_an_agent_who_is_quicker_than_the_record_of_the_thread_is_heard(
    redis_client: Redis,
) -> None:
    """The sender died between linking the thread and settling it; the thread is on the screen."""
    adapter, scheduler = RecordingAdapter(), NotingScheduler()
    engine = build_engine(redis_client, adapter, EchoHandler(), scheduler=scheduler)
    await engine.inbox.accept(a_message("human"))
    thread = await half_opened(redis_client, adapter)
    claim = a_message("/claim", conversation=thread, author=an_agent())
    await engine.inbox.accept(claim)
    await engine.worker.serve(str(thread))
    assert await outcome_of(redis_client, claim) == "accepted", "it waits for the thread"

    await asyncio.sleep(0.06)
    await engine.sender.deliver(DESK_LANE)
    await engine.worker.serve(scheduler.wakes[-1])
    assert scheduler.wakes[-1] == str(thread)
    assert adapter.texts(CUSTOMER)[-1] == "You're now talking with **Ana**."
    assert await outcome_of(redis_client, claim) == "noted"


async def half_opened(redis: Redis, adapter: RecordingAdapter) -> ConversationRef:
    """Hand the customer over, and open and link the thread without settling it."""
    mailbox = Mailbox(redis, deadline=5, lease_seconds=5)
    work = await mailbox.begin(CUSTOMER, "writer")
    assert isinstance(work, Work)
    turn = a_turn(work)
    plan = await EchoHandler().customer_turn(turn)
    plans = PlanStore(redis, deadline=5, retention=Retention(history_lines=9, seconds=60))
    assert await plans.store_turn(plan, work.conversation, work.version, turn.messages) is Stored.OK
    await mailbox.finish(CUSTOMER, "writer")
    outbox = an_outbox(redis, lease_seconds=0.05)
    head = await outbox.take(DESK_LANE)
    assert isinstance(head, Next)
    assert head.delivery.opens_thread is not None
    title, first = head.delivery.opens_thread, head.delivery.message
    sent = await adapter.open_thread(DESK, title, first, key=head.delivery.id)
    await outbox.link_thread(sent.conversation, CUSTOMER)
    return sent.conversation


async def test_words_to_an_old_case_stay_in_its_thread(redis_client: Redis) -> None:
    """The platform was slow: the next case is stored before the last one's words are shown."""
    adapter = Blocking()
    engine = await a_case(redis_client, adapter)
    (first,) = adapter.threads()
    adapter.blocked = first
    for message in (
        a_message("one more thing"),
        a_message("/resolve", conversation=first, author=an_agent()),
        a_message("human again"),
    ):
        await engine.inbox.accept(message)
        await engine.worker.serve(str(message.conversation))
    assert adapter.threads() == [first]
    assert adapter.texts(first)[-1] == "human"

    adapter.blocked = None
    await delivered(engine, redis_client, DESK_LANE)
    _, second = adapter.threads()
    assert adapter.texts(first)[-2] == "one more thing"
    assert adapter.texts(second)[-1] == "human again"
    assert {item.conversation for item in adapter.shown} == {CUSTOMER, first, second}
    case = await Cases(redis_client, deadline=1).of_thread(second)
    assert case is not None
    assert case.thread == second


@dataclass
class Forgetful(RecordingAdapter):
    """Loses threads: what is written into a lost one is refused."""

    lost: set[ConversationRef] = field(default_factory=set[ConversationRef])

    @override
    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        if conversation in self.lost:
            raise DeliveryError("the thread was deleted", thread_gone=True)
        return await super().send(conversation, message, key=key)


@dataclass
class WithoutMarks(RecordingAdapter):
    """A desk where the bot may write but lacks the right to mark threads."""

    @override
    async def mark_thread(self, thread: ConversationRef, status: CaseStatus) -> None:
        raise DeliveryError("missing permission: mark threads")


async def test_a_refused_mark_costs_the_case_nothing(redis_client: Redis) -> None:
    adapter = WithoutMarks()
    engine = await a_case(redis_client, adapter)
    [thread] = adapter.threads()
    claim = a_message("/claim", conversation=thread, author=an_agent())
    await engine.inbox.accept(claim)
    await engine.worker.serve(str(thread))
    assert await outcome_of(redis_client, claim) == "noted"
    assert adapter.texts(CUSTOMER)[-1] == "You're now talking with **Ana**."
    await engine.inbox.accept(a_message("thank you, Ana"))
    await engine.worker.serve(str(CUSTOMER))
    assert adapter.texts(thread)[-1] == "thank you, Ana"
    assert adapter.texts(DESK) == []
    results = await run_command(redis_client, "KEYS", "rv:*:sent:*")
    assert "undeliverable" not in await run_command(redis_client, "MGET", *results)


async def test_a_thread_that_was_deleted_is_opened_again(redis_client: Redis) -> None:
    """Somebody tidies the desk up while the customer writes: no word is lost, agents go on."""
    adapter = Forgetful()
    engine = await a_case(redis_client, adapter)
    [first] = adapter.threads()
    adapter.lost.add(first)
    for text in ("are you there?", "still here"):
        await engine.inbox.accept(a_message(text, conversation=CUSTOMER))
        await engine.worker.serve(str(CUSTOMER))
    second = adapter.threads()[-1]
    assert second != first
    assert adapter.texts(second) == ["are you there?", "still here"]
    assert adapter.marks[-1] == (second, CaseStatus.QUEUED), "it looks as the case stands"
    agents_word = a_message("/reply hello again", conversation=second, author=an_agent())
    await engine.inbox.accept(agents_word)
    await engine.worker.serve(str(second))
    assert "hello again" in adapter.texts(CUSTOMER)


async def test_a_refusal_for_another_reason_opens_no_thread(redis_client: Redis) -> None:
    adapter = Blocking()
    engine = await a_case(redis_client, adapter)
    threads = adapter.threads()

    async def refuse(_key: str) -> None:
        await asyncio.sleep(0)
        raise DeliveryError("no permission")

    adapter.before_send = refuse
    await engine.inbox.accept(a_message("hm", conversation=CUSTOMER))
    await engine.worker.serve(str(CUSTOMER))
    assert adapter.threads() == threads
    assert await is_idle(redis_client, CUSTOMER)
