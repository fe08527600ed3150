"""Small signs on people's messages, as reactions: an agent has it, the customer has got it."""

import re
from collections.abc import Mapping

from adapters.slack.chores import Chores
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.platforms import Sign
from bot.vocabulary.tools import Limit, RateLimiter

REACTIONS: Mapping[Sign, str] = {Sign.SEEN: "eyes", Sign.DELIVERED: "white_check_mark"}

PACE = Limit(scope="receipts", rate=20 / 60, burst=10)
"""Less than half of the fifty a minute that Slack allows: the marks of cases need the others."""

_TIME_STAMP = re.compile(r"[0-9]+\.[0-9]+")


class Receipts:
    """Sets a sign once, where there is room; best effort, and never raises."""

    def __init__(self, chores: Chores, limits: RateLimiter) -> None:
        self._chores = chores
        self._limits = limits

    async def show(self, place: ConversationRef, message_id: str, sign: Sign) -> None:
        """See ``Attentive.react``; what was written into a form is no message."""
        if not _TIME_STAMP.fullmatch(message_id):
            return
        try:
            if await self._limits.take(PACE) > 0:
                return
        except StateUnavailableError:
            return
        await self._chores.call(
            "reactions.add",
            channel=place.channel_id,
            timestamp=message_id,
            name=REACTIONS[sign],
        )
