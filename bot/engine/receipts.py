"""Reads receipts back: why each turn ended as it did."""

from collections.abc import Sequence

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded
from bot.engine.keys import ConversationKeys
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import Receipt


class Receipts:
    """The stored receipts of all conversations."""

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline

    async def latest(self, conversation: ConversationRef, limit: int) -> Sequence[Receipt]:
        """Return the newest receipts of a conversation, newest first."""
        key = ConversationKeys(conversation).receipts
        async with guarded(self._deadline):
            texts = await self._redis.lrange(key, 0, limit - 1)
        return [codec.loads(codec.receipt, str(text)) for text in texts]
