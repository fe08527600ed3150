"""Alarms ring once, in their order, by the server's clock, and survive whatever happens to workers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.client.connection import run_command
from bot.engine.engine import Engine, EngineOptions
from bot.engine.keys import DAY_SECONDS, ConversationKeys
from bot.engine.mailbox import Mailbox
from bot.engine.scheduler import DocketScheduler, open_docket, register
from bot.vocabulary.alarms import Alarm, AlarmKind, Bell
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import AlarmTurn, Delivery, Lane, Outcome, Plan, ShowDraft, Turn, unseen
from tests.builders import a_conversation, a_message
from tests.engine_kit import EchoHandler, NotingScheduler, build_engine
from tests.fakes import RecordingAdapter

CUSTOMER = a_conversation()
KEYS = ConversationKeys(CUSTOMER)
OPTIONS = EngineOptions(join=0, lease=0.1, lane_lease=0.1, resend=0.01)


class KilledError(BaseException):
    """The process is gone."""


def soon(seconds: float = 0.0) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def an_alarm(kind: AlarmKind = AlarmKind.UNCLAIMED, seconds: float = 0.0, about: str = "") -> Alarm:
    return Alarm(kind=kind, at=soon(seconds), about=about)


@dataclass
class Alarming(EchoHandler):
    """Sets these alarms with each customer's turn, and says which ones ring."""

    sets: tuple[Alarm, ...] | None = None
    sets_at_ring: tuple[Alarm, ...] | None = None
    gate: asyncio.Event | None = None
    """What the next alarm waits for."""
    error: BaseException | None = None
    """What ``failing`` alarms end in."""
    failing: AlarmKind = AlarmKind.OFFER
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    rung: list[AlarmTurn] = field(default_factory=list[AlarmTurn])

    def __post_init__(self) -> None:
        super().__init__()

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        return replace(await super().customer_turn(turn, show), alarms=self.sets)

    @override
    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        self.rung.append(turn)
        self.begun.set()
        gate, self.gate = self.gate, None
        if gate is not None:
            await gate.wait()
        if self.error is not None and turn.alarm.kind is self.failing:
            raise self.error
        message = OutgoingMessage(text=f"rings: {turn.alarm.kind}{turn.alarm.about}")
        receipt = receipt_of(
            turn, outcome=Outcome.NOTED, language="en", question="", reasons=("alarm",)
        )
        return Plan(
            outcome=Outcome.NOTED,
            receipt=receipt,
            deliveries=(Delivery(lane=Lane.CUSTOMER, message=message),),
            alarms=self.sets_at_ring,
        )


@dataclass
class Clockwork:
    """One or more workers over one Redis and what their platform shows."""

    redis: Redis
    handler: Alarming
    adapter: RecordingAdapter = field(default_factory=RecordingAdapter)
    scheduler: NotingScheduler = field(default_factory=NotingScheduler)

    def engine(self) -> Engine:
        return build_engine(
            self.redis, self.adapter, self.handler, scheduler=self.scheduler, options=OPTIONS
        )

    async def say(self, text: str = "hi") -> None:
        message = a_message(text)
        engine = self.engine()
        await engine.inbox.accept(message)
        await engine.worker.serve(str(CUSTOMER))

    async def ring(self) -> None:
        await self.engine().worker.ring(str(CUSTOMER))

    async def state(self) -> Conversation:
        return (await Mailbox(self.redis, deadline=5, lease_seconds=5).read(CUSTOMER))[0]

    @property
    def heard(self) -> list[str]:
        return [text for text in self.adapter.texts(CUSTOMER) if text.startswith("rings")]


async def test_an_alarm_that_is_due_rings_once_and_is_gone(redis_client: Redis) -> None:
    clock = Clockwork(redis_client, Alarming(sets=(an_alarm(),)))
    await clock.say()
    assert [reference for reference, _ in clock.scheduler.rings] == [str(CUSTOMER)]
    assert (await clock.state()).alarms == clock.handler.sets
    await clock.ring()
    await clock.ring()
    assert clock.heard == ["rings: unclaimed"]
    assert (await clock.state()).alarms == ()
    assert await redis_client.zcard(KEYS.alarms) == 0
    assert clock.handler.rung[0].at >= clock.handler.rung[0].alarm.at


async def test_the_earliest_rings_first_and_the_others_wait(redis_client: Redis) -> None:
    alarms = (
        an_alarm(AlarmKind.IDLE, -1),
        an_alarm(AlarmKind.PROMISE, -3, "b"),
        an_alarm(AlarmKind.PROMISE, -2, "a"),
        an_alarm(AlarmKind.CSAT, 60),
    )
    clock = Clockwork(redis_client, Alarming(sets=alarms))
    await clock.say()
    await clock.ring()
    assert clock.heard == ["rings: promiseb", "rings: promisea", "rings: idle"]
    assert [alarm.kind for alarm in (await clock.state()).alarms] == [AlarmKind.CSAT]


async def test_a_far_alarm_is_left_to_the_sweeper_until_it_is_near(redis_client: Redis) -> None:
    far, near = an_alarm(AlarmKind.NPS, 100), an_alarm(AlarmKind.LAPSE, 5)
    clock = Clockwork(redis_client, Alarming(sets=(far,)))
    await clock.say()
    assert not clock.scheduler.rings
    assert await clock.engine().sweeper.sweep() == 0
    clock.handler.sets = (far, near)
    await clock.say()
    clock.scheduler.rings.clear()
    assert await clock.engine().sweeper.sweep() == 1
    [(reference, seconds)] = clock.scheduler.rings
    assert reference == str(CUSTOMER)
    assert 0 < seconds <= 5
    await clock.ring()
    assert not clock.heard, "an early wake-up rings nothing"


async def test_a_plan_without_alarms_leaves_them_and_an_empty_one_takes_them_back(
    redis_client: Redis,
) -> None:
    clock = Clockwork(redis_client, Alarming(sets=(an_alarm(),)))
    await clock.say()
    clock.handler.sets = None
    await clock.say()
    assert len((await clock.state()).alarms) == 1
    clock.handler.sets = ()
    await clock.say()
    await clock.ring()
    assert not clock.handler.rung
    assert await redis_client.zcard(KEYS.alarms) == 0


async def test_set_again_for_the_same_time_it_does_not_ring_again(redis_client: Redis) -> None:
    alarm = an_alarm()
    clock = Clockwork(redis_client, Alarming(sets=(alarm,), sets_at_ring=(alarm,)))
    await clock.say()
    await clock.ring()
    await clock.say()
    await clock.ring()
    assert clock.heard == ["rings: unclaimed"]
    assert (await clock.state()).alarms == ()


async def test_two_workers_let_it_ring_once(redis_client: Redis) -> None:
    clock = Clockwork(redis_client, Alarming(sets=(an_alarm(),)))
    await clock.say()
    await asyncio.gather(*(clock.ring() for _ in range(8)))
    assert len(clock.handler.rung) == 1, "the index keeps the others away"
    await redis_client.zadd(KEYS.alarms, {str(CUSTOMER): 0})
    await clock.ring()
    assert clock.heard == ["rings: unclaimed"]


async def test_a_worker_that_hangs_longer_than_its_lease_stores_nothing(
    redis_client: Redis,
) -> None:
    clock = Clockwork(redis_client, Alarming(sets=(an_alarm(),)))
    await clock.say()
    frozen = clock.handler.gate = asyncio.Event()
    first = asyncio.create_task(clock.ring())
    await clock.handler.begun.wait()
    await redis_client.zadd(KEYS.alarms, {str(CUSTOMER): 0})
    await clock.ring()
    frozen.set()
    await first
    assert len(clock.handler.rung) == 2
    assert clock.heard == ["rings: unclaimed"]


async def test_one_that_takes_long_is_left_to_its_worker_and_not_given_up(
    redis_client: Redis,
) -> None:
    clock = Clockwork(redis_client, Alarming(sets=(an_alarm(AlarmKind.COPILOT),)))
    await clock.say()
    slow = clock.handler.gate = asyncio.Event()
    first = asyncio.create_task(clock.ring())
    await clock.handler.begun.wait()
    for _ in range(5):
        await asyncio.sleep(OPTIONS.lease * 1.5)
        await clock.ring()
    assert len(clock.handler.rung) == 1, "a model is not asked twice"
    slow.set()
    await first
    assert clock.heard == ["rings: copilot"]
    assert await redis_client.xlen(KEYS.dead) == 0


async def test_a_customers_turn_while_it_rings_makes_it_look_again(redis_client: Redis) -> None:
    clock = Clockwork(redis_client, Alarming(sets=(an_alarm(),)))
    await clock.say("one")
    slow = clock.handler.gate = asyncio.Event()
    ringing = asyncio.create_task(clock.ring())
    await clock.handler.begun.wait()
    clock.handler.sets = None
    await clock.say("two")
    assert clock.adapter.texts(CUSTOMER) == ["bot: one", "bot: two"], "nobody waited"
    slow.set()
    await ringing
    assert clock.heard == ["rings: unclaimed"]
    assert len(clock.handler.rung[-1].conversation.history) == 4


async def test_taken_back_while_it_rings_it_leads_to_nothing(redis_client: Redis) -> None:
    clock = Clockwork(redis_client, Alarming(sets=(an_alarm(),)))
    await clock.say()
    slow = clock.handler.gate = asyncio.Event()
    ringing = asyncio.create_task(clock.ring())
    await clock.handler.begun.wait()
    clock.handler.sets = ()
    await clock.say("thanks")
    slow.set()
    await ringing
    assert not clock.heard


async def test_one_that_fails_is_given_up_and_holds_up_no_message(
    redis_client: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    alarms = (an_alarm(AlarmKind.OFFER, -1), an_alarm(AlarmKind.CSAT))
    clock = Clockwork(redis_client, Alarming(sets=alarms))
    await clock.say("one")
    clock.handler.error, clock.handler.sets = RuntimeError("a fault of ours"), None
    ringing = asyncio.create_task(clock.ring())
    await clock.handler.begun.wait()
    await clock.say("two")
    assert clock.adapter.texts(CUSTOMER)[-1] == "bot: two"
    await ringing
    assert clock.heard == ["rings: csat"]
    assert [turn.alarm.kind for turn in clock.handler.rung].count(AlarmKind.OFFER) == 3
    [(_, dead)] = await run_command(redis_client, "XRANGE", KEYS.dead, "-", "+")
    assert '"offer"' in dead["alarm"]
    assert "alarm given up" in caplog.text


async def test_a_bell_sets_an_alarm_elsewhere_and_the_earlier_time_counts(
    redis_client: Redis,
) -> None:
    clock = Clockwork(redis_client, Alarming())
    alarms = clock.engine().alarms
    for seconds in (60, 30, 90):
        alarm = an_alarm(AlarmKind.DIGEST, seconds)
        await alarms.set(Bell(conversation=CUSTOMER, alarm=alarm))
    assert 0 < await redis_client.ttl(KEYS.state) <= EngineOptions().history_days * DAY_SECONDS
    [alarm] = (await clock.state()).alarms
    assert 25 < (alarm.at - soon()).total_seconds() < 31
    now = an_alarm(AlarmKind.DIGEST)
    await alarms.set(Bell(conversation=CUSTOMER, alarm=now))
    await clock.ring()
    await alarms.set(Bell(conversation=CUSTOMER, alarm=now))
    await clock.ring()
    assert clock.heard == ["rings: digest"], "the same bell once more finds that it has rung"


async def test_many_bells_at_once_leave_the_earliest(redis_client: Redis) -> None:
    clock = Clockwork(redis_client, Alarming())
    alarms = clock.engine().alarms
    bells = [
        Bell(conversation=CUSTOMER, alarm=an_alarm(AlarmKind.DIGEST, seconds))
        for seconds in range(20, 40)
    ]
    await asyncio.gather(*map(alarms.set, reversed(bells)))
    assert (await clock.state()).alarms == (bells[0].alarm,)


async def test_a_state_lives_until_its_last_alarm_has_rung(redis_client: Redis) -> None:
    year = 365 * DAY_SECONDS
    clock = Clockwork(redis_client, Alarming(sets=(an_alarm(AlarmKind.NPS, year), an_alarm())))
    await clock.say()
    assert await redis_client.ttl(KEYS.state) > year
    assert await redis_client.ttl(KEYS.history) <= EngineOptions().history_days * DAY_SECONDS
    clock.handler.sets = None
    await clock.ring()
    await clock.say()
    assert await redis_client.ttl(KEYS.state) > year
    clock.handler.sets = ()
    await clock.say()
    assert await redis_client.ttl(KEYS.state) <= EngineOptions().history_days * DAY_SECONDS


async def test_an_alarm_of_an_erased_conversation_is_forgotten(redis_client: Redis) -> None:
    clock = Clockwork(redis_client, Alarming(sets=(an_alarm(),)))
    await clock.say()
    await redis_client.delete(KEYS.state)
    await clock.ring()
    assert not clock.handler.rung
    assert await redis_client.zcard(KEYS.alarms) == 0


async def test_a_worker_killed_while_it_rings_leaves_the_alarm_to_the_next(
    redis_client: Redis,
) -> None:
    clock = Clockwork(redis_client, Alarming(sets=(an_alarm(AlarmKind.OFFER),)))
    await clock.say()
    clock.handler.error = KilledError()
    with pytest.raises(BaseExceptionGroup):
        await clock.ring()
    clock.handler.error = None
    await clock.ring()
    assert not clock.heard, "the dead one still has it"
    await asyncio.sleep(OPTIONS.lease)
    clock.scheduler.rings.clear()
    assert await clock.engine().sweeper.sweep() == 1
    await clock.ring()
    assert clock.heard == ["rings: offer"]


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - what is waited for is not ours to signal
        await asyncio.sleep(0.02)


async def test_through_docket_it_rings_in_time_whatever_the_workers_clock_says(
    redis_client: Redis, redis_url: str
) -> None:
    """One that is near is scheduled; one that a lost call left behind is found by the sweeper."""
    handler = Alarming(sets=(an_alarm(seconds=0.5), an_alarm(AlarmKind.IDLE, 0.1)))
    adapter = RecordingAdapter()
    async with open_docket(redis_url) as docket:
        options = EngineOptions(join=0, sweep=0.2, lease=1)
        engine = build_engine(
            redis_client,
            adapter,
            handler,
            scheduler=DocketScheduler(docket, deadline=5),
            options=options,
        )
        register(docket, engine.duties)
        working = asyncio.create_task(engine.work(docket))
        await engine.inbox.accept(a_message("hi"))
        bell = Alarm(kind=AlarmKind.DIGEST, at=datetime(2001, 1, 1, tzinfo=UTC))
        async with asyncio.timeout(10):
            await until(lambda: bool(adapter.texts(CUSTOMER)))
            await engine.alarms.set(Bell(conversation=CUSTOMER, alarm=bell))
            await until(lambda: len(handler.rung) == 3)
        working.cancel()
        await asyncio.wait([working])
    assert {turn.alarm.kind for turn in handler.rung} == {
        AlarmKind.DIGEST,
        AlarmKind.IDLE,
        AlarmKind.UNCLAIMED,
    }
    lateness = [(turn.at - turn.alarm.at).total_seconds() for turn in handler.rung[1:]]
    assert min(lateness) >= 0
