"""Stores what agents' gestures want to be shown, and delivers it step by step."""

import asyncio

from redis.asyncio import Redis

from bot.engine.engine import Engine
from bot.engine.equipment import new_turn_id
from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Mailbox
from bot.engine.plans import PlanStore, Retention, Stored
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import Delivery, DeskTurn, Lane, Outcome, Plan
from tests.builders import a_conversation, a_message
from tests.engine_kit import is_idle

CUSTOMER = a_conversation()
KEYS = ConversationKeys(CUSTOMER)


def says(text: str, **fields: object) -> Delivery:
    message = OutgoingMessage(text=text, is_literal=True, speaker="Ana")
    return Delivery(**({"lane": Lane.CUSTOMER, "message": message} | fields))  # pyright: ignore[reportArgumentType]


async def store(redis: Redis, *deliveries: Delivery) -> None:
    """Store what an agent's gesture wants to be shown, and show nothing of it."""
    mailbox = Mailbox(redis, deadline=5, lease_seconds=5)
    conversation, version = await mailbox.read(CUSTOMER)
    message = a_message("/reply")
    turn = DeskTurn(
        id=new_turn_id(),
        message=message,
        conversation=conversation,
        at=message.sent_at,
        started_at=message.sent_at,
    )
    receipt = receipt_of(turn, outcome=Outcome.NOTED, language="en", question="", reasons=())
    plan = Plan(outcome=Outcome.NOTED, receipt=receipt, deliveries=deliveries)
    plans = PlanStore(redis, deadline=5, retention=Retention(history_lines=9, seconds=60))
    stored = await plans.store_desk_action(plan, conversation, version, message.event_key)
    assert stored is Stored.OK


async def deliver(engine: Engine, lane: Lane = Lane.CUSTOMER) -> None:
    await engine.sender.deliver(KEYS.lane_name(lane))


async def deliver_all(engine: Engine, redis: Redis, lane: Lane = Lane.CUSTOMER) -> None:
    async with asyncio.timeout(10):
        while not await is_idle(redis, CUSTOMER):
            await deliver(engine, lane)
            await asyncio.sleep(0.005)
