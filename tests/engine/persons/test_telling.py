"""That people were told of their memory is known of the person, on all of their accounts."""

from datetime import UTC, datetime

from redis.asyncio import Redis

from bot.vocabulary.memory import LinkResult
from tests.memory_kit import a_principal, memories_of, stores_on

ANA, ANA_TOO, BEN = a_principal("ana"), a_principal("ana2", tenant="T2"), a_principal("ben")


async def test_it_is_told_to_a_person_and_not_to_an_account(redis_client: Redis) -> None:
    memories = memories_of(await stores_on(redis_client))
    before = datetime.now(UTC)
    await memories.told(ANA)
    told_at = (await memories.view(ANA)).told_at
    assert told_at is not None
    assert before <= told_at <= datetime.now(UTC)
    assert (await memories.view(BEN)).told_at is None
    code = await memories.offer_code(ANA) or ""
    assert await memories.redeem(ANA_TOO, code) is LinkResult.LINKED
    assert (await memories.view(ANA_TOO)).told_at == told_at
    assert await memories.unlink(ANA_TOO)
    assert (await memories.view(ANA_TOO)).told_at == (await memories.view(ANA)).told_at == told_at
