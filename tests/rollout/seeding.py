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
    kind: EvidenceKind | None = None,
    **fields: Any,
) -> None:
    """Store what was seen of so many conversations, as the engine does.

    Without a ``kind`` they were answered, and those that went badly were asked once more.
    """
    kept: dict[str, Any] = {"topic": "Returns", "arm": Arm.BOT} | fields
    pipeline = redis.pipeline(transaction=False)
    for number, good in enumerate(went):
        at, name = NOW - begin + timedelta(seconds=number), f"{begin}{mode}{kept}{number}"
        seen = [(kind, good)] if kind else [(EvidenceKind.ANSWERED, True)]
        seen += [(EvidenceKind.RETURNED, False)] if not (kind or good) else []
        for one, is_good in seen:
            noted = Evidence(id=name, at=at, mode=mode, kind=one, good=is_good, **kept)
            pipeline.xadd(evidence("p07"), {"seen": codec.dumps(codec.evidence, noted)})
    await pipeline.execute()


async def a_fall(redis: Redis, mode: RolloutMode = RolloutMode.AUTO, **fields: Any) -> None:
    """Let the bot do well for more than a week, and then badly."""
    await seed(redis, WELL * 3, mode=mode, begin=timedelta(days=9), **fields)
    await seed(redis, BADLY * 20, mode=mode, begin=timedelta(hours=1), **fields)
