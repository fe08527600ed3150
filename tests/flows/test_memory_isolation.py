"""Nothing that was said in private is in public, and nothing of one person is with another: whole turns.

``python -m benchmarks isolation_turns`` does the same with 100 persons and many more turns.
"""

import logging

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from bot.vocabulary.memory import Memories, Recalled
from bot.vocabulary.messages import ConversationRef, Principal
from tests.flows.square import Findings, Square, a_square, direct
from tests.memory_commands_kit import PlainMemories

STEPS = 30


class TakesAllForPrivate(PlainMemories):
    """A memory that forgets where it is asked."""

    def __init__(self, memories: Memories) -> None:
        super().__init__()
        self._behind = memories

    @override
    async def recall(
        self, principal: Principal, place: ConversationRef, *, is_direct: bool, question: str
    ) -> Recalled:
        return await self._behind.recall(principal, place, is_direct=True, question=question)


class KnowsPeopleByTheirIds(TakesAllForPrivate):
    """A memory that takes strangers of another tenant with the same user id for one."""

    @override
    async def recall(
        self, principal: Principal, place: ConversationRef, *, is_direct: bool, question: str
    ) -> Recalled:
        who = Principal(platform=principal.platform, tenant_id="T0", user_id=principal.user_id)
        return await self._behind.recall(who, direct(who), is_direct=is_direct, question=question)


async def walked(square: Square, log: pytest.LogCaptureFixture) -> Findings:
    with log.at_level(logging.DEBUG):
        for _ in range(STEPS):
            await square.step()
    return await square.looked_at(log.text)


async def test_nobody_reads_what_another_said_or_what_was_private(
    redis_client: Redis, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    found = await walked(await a_square(redis_client, 8, seed), caplog)
    assert found.crossings == []
    assert found.told > STEPS
    assert min(found.seen.values()) > 0


@pytest.mark.parametrize("leak", [TakesAllForPrivate, KnowsPeopleByTheirIds])
async def test_a_leak_is_seen(
    redis_client: Redis, seed: int, caplog: pytest.LogCaptureFixture, leak: type[TakesAllForPrivate]
) -> None:
    found = await walked(await a_square(redis_client, 8, seed, leak), caplog)
    assert found.crossings
