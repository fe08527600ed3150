"""The outbox: each lane in order and each message once, whatever mood a platform is in."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.cases import Cases
from bot.engine.client.connection import connect, run_command
from bot.engine.engine import Engine, EngineOptions
from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Mailbox, Work
from bot.engine.outbox import Next, Outbox, Wait
from bot.engine.plans import PlanStore, Retention, Stored
from bot.engine.sender import AUTHENTICATION_RETRY_SECONDS, DEADLY_TRIES
from bot.engine.worker import new_turn_id
from bot.vocabulary.errors import (
    AuthenticationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)
from bot.vocabulary.messages import (
    ConversationRef,
    File,
    IncomingMessage,
    OutgoingMessage,
    SentMessage,
)
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import Delivery, Lane, Outcome, Owner, OwnerKind, Plan, Turn
from tests.builders import DESK, a_conversation, a_message, an_agent
from tests.engine_kit import EchoHandler, NotingScheduler, build_engine, is_idle, outcome_of
from tests.fakes import RecordingAdapter

CUSTOMER = a_conversation()
LANE = ConversationKeys(CUSTOMER).lane_name(Lane.CUSTOMER)
DESK_LANE = ConversationKeys(CUSTOMER).lane_name(Lane.DESK)
QUICK = EngineOptions(join=0, send=0.05, lane_lease=0.2, resend=0.01)


@dataclass
class MoodyPlatform(RecordingAdapter):
    """Meets each try with the next mood; without one it is fine."""

    moods: deque[str] = field(default_factory=deque[str])
    tries: list[str] = field(default_factory=list[str])

    @override
    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        self.tries.append(message.text)
        mood = self.moods.popleft() if self.moods else "fine"
        if mood in {"took it, answer lost", "took it, answer late"}:
            await super().send(conversation, message, key=key)
        match mood:
            case "busy":
                raise RateLimitedError("slow down", retry_after=0.01)
            case "lost" | "took it, answer lost":
                raise ConnectionLostError("no answer")
            case "late" | "took it, answer late":
                await asyncio.sleep(60)
            case "never":
                raise DeliveryError("blocked")
            case "unknown":
                raise AuthenticationError("wrong token")
            case _:
                pass
        return await super().send(conversation, message, key=key)


PASSING = ("fine", "busy", "lost", "took it, answer lost", "late", "took it, answer late")


def a_turn(work: Work) -> Turn:
    return Turn(
        id=new_turn_id(),
        conversation=work.conversation,
        messages=work.messages,
        started_at=datetime.now(UTC),
    )


async def stored(
    redis: Redis, texts: Sequence[str], *, fenced: bool = False, owner: Owner | None = None
) -> IncomingMessage:
    """Store a turn that says all of this to the customer, and show nothing of it."""
    message = a_message("question")
    engine = build_engine(redis, RecordingAdapter(), EchoHandler())
    await engine.inbox.accept(message)
    mailbox = Mailbox(redis, deadline=5, lease_seconds=5)
    work = await mailbox.begin(CUSTOMER, "writer")
    assert isinstance(work, Work)
    turn = a_turn(work)
    plan = Plan(
        outcome=Outcome.ANSWERED,
        receipt=receipt_of(turn, outcome=Outcome.ANSWERED, language="en", question="", reasons=()),
        deliveries=tuple(
            Delivery(lane=Lane.CUSTOMER, message=OutgoingMessage(text=text), fenced=fenced)
            for text in texts
        ),
        owner=owner,
    )
    plans = PlanStore(redis, deadline=5, retention=Retention(history_lines=9, seconds=60))
    assert await plans.store_turn(plan, work.conversation, work.version, turn.messages) is Stored.OK
    assert await mailbox.finish(CUSTOMER, "writer")
    return message


async def delivered(engine: Engine, redis: Redis, lane: str = LANE) -> None:
    """Deliver a lane again and again until it is empty."""
    async with asyncio.timeout(20):
        while True:
            await engine.sender.deliver(lane)
            if await is_idle(redis, CUSTOMER):
                return
            await asyncio.sleep(0.01)


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


async def test_the_bots_words_are_withheld_when_an_agent_took_over_meanwhile(
    redis_client: Redis,
) -> None:
    question = await stored(redis_client, ["an answer of the AI"], fenced=True)
    taken = await stored(redis_client, ["Ana is here"], owner=Owner(kind=OwnerKind.AGENT))
    adapter = RecordingAdapter()
    await build_engine(redis_client, adapter, EchoHandler()).sender.deliver(LANE)

    assert adapter.texts(CUSTOMER) == ["Ana is here"]
    assert await outcome_of(redis_client, question) == "relayed", "an agent has it now"
    assert await outcome_of(redis_client, taken) == "answered"
    assert await is_idle(redis_client, CUSTOMER)


async def test_the_bots_words_are_shown_while_nobody_took_over(redis_client: Redis) -> None:
    await stored(redis_client, ["back with you"], fenced=True, owner=Owner())
    question = await stored(redis_client, ["an answer of the AI"], fenced=True)
    adapter = RecordingAdapter()
    await build_engine(redis_client, adapter, EchoHandler()).sender.deliver(LANE)
    assert adapter.texts(CUSTOMER) == ["back with you", "an answer of the AI"]
    assert await outcome_of(redis_client, question) == "answered"


async def a_case(redis: Redis, adapter: RecordingAdapter) -> Engine:
    """Let the customer ask for a human: the plan is stored and shown."""
    engine = build_engine(redis, adapter, EchoHandler())
    await engine.inbox.accept(a_message("human"))
    await engine.worker.serve(str(CUSTOMER))
    return engine


async def test_the_thread_that_a_case_opens_is_linked_both_ways(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    engine = await a_case(redis_client, adapter)
    (thread,) = adapter.threads()
    case = await Cases(redis_client, deadline=1).of_thread(thread)
    assert case is not None
    assert (case.conversation, case.thread) == (CUSTOMER, thread)

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


@dataclass
class Crossing(RecordingAdapter):
    """Two senders meet in every send: each lets the other go first."""

    busy: int = 0
    most_busy: int = 0

    @override
    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        await asyncio.sleep(0.002)
        self.busy -= 1
        return await super().send(conversation, message, key=key)


async def test_many_senders_on_one_lane_never_show_two_copies(redis_client: Redis) -> None:
    texts = [f"line {number}" for number in range(40)]
    await stored(redis_client, texts)
    adapter = Crossing()
    engines = [build_engine(redis_client, adapter, EchoHandler()) for _ in range(4)]

    async def deliver(engine: Engine) -> None:
        for _ in range(30):
            await engine.sender.deliver(LANE)
            await asyncio.sleep(0.005)

    await asyncio.gather(*map(deliver, engines))
    assert adapter.texts(CUSTOMER) == texts
    assert adapter.repeats == 0, "nothing was even sent twice"
    assert adapter.most_busy == 1, "one sender at a time"


def an_outbox(redis: Redis, lease_seconds: float = 5) -> Outbox:
    return Outbox(redis, deadline=5, lease_seconds=lease_seconds)


async def taken(outbox: Outbox) -> Next:
    head = await outbox.take(LANE)
    assert isinstance(head, Next)
    return head


def the_sent(text: str) -> SentMessage:
    return SentMessage(conversation=CUSTOMER, message_id=text)


async def test_what_another_sender_settled_is_not_popped_twice(redis_client: Redis) -> None:
    """The first sender was frozen for longer than its lease of the lane."""
    await stored(redis_client, ["one", "two", "three"])
    outbox = an_outbox(redis_client, lease_seconds=0.05)
    late = await taken(outbox)
    await asyncio.sleep(0.06)
    again = await taken(outbox)
    assert again.delivery == late.delivery
    assert await outbox.settle(again, the_sent("p1")) == 2
    assert await outbox.settle(late, the_sent("p1")) == -1
    assert (await taken(outbox)).delivery.message.text == "two"


async def test_a_late_senders_rest_does_not_free_the_lane_of_another(redis_client: Redis) -> None:
    await stored(redis_client, ["one", "two"])
    late = await taken(an_outbox(redis_client, lease_seconds=0.05))
    await asyncio.sleep(0.06)
    outbox = an_outbox(redis_client)
    sending = await taken(outbox)
    await outbox.rest(late, 0)
    assert isinstance(await outbox.take(LANE), Wait), "two senders would send at once"
    await outbox.settle(sending, the_sent("p1"))
    following = await taken(outbox)
    await outbox.rest(late, 0)
    assert isinstance(await outbox.take(LANE), Wait)
    await outbox.rest(following, 0)
    assert (await taken(outbox)).delivery == following.delivery


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


async def test_a_dead_senders_lane_is_tried_as_soon_as_its_lease_ends(redis_client: Redis) -> None:
    """Docket wakes another worker, who has nothing to handle; it need not wait for the sweeper."""
    await stored(redis_client, ["one", "two"])
    await taken(an_outbox(redis_client, lease_seconds=0.3))
    adapter, scheduler = RecordingAdapter(), NotingScheduler()
    engine = build_engine(redis_client, adapter, EchoHandler(), scheduler=scheduler)
    await engine.worker.serve(str(CUSTOMER))
    ((lane_name, seconds),) = scheduler.lanes
    assert lane_name == LANE
    assert 0 < seconds <= 0.3

    await asyncio.sleep(seconds)
    await engine.sender.deliver(lane_name)
    assert adapter.texts(CUSTOMER) == ["one", "two"]


@dataclass
class Blocking(RecordingAdapter):
    """Takes nothing for one conversation for a while."""

    blocked: ConversationRef | None = None

    @override
    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        if conversation == self.blocked:
            raise RateLimitedError("slow down", retry_after=0.05)
        return await super().send(conversation, message, key=key)


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
