"""A storm over the real engine: nobody is lost, all are told, threads open in their order."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.board import SharedBoard
from bot.engine.engine import Engine, EngineOptions
from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Mailbox
from bot.vocabulary.alarms import Alarm, AlarmKind, Bell
from bot.vocabulary.cases import Case, CaseReason, CaseStatus
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.errors import RateLimitedError
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.messages import ConversationRef, OutgoingMessage, Platform, SentMessage
from bot.vocabulary.people import Authority
from bot.vocabulary.turns import Lane, Plan, ShowDraft, Turn, unseen
from handoff.desk.chat import ChatDesk
from handoff.routing.office import Office
from handoff.storm.control import StormPace
from tests.builders import DESK, a_conversation, a_customer, a_message
from tests.engine_kit import EchoHandler, NotingScheduler
from tests.fakes import RecordingAdapter

PACE = StormPace(threads=2, digest_seconds=0.1, threads_a_digest=3)
CUSTOMERS = [a_conversation(f"c{number}") for number in range(10)]


@dataclass
class BusyGroup(RecordingAdapter):
    """Opens no thread while it is busy."""

    busy: bool = True

    @override
    async def open_thread(
        self, channel: ConversationRef, title: str, first: OutgoingMessage, *, key: str
    ) -> SentMessage:
        if self.busy:
            raise RateLimitedError("slow down", retry_after=0.01)
        return await super().open_thread(channel, title, first, key=key)


class Escalating(EchoHandler):
    """Hands everybody over; who writes ``danger`` at once."""

    def __init__(self, board: SharedBoard) -> None:
        super().__init__()
        self.desk = ChatDesk(language="en", office=Office(desk=DESK), board=board, storm=PACE)

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        text = turn.messages[-1].text
        if turn.conversation.owner.kind is not OwnerKind.BOT:
            leaves = text == "/bot"
            return self.desk.cancel(turn, "en") if leaves else self.desk.relay(turn, "en")
        reason = CaseReason.DANGER if text == "danger" else CaseReason.FAILURE
        request = HandoverRequest(reason=reason, reasons=("x",), language="en", question=text)
        return self.desk.hand_over(turn, request)


@dataclass
class Storm:
    """Customers, a busy desk and one worker."""

    redis: Redis
    adapter: BusyGroup = field(default_factory=BusyGroup)

    def __post_init__(self) -> None:
        self.board = SharedBoard(self.redis, deadline=5)
        self.engine = Engine(
            self.redis,
            NotingScheduler(),
            adapters={Platform.PLAYGROUND: self.adapter},
            handler=Escalating(self.board),
            authority=Authority(desk=DESK),
            options=EngineOptions(join=0, lease=1),
            board=self.board,
        )

    async def says(self, customer: ConversationRef, text: str = "help") -> None:
        author = a_customer(customer.channel_id)
        await self.engine.inbox.accept(a_message(text, conversation=customer, author=author))
        await self.engine.worker.serve(str(customer))

    async def breaks_out(self) -> None:
        await self.board.refresh()
        for customer in CUSTOMERS:
            await self.says(customer)

    async def case(self, customer: ConversationRef) -> Case:
        case = (await Mailbox(self.redis, deadline=5, lease_seconds=5).read(customer))[0].case
        assert case is not None
        return case

    async def waiting(self) -> list[str]:
        cases = [await self.case(customer) for customer in CUSTOMERS]
        return [case.conversation.channel_id for case in cases if case.deferred]

    async def passes(self) -> None:
        """Let time pass: alarms ring, lanes are delivered."""
        await asyncio.sleep(0.02)
        for ref in (DESK, *CUSTOMERS):
            await self.engine.worker.ring(str(ref))
            for lane in Lane:
                await self.engine.sender.deliver(ConversationKeys(ref).lane_name(lane))

    async def drains(self) -> None:
        self.adapter.busy = False
        async with asyncio.timeout(20):
            while await self.waiting() or len(self.adapter.threads()) < len(CUSTOMERS):
                await self.passes()

    def opened(self) -> list[str]:
        """The customers in the order in which their threads opened."""
        threads = self.adapter.threads()
        shown = [item for item in self.adapter.shown if item.conversation in threads]
        first = {item.conversation: item.message.text for item in reversed(shown)}
        return [first[thread] for thread in threads]


@pytest.fixture
def storm(redis_client: Redis) -> Storm:
    return Storm(redis_client)


async def test_beyond_a_few_cases_wait_and_every_customer_is_told(storm: Storm) -> None:
    await storm.breaks_out()
    assert await storm.waiting() == [customer.channel_id for customer in CUSTOMERS[2:]]
    for place, customer in enumerate(CUSTOMERS, start=1):
        [told] = storm.adapter.texts(customer)
        assert f"number {place} in the queue" in told or place == 1


async def test_it_drains_in_order_and_every_case_gets_one_thread(storm: Storm) -> None:
    await storm.breaks_out()
    await storm.drains()
    assert len(storm.adapter.threads()) == len(CUSTOMERS)
    for customer in CUSTOMERS:
        case = await storm.case(customer)
        assert case.status is CaseStatus.QUEUED
        assert case.thread in storm.adapter.threads()
    names = [
        next(c.channel_id for c in CUSTOMERS if c.channel_id in text) for text in storm.opened()
    ]
    assert names[2:] == sorted(names[2:])
    await asyncio.sleep(PACE.digest_seconds)
    await storm.passes()
    conversation, _ = await Mailbox(storm.redis, deadline=5, lease_seconds=5).read(DESK)
    assert conversation.alarms == (), "the digests end with the storm"


async def test_the_desk_reads_how_many_wait_and_why(storm: Storm) -> None:
    await storm.breaks_out()
    async with asyncio.timeout(10):
        while not storm.adapter.texts(DESK):
            await storm.passes()
    digest = storm.adapter.texts(DESK)[0]
    assert "**8 customers are waiting for a person**" in digest
    assert "8 · something failed" in digest
    assert digest.count("waiting for 0 min") == 8
    assert "`/next`" in digest


async def test_danger_never_waits(storm: Storm) -> None:
    await storm.breaks_out()
    storm.adapter.busy = False
    danger = a_conversation("danger")
    await storm.says(danger, "danger")
    case = await storm.case(danger)
    assert not case.deferred
    assert case.thread in storm.adapter.threads()


async def test_what_is_said_meanwhile_stands_in_the_thread_and_not_in_the_channel(
    storm: Storm,
) -> None:
    await storm.breaks_out()
    await storm.says(CUSTOMERS[5], "my order is ABC")
    assert storm.adapter.texts(DESK) == []
    await storm.drains()
    thread = (await storm.case(CUSTOMERS[5])).thread
    assert thread is not None
    assert "my order is ABC" in storm.adapter.texts(thread)[0]


async def test_who_goes_back_to_the_bot_gets_no_thread(storm: Storm) -> None:
    await storm.breaks_out()
    await storm.says(CUSTOMERS[5], "/bot")
    case = await storm.case(CUSTOMERS[5])
    assert (case.status, case.deferred) == (CaseStatus.RESOLVED, False)
    storm.adapter.busy = False
    for _ in range(30):
        await storm.passes()
    assert len(storm.adapter.threads()) == len(CUSTOMERS) - 1


async def test_who_takes_the_next_case_gets_its_thread_at_once(storm: Storm) -> None:
    await storm.breaks_out()
    storm.adapter.busy = False
    alarm = Alarm(kind=AlarmKind.TAKE, at=datetime.now(UTC), about="playground:demo:ana Ana")
    await storm.engine.alarms.set(Bell(conversation=CUSTOMERS[7], alarm=alarm))
    await storm.engine.worker.ring(str(CUSTOMERS[7]))
    case = await storm.case(CUSTOMERS[7])
    assert (case.status, case.deferred) == (CaseStatus.CLAIMED, False)
    assert case.thread in storm.adapter.threads()
    assert "Ana" in storm.adapter.texts(case.thread)[-1] if case.thread else False


async def test_a_case_opens_by_itself_when_no_digest_comes(storm: Storm) -> None:
    await storm.breaks_out()
    conversation, _ = await Mailbox(storm.redis, deadline=5, lease_seconds=5).read(CUSTOMERS[5])
    [alarm] = [item for item in conversation.alarms if item.kind is AlarmKind.OPEN]
    assert 60 < (alarm.at - datetime.now(UTC)).total_seconds() < 120
    keys = ConversationKeys(CUSTOMERS[5])
    early = replace(alarm, at=datetime.now(UTC))
    await storm.engine.alarms.set(Bell(conversation=CUSTOMERS[5], alarm=early))
    storm.adapter.busy = False
    await storm.engine.worker.ring(keys.reference)
    assert (await storm.case(CUSTOMERS[5])).thread in storm.adapter.threads()
