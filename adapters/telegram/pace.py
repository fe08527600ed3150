"""How fast the bot may write: Telegram's published limits, kept by all processes together."""

import asyncio
from dataclasses import dataclass

from bot.vocabulary.errors import RateLimitedError
from bot.vocabulary.tools import Limit, RateLimiter

PATIENCE_SECONDS = 1.5
"""A longer wait, also among many, is the outbox's: it frees the sender, and joins what waits."""

SHARE_OF_SIGNS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Messages a second, and how many may come at once.

    Telegram: about 30 a second in all, one a second in a private chat ("short bursts" are allowed),
    20 a minute in a group, whose topics share it. ``lease`` is not Telegram's: so many seconds after
    its last word the process that polls counts as dead, and another one polls.
    """

    overall: float = 30.0
    overall_burst: int = 30
    private: float = 1.0
    private_burst: int = 3
    group: float = 20 / 60
    group_burst: int = 5
    lease: float = 12.0


class Pacer:
    """Waits for its turn in a chat, or says how long that will take."""

    def __init__(self, limits: RateLimiter, pace: Pace) -> None:
        self._limits = limits
        self._pace = pace

    async def may_sign(self, chat_id: int) -> bool:
        """Whether there is room for a sign on a message now; messages come first.

        It counts like a message, but takes no more than a fifth of a chat's room and of all chats'.
        """
        of_all, of_chat = self._limits_of(chat_id)
        share = (
            Limit(
                scope="signs",
                rate=of_all.rate * SHARE_OF_SIGNS,
                burst=max(1, int(of_all.burst * SHARE_OF_SIGNS)),
            ),
            Limit(scope=f"signs:{chat_id}", rate=of_chat.rate * SHARE_OF_SIGNS),
        )
        return await self._limits.take(of_all, of_chat, *share) == 0

    async def turn(self, chat_id: int) -> None:
        """Return when something may be sent to a chat.

        Raises:
            RateLimitedError: That is not soon.
        """
        limits = self._limits_of(chat_id)
        waited = 0.0
        while (wait := await self._limits.take(*limits)) > 0:
            waited += wait
            if waited > PATIENCE_SECONDS:
                raise RateLimitedError(
                    f"Telegram's limit for this chat is reached: wait {wait:.1f} s.",
                    retry_after=wait,
                )
            await asyncio.sleep(wait)

    def _limits_of(self, chat_id: int) -> tuple[Limit, Limit]:
        pace = self._pace
        rate, burst = (
            (pace.private, pace.private_burst) if chat_id > 0 else (pace.group, pace.group_burst)
        )
        return (
            Limit(scope="all", rate=pace.overall, burst=pace.overall_burst),
            Limit(scope=_scope(chat_id), rate=rate, burst=burst),
        )

    async def rest(self, chat_id: int, seconds: float) -> None:
        """Let all processes leave a chat alone for a while, as Telegram has asked."""
        await self._limits.pause(_scope(chat_id), seconds)


def _scope(chat_id: int) -> str:
    return f"chat:{chat_id}"
