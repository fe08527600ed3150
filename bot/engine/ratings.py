"""Reads back what customers answered in surveys."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import all_partitions, ratings
from bot.vocabulary.surveys import Rating


class Ratings:
    """The answers to surveys of all conversations.

    Raises ``StateUnavailableError`` when Redis does not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline

    async def since(self, begin: datetime) -> Sequence[Rating]:
        """Return the answers from then on, oldest first; of each kind and case the last one."""
        found: dict[tuple[str, str], Rating] = {}
        for partition in all_partitions():
            async with guarded(self._deadline):
                rows = await run_command(self._redis, "XRANGE", ratings(partition), "-", "+")
            for _, fields in cast(list[tuple[str, dict[str, str]]], rows):
                rating = codec.loads(codec.rating, fields["rating"])
                found[rating.kind, rating.case] = rating
        return sorted(
            (rating for rating in found.values() if rating.at >= begin),
            key=lambda rating: (rating.at, rating.case),
        )
