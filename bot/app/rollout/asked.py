"""What was asked lately, of whatever is still stored: what was erased or has ended is not in it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot.engine.gaps import Gaps
from bot.engine.receipts import Receipts

DAYS = 30
MOST_CONVERSATIONS = 3_000


class AskedLately:
    """Reads questions, each with its language, from receipts and gaps.

    Raises ``StateUnavailableError`` when Redis does not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._gaps = Gaps(redis, deadline=deadline)
        self._receipts = Receipts(redis, deadline=deadline)

    async def questions(self) -> Sequence[tuple[str, str]]:
        """Return what was asked in the last days; a question that left a gap is in it once."""
        begin = datetime.now(UTC) - timedelta(days=DAYS)
        asked = list(await self._receipts.asked(begin, MOST_CONVERSATIONS))
        known = {text for _, text in asked}
        gaps = await self._gaps.since(begin)
        asked += [(gap.language, gap.question) for gap in gaps if gap.question not in known]
        return asked
