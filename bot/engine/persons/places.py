"""Where persons wrote: their conversations, and who wrote in a group."""

import time
from collections.abc import Sequence
from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import DAY_SECONDS, OwnerKeys
from bot.engine.persons.records import Person, Visit, group_of, parse_visit, visit_text
from bot.engine.scripts import source
from bot.vocabulary.messages import ConversationRef

VISITS_KEPT = 2_000
"""Of one person: at ten conversations a day more than half a year, so that older ones have long ended."""

AUTHORS_KEPT = 10_000


class Places:
    """The visits of all persons; those older than ``seconds`` don't count.

    Every method raises ``StateUnavailableError`` when Redis does not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float, seconds: int) -> None:
        self._redis = redis
        self._deadline = deadline
        self._seconds = seconds
        self._meet = redis.register_script(source("meet"))

    async def note(
        self, person: Person, account: str, place: ConversationRef, *, is_direct: bool
    ) -> bool:
        """Note that an account of a person wrote somewhere; False when it is no longer theirs."""
        keys, now = OwnerKeys(person.owner), time.time()
        visit = visit_text(account, place, is_direct=is_direct)
        if not is_direct:
            await self._note_author(place, account, now)
        async with guarded(self._deadline):
            noted = await self._meet(
                keys=[keys.person, keys.places],
                args=[account, visit, int(now), int(now) - self._seconds, VISITS_KEPT],
            )
        return bool(noted)

    async def of(self, person: Person) -> Sequence[Visit]:
        """Return where a person wrote, the latest last."""
        async with guarded(self._deadline):
            query = (OwnerKeys(person.owner).places, 0, -1, "WITHSCORES")
            rows = cast(list[str], await run_command(self._redis, "ZRANGE", *query))
        return [
            parse_visit(text, float(at)) for text, at in zip(rows[::2], rows[1::2], strict=True)
        ]

    async def authors(self, group: str) -> Sequence[str]:
        """Return the accounts that wrote in the place of a group."""
        async with guarded(self._deadline):
            query = (OwnerKeys(group).authors, 0, -1)
            return cast(list[str], await run_command(self._redis, "ZRANGE", *query))

    async def forget_author(self, group: str, account: str) -> None:
        """Forget that an account wrote in the place of a group."""
        async with guarded(self._deadline):
            await run_command(self._redis, "ZREM", OwnerKeys(group).authors, account)

    async def _note_author(self, place: ConversationRef, account: str, now: float) -> None:
        key = OwnerKeys(group_of(place)).authors
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.zadd(key, {account: int(now)})
            pipeline.zremrangebyscore(key, "-inf", f"({int(now) - self._seconds}")
            pipeline.zremrangebyrank(key, 0, -1 - AUTHORS_KEPT)
            pipeline.expire(key, self._seconds)
            await pipeline.execute()


def is_fresh(seen: float | None) -> bool:
    """Whether a visit was noted within a day: then it need not be noted again."""
    return seen is not None and seen > time.time() - DAY_SECONDS
