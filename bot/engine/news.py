"""News: what a stored plan means for other places, passed on at least once.

They are stored with the plan, in its partition, and passed on by whoever stored it; the sweeper finds
those that a crash left behind. To pass the same on twice changes nothing.
"""

import logging
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.alarms import Alarms
from bot.engine.board import SharedBoard
from bot.engine.client.connection import guarded, run_command
from bot.engine.codec import StoredNews
from bot.engine.keys import ConversationKeys, news
from bot.vocabulary.errors import StateUnavailableError

logger = logging.getLogger(__name__)

MOST = 100
"""News that one sweep looks at in a partition."""


class News:
    """Passes news on: to the board, and to the alarms of other conversations."""

    def __init__(
        self, redis: Redis, board: SharedBoard, alarms: Alarms, *, deadline: float
    ) -> None:
        self._redis = redis
        self._board = board
        self._alarms = alarms
        self._deadline = deadline

    async def pass_on(self, entry: StoredNews) -> None:
        """Pass on what was stored just now; what does not work is left to the sweeper."""
        try:
            await self._pass_on(codec.dumps(codec.news, entry), entry)
        except (StateUnavailableError, ValueError) as error:
            logger.warning("news left behind", extra={"error": str(error)})

    async def sweep(self, partition: str) -> int:
        """Pass on what was left behind in a partition; returns how much that was.

        Raises:
            StateUnavailableError: Redis did not answer in time.
        """
        async with guarded(self._deadline):
            found = await run_command(self._redis, "LRANGE", news(partition), 0, MOST - 1)
        for text in cast(list[str], found):
            try:
                await self._pass_on(text, codec.loads(codec.news, text))
            except ValueError as error:
                logger.warning("news not readable", extra={"error": str(error)})
                await self._put_back(partition, text)
        return len(found)

    async def _put_back(self, partition: str, text: str) -> None:
        """Let news wait behind all others for a worker of the version that can read them."""
        key = news(partition)
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.lrem(key, 1, text)
            pipeline.rpush(key, text)
            await pipeline.execute()

    async def _pass_on(self, text: str, entry: StoredNews) -> None:
        if entry.case:
            await self._board.project(entry.conversation)
        if entry.wait is not None:
            await self._board.note_wait(entry.wait, key=entry.id)
        if entry.presence is not None:
            await self._board.note_presence(entry.presence)
        for bell in entry.bells:
            await self._alarms.set(bell)
        key = ConversationKeys(entry.conversation).news
        async with guarded(self._deadline):
            await run_command(self._redis, "LREM", key, 1, text)
