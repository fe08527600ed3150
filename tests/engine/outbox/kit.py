"""Turns whose words wait in the outbox, platforms in their moods, and a case with its thread."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.engine import Engine, EngineOptions
from bot.engine.equipment import new_turn_id
from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Mailbox, Work
from bot.engine.outbox import Next, Outbox
from bot.engine.plans import PlanStore, Retention, Stored
from bot.vocabulary.conversations import Owner
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
from bot.vocabulary.turns import Delivery, Lane, Outcome, Plan, Turn
from tests.builders import a_conversation, a_message
from tests.engine_kit import EchoHandler, build_engine, is_idle
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


async def a_case(redis: Redis, adapter: RecordingAdapter) -> Engine:
    """Let the customer ask for a human: the plan is stored and shown."""
    engine = build_engine(redis, adapter, EchoHandler())
    await engine.inbox.accept(a_message("human"))
    await engine.worker.serve(str(CUSTOMER))
    return engine


def an_outbox(redis: Redis, lease_seconds: float = 5) -> Outbox:
    return Outbox(redis, deadline=5, lease_seconds=lease_seconds)


async def taken(outbox: Outbox) -> Next:
    head = await outbox.take(LANE)
    assert isinstance(head, Next)
    return head


def the_sent(text: str) -> SentMessage:
    return SentMessage(conversation=CUSTOMER, message_id=text)
