"""Reads all that is stored of one conversation at one moment."""

from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.erasing.traces import StoredPlace
from bot.engine.keys import ConversationKeys
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import Lane


async def read_place(redis: Redis, ref: ConversationRef, *, deadline: float) -> StoredPlace:
    """Read a conversation's keys in one transaction.

    Raises:
        StateUnavailableError: Redis did not answer in time.
    """
    keys = ConversationKeys(ref)
    lists = (keys.history, keys.receipts, keys.gaps, keys.cases, keys.mailbox, keys.lessons)
    async with guarded(deadline), redis.pipeline(transaction=True) as pipeline:
        pipeline.hgetall(keys.state)
        pipeline.hgetall(keys.words)
        pipeline.hgetall(keys.learnt)
        for key in (*lists, *map(keys.lane, Lane)):
            pipeline.lrange(key, 0, -1)
        state, words, learnt, *found = await pipeline.execute()
    history, receipts, gaps, cases, mailbox, lessons, *lanes = cast(list[list[str]], found)
    return StoredPlace(
        ref=ref,
        state=cast(dict[str, str], state),
        words=cast(dict[str, str], words),
        learnt=cast(dict[str, str], learnt),
        history=history,
        receipts=receipts,
        gaps=gaps,
        cases=cases,
        mailbox=mailbox,
        lessons=lessons,
        lanes=dict(zip(Lane, lanes, strict=True)),
    )
