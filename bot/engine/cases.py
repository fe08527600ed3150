"""Reads cases back by the thread in which agents work on them."""

from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded
from bot.engine.keys import ConversationKeys
from bot.engine.snapshots import case_of
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import CaseFile, Memo, Speaker
from bot.vocabulary.messages import ConversationRef

LATELY = 10
"""Lines of a conversation."""


class Cases:
    """The stored cases of all conversations."""

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline

    async def of_thread(self, thread: ConversationRef) -> Case | None:
        """See ``CaseReader.of_thread``."""
        case, opened = await self._read(thread, "case", "thread")
        return case_of(case, opened) if case else None

    async def of_customer(self, conversation: ConversationRef) -> Case | None:
        """Return the open or last case of a customer's conversation."""
        async with guarded(self._deadline):
            found = await self._redis.hmget(
                ConversationKeys(conversation).state, ["case", "thread"]
            )
        case, opened = cast(list[str | None], found)
        return case_of(case, opened) if case else None

    async def last_said_in(self, conversation: ConversationRef) -> str | None:
        """Return the id of what the customer wrote last, if that was lately."""
        async with guarded(self._deadline):
            found = await self._redis.lrange(ConversationKeys(conversation).history, -LATELY, -1)
        lines = [codec.loads(codec.history_line, text) for text in cast(list[str], found)]
        said = (line for line in reversed(lines) if line.speaker is Speaker.CUSTOMER)
        return next((line.message_id for line in said), None)

    async def file_of(self, thread: ConversationRef) -> CaseFile | None:
        """See ``CaseFileReader.file_of``."""
        case, opened, memo = await self._read(thread, "case", "thread", "memo")
        if not case:
            return None
        known = codec.loads(codec.memo, memo) if memo else Memo()
        return CaseFile(case=case_of(case, opened), memo=known)

    async def _read(self, thread: ConversationRef, *fields: str) -> list[str | None]:
        """Read fields of the customer's conversation; None for each of a thread that is no case's."""
        async with guarded(self._deadline):
            state = ConversationKeys(thread).state
            customer = cast(str | None, await self._redis.hget(state, "desk_for"))
            if customer is None:
                return [None] * len(fields)
            found = await self._redis.hmget(ConversationKeys(customer).state, list(fields))
        return cast(list[str | None], found)
