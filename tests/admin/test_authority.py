"""Whoever may not changes nothing, whatever they try, however the platform answers; and it is noted."""

import random
from dataclasses import replace

from redis.asyncio import Redis

from bot.vocabulary.conversations import Conversation
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.people import Authority
from bot.vocabulary.turns import AuditEntry, Turn
from tests.admin.authority import cells, explore, walked
from tests.admin.kit import House

AT_ONCE = 400
SAMPLE = 160
"""Cells that go the whole way, through inbox, worker and store; benchmarks/authorisation.py takes all."""


async def planned(house: House, message: IncomingMessage) -> AuditEntry | None:
    """Let the dispatcher make a plan of a message, as the worker does."""
    stamped = Authority().principal(message)
    turn = Turn(
        id=message.id,
        conversation=Conversation(ref=message.conversation),
        messages=(replace(message, principal=stamped),),
        started_at=message.sent_at,
    )
    plan = await house.dispatcher.customer_turn(turn)
    assert plan.erases is None
    return plan.audit


async def test_nobody_else_changes_anything_and_each_refusal_is_noted(redis_client: Redis) -> None:
    every = list(cells())
    assert len(every) >= 1_500
    found = await explore(redis_client, every, planned, AT_ONCE)
    assert found.wrong == []
    assert (found.tried, found.changes) == (len(every), 0)
    assert found.refused == found.noted > 10_000
    assert found.done > 300


async def test_it_holds_on_the_whole_way_from_the_inbox_to_the_audit_log(
    redis_client: Redis, seed: int
) -> None:
    some = random.Random(seed).sample(list(cells()), SAMPLE)
    found = await explore(redis_client, some, walked, 32)
    assert found.wrong == []
    assert (found.tried, found.changes) == (SAMPLE, 0)
    assert found.refused == found.noted > SAMPLE / 2
