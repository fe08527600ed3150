"""What adapters are lent while there is no Redis: limits that let all through, and no memory."""

from typing import NoReturn

from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.tools import AdapterTools, Limit

UNREAD = "Redis is missing, so what is kept there can't be looked at: put that right first."
"""All that the memory says; whoever reads it knows that Redis alone is the trouble."""


def tools_without_redis() -> AdapterTools:
    """Build tools with which a platform can be looked at, but nothing be sent."""
    memory = _Missing()
    return AdapterTools(sends=memory, limits=_Unlimited(), store=memory)


class _Unlimited:
    """See ``RateLimiter``: a look takes few calls."""

    async def take(self, *limits: Limit) -> float:
        del limits
        return 0.0

    async def pause(self, scope: str, seconds: float) -> None:
        del scope, seconds


async def _unread(*_: object, **__: object) -> NoReturn:
    raise StateUnavailableError(UNREAD)


class _Missing:
    """See ``SendLog`` and ``AdapterStore``: each method raises ``StateUnavailableError``."""

    begin = finish = forget = shown = staticmethod(_unread)
    read = get = put = drop = lease = staticmethod(_unread)
