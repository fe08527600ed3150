"""What was seen of conversations, stored as the engine does."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.keys import evidence
from bot.vocabulary.rollout import Arm, Evidence, EvidenceKind, RolloutMode

NOW = datetime.now(UTC)
WELL, BADLY = [True] * 19 + [False], [True, False]
TOPICS = [{"name": "Returns", "words": ["pan"]}, {"name": "Delivery", "words": ["parcel"]}]


async def seed(
    redis: Redis,
    went: Iterable[bool],
    *,
    mode: RolloutMode = RolloutMode.AUTO,
    begin: timedelta = timedelta(hours=1),
    **fields: Any,
) -> None:
    """Store what was seen of so many conversations, as the engine does."""
    kept: dict[str, Any] = {"topic": "Returns", "arm": Arm.BOT, "kind": EvidenceKind.RATED} | fields
    for number, good in enumerate(went):
        at, name = NOW - begin + timedelta(seconds=number), f"{begin}{mode}{kept}{number}"
        one = Evidence(id=name, at=at, mode=mode, good=good, **kept)
        await redis.xadd(evidence("p07"), {"seen": codec.dumps(codec.evidence, one)})


async def a_fall(redis: Redis, mode: RolloutMode = RolloutMode.AUTO, **fields: Any) -> None:
    """Let the bot do well at first, and then badly."""
    await seed(redis, WELL * 3, mode=mode, begin=timedelta(hours=3), **fields)
    await seed(redis, BADLY * 20, mode=mode, begin=timedelta(hours=1), **fields)
