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
PLANNED = 1_900
SAMPLE = 120
"""Cells that are planned, and cells that go the whole way; benchmarks/authorisation.py takes all of them."""


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


async def test_nobody_else_changes_anything_and_each_refusal_is_noted(
    redis_client: Redis, seed: int
) -> None:
    every = [one for one in cells() if not one.is_everybodys]
    some = random.Random(seed).sample(every, PLANNED)
    found = await explore(redis_client, some, planned, AT_ONCE)
    assert found.wrong == []
    assert (found.tried, found.changes) == (PLANNED, 0)
    assert found.refused == found.noted > 1_500
    assert found.done > 50
    assert found.ran > found.done / 2, "the wires that nobody else may touch are live"


async def test_it_holds_on_the_whole_way_from_the_inbox_to_the_audit_log(
    redis_client: Redis, seed: int
) -> None:
    some = random.Random(seed).sample(list(cells()), SAMPLE)
    found = await explore(redis_client, some, walked, 32)
    assert found.wrong == []
    assert (found.tried, found.changes) == (SAMPLE, 0)
    assert found.refused == found.noted > SAMPLE / 2
