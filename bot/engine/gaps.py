"""Reads gaps back: what the knowledge lacked, in all conversations."""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded, run_command
from bot.engine.codec import CaseEnd
from bot.engine.keys import ConversationKeys, all_partitions, gapped
from bot.vocabulary.gaps import Gap

logger = logging.getLogger(__name__)

_AT_ONCE = 200
"""Conversations that are read with one request."""


class Gaps:
    """The stored gaps of all conversations.

    Raises ``StateUnavailableError`` when Redis does not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline

    async def since(self, begin: datetime) -> Sequence[Gap]:
        """Return the gaps from then on, oldest first; each turn counts once."""
        found: dict[str, Gap] = {}
        async for texts in self._conversations(begin):
            for gap in _gaps_of(texts):
                if gap.at >= begin:
                    found[gap.turn_id] = gap
        return sorted(found.values(), key=lambda gap: (gap.at, gap.turn_id))

    async def _conversations(self, begin: datetime) -> AsyncIterator[list[str]]:
        """What is stored of each conversation with a gap since then; nothing of an erased one."""
        for partition in all_partitions():
            references = await self._gapped(partition, begin)
            for start in range(0, len(references), _AT_ONCE):
                for texts in await self._lists(references[start : start + _AT_ONCE]):
                    yield texts

    async def _gapped(self, partition: str, begin: datetime) -> list[str]:
        query = (gapped(partition), begin.timestamp(), "+inf")
        async with guarded(self._deadline):
            return cast(list[str], await run_command(self._redis, "ZRANGEBYSCORE", *query))

    async def _lists(self, references: Sequence[str]) -> list[list[str]]:
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            for reference in references:
                pipeline.lrange(ConversationKeys(reference).gaps, 0, -1)
            return cast(list[list[str]], await pipeline.execute())


def _gaps_of(texts: Sequence[str]) -> list[Gap]:
    """Read the gaps of one conversation, with how long the cases took that they led to."""
    stored = [one for text in texts if (one := _read(text)) is not None]
    minutes = _minutes_of([one for one in stored if isinstance(one, CaseEnd)])
    return [
        replace(one, case_minutes=minutes.get(one.case)) if one.case else one
        for one in stored
        if isinstance(one, Gap)
    ]


def _minutes_of(ends: Sequence[CaseEnd]) -> dict[str, float]:
    """Return how long each case took until its last end, without the pauses before that."""
    minutes: dict[str, float] = {}
    pauses: dict[str, float] = {}
    for end in ends:
        pause = pauses.get(end.ended, 0.0)
        if end.minutes < 0:
            pauses[end.ended] = pause + end.minutes
        else:
            minutes[end.ended] = max(0.0, end.minutes + pause)
    return minutes


def _read(text: str) -> Gap | CaseEnd | None:
    """Read one entry; one that another version wrote must not hide the others."""
    try:
        return codec.loads(codec.gap_or_end, text)
    except ValueError as error:
        logger.warning("a gap can't be read", extra={"error": str(error)})
        return None
