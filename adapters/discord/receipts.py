"""Small signs on people's messages, as reactions: an agent has it, the customer has got it."""

import logging
import time
from collections.abc import Mapping
from urllib.parse import quote

from adapters.discord.errors import UNKNOWN_MESSAGE, RefusedError
from adapters.discord.rest import Rest
from bot.vocabulary.errors import AdapterError, StateUnavailableError
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.platforms import Sign
from bot.vocabulary.tools import Limit, RateLimiter

logger = logging.getLogger(__name__)

REACTIONS: Mapping[Sign, str] = {Sign.SEEN: "👀", Sign.DELIVERED: "✅"}

RATE, BURST = 0.5, 3
"""Signs a second in one channel, and how many at once: Discord allows four reactions a second."""

SWITCHED_OFF_SECONDS = 3600.0
MOST_CHANNELS = 1000


class Receipts:
    """Sets a sign once, where there is room; a channel that takes none is left alone for an hour.

    Discord counts refusals, and shuts out a bot with too many of them.
    """

    def __init__(self, rest: Rest, limits: RateLimiter) -> None:
        self._rest = rest
        self._limits = limits
        self._off: dict[str, float] = {}

    async def show(self, place: ConversationRef, message_id: str, sign: Sign) -> None:
        """See ``Attentive.react``; what was pressed or sent as a form is no message."""
        channel_id = _channel_of(place, message_id)
        if not message_id.isdecimal() or time.monotonic() < self._off.get(channel_id, 0.0):
            return
        limit = Limit(scope=f"receipts:{channel_id}", rate=RATE, burst=BURST)
        emoji = quote(REACTIONS[sign])
        path = f"/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me"
        try:
            if await self._limits.take(limit) == 0:
                await self._rest.call("PUT", path, step="set a reaction")
        except RefusedError as refused:
            if refused.code != UNKNOWN_MESSAGE:
                self._switch_off(channel_id)
            logger.info("A sign was refused.", extra={"code": refused.code})
        except (AdapterError, StateUnavailableError) as error:
            logger.debug("A sign was not set.", extra={"error": type(error).__name__})

    def _switch_off(self, channel_id: str) -> None:
        if len(self._off) >= MOST_CHANNELS:
            self._off.clear()
        self._off[channel_id] = time.monotonic() + SWITCHED_OFF_SECONDS


def _channel_of(place: ConversationRef, message_id: str) -> str:
    """Return where a message stands: the one that a thread was started from, beside its thread."""
    if place.thread_id is None or place.thread_id == message_id:
        return place.channel_id
    return place.thread_id
