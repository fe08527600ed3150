"""Reads cases back by the thread in which agents work on them."""

from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.keys import ConversationKeys
from bot.engine.snapshots import case_of
from bot.vocabulary.cases import Case
from bot.vocabulary.messages import ConversationRef


class Cases:
    """The stored cases of all conversations."""

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline

    async def of_thread(self, thread: ConversationRef) -> Case | None:
        """See ``CaseReader.of_thread``."""
        async with guarded(self._deadline):
            state = ConversationKeys(thread).state
            customer = cast(str | None, await self._redis.hget(state, "desk_for"))
            if customer is None:
                return None
            found = await self._redis.hmget(ConversationKeys(customer).state, ["case", "thread"])
        case, opened = cast(list[str | None], found)
        return case_of(case, opened) if case else None
