"""Reads receipts back: why each turn ended as it did, and what was asked lately in all conversations."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import ConversationKeys
from bot.engine.shared_keys import ALL_RECEIPTS
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import Receipt

logger = logging.getLogger(__name__)

_AT_ONCE = 200
"""Conversations that are read with one request."""

_NEWEST = 20
"""Receipts of one conversation that are looked at."""


class Receipts:
    """The stored receipts of all conversations."""

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline

    async def asked(self, begin: datetime, most: int) -> Sequence[tuple[str, str]]:
        """Return questions from then on, each with its language, of up to ``most`` conversations.

        Commands and courtesies are none. What was erased is not there any more.
        """
        keys = sorted(await self._keys(most))[:most]
        found: list[tuple[str, str]] = []
        for start in range(0, len(keys), _AT_ONCE):
            found.extend(
                (receipt.language, receipt.question)
                for receipt in await self._newest(keys[start : start + _AT_ONCE])
                if receipt.decision is not None and receipt.question and receipt.at >= begin
            )
        return found

    async def _keys(self, most: int) -> set[str]:
        """Find the receipts of conversations, each once."""
        keys, cursor = set[str](), "0"
        while len(keys) < most:
            query = (cursor, "MATCH", ALL_RECEIPTS, "COUNT", _AT_ONCE)
            async with guarded(self._deadline):
                cursor, found = await run_command(self._redis, "SCAN", *query)
            keys.update(cast(list[str], found))
            if cursor in {"0", 0}:
                break
        return keys

    async def _newest(self, keys: Sequence[str]) -> list[Receipt]:
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.lrange(key, 0, _NEWEST - 1)
            lists = cast(list[list[str]], await pipeline.execute())
        return [one for texts in lists for text in texts if (one := _read(text)) is not None]

    async def latest(self, conversation: ConversationRef, limit: int) -> Sequence[Receipt]:
        """Return the newest receipts of a conversation, newest first."""
        key = ConversationKeys(conversation).receipts
        async with guarded(self._deadline):
            texts = await self._redis.lrange(key, 0, limit - 1)
        return [codec.loads(codec.receipt, str(text)) for text in texts]


def _read(text: str) -> Receipt | None:
    """Read a receipt; one that another version wrote must not hide the others."""
    try:
        return codec.loads(codec.receipt, text)
    except ValueError as error:
        logger.warning("a receipt can't be read", extra={"error": str(error)})
        return None
