"""Has Redis write its append-only file anew, because that keeps what was erased until then."""

import logging

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import REWRITE

logger = logging.getLogger(__name__)

EVERY_SECONDS = 60
_NOT_ALLOWED = (
    "Redis does not allow BGREWRITEAOF to the user of redis.url: what was erased stays in its append-only "
    "file until it is written anew, so allow that command or have it run daily."
)


class Rewriting:
    """Asks for a rewrite, at most once a minute in all processes together."""

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline

    async def ask(self) -> bool:
        """Ask for a rewrite; False when one was asked for a moment ago, or it is not allowed.

        Raises:
            StateUnavailableError: Redis did not answer in time.
        """
        async with guarded(self._deadline):
            is_first = await self._redis.set(REWRITE, 1, nx=True, ex=EVERY_SECONDS)
        if not is_first:
            return False
        async with guarded(self._deadline):
            try:
                await run_command(self._redis, "BGREWRITEAOF")
            except ResponseError as error:
                return self._refused(error)
        return True

    def _refused(self, error: ResponseError) -> bool:
        """Judge a refusal: one that is running already does not hold what was erased just now."""
        if "in progress" not in str(error):
            logger.warning(_NOT_ALLOWED)
        return False
