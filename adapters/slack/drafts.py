"""The beginning of an answer while it is written: a message that grows, until the answer replaces it.

Slack's own streams begin under a message and need a thread, which a direct conversation is not. A
message that is changed works everywhere, shows no mark of having been edited (it has blocks), and
becomes the answer by one more change, which may be repeated.
"""

import logging
import time

from adapters.slack.refusals import RefusedError
from adapters.slack.render import Piece, pieces
from adapters.slack.sending import Sending, Spot
from bot.vocabulary.errors import AdapterError, StateUnavailableError
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.tools import AdapterTools, Limit

logger = logging.getLogger(__name__)

SECTION = "drafts"
"""Keys under which a draft was begun, until the answer has taken its place."""

EVERY_SECONDS = 1.5
ALL = Limit(scope="drafts", rate=0.4, burst=8)
"""Of the fifty changes a minute that Slack allows, half are kept for answers."""

REMEMBERED = 1000


class Drafts:
    """Shows drafts, and gives their place to what is sent under the same key."""

    def __init__(
        self, tools: AdapterTools, sending: Sending, *, every_seconds: float = EVERY_SECONDS
    ) -> None:
        self._tools = tools
        self._sending = sending
        self._every_seconds = every_seconds
        self._grown: dict[str, float] = {}

    async def grow(self, spot: Spot, text: str, *, key: str) -> None:
        """Show a longer beginning, unless the last one is too fresh; best effort."""
        now = time.monotonic()
        if now - self._grown.get(key, -self._every_seconds) < self._every_seconds:
            return
        self._remember(key, now)
        piece = pieces(OutgoingMessage(text=text), may_name=False)[0]
        try:
            async with self._sending.lock(key):
                await self._show(spot, piece, key)
        except (AdapterError, StateUnavailableError) as error:
            logger.info("draft not shown", extra={"error": str(error)})

    async def give_way(self, spot: Spot, piece: Piece, *, key: str) -> None:
        """Let the first piece of an answer take the place of its draft, if there is one.

        Raises the errors of ``ChatAdapter``; repeating it is harmless.
        """
        ts = await self._find(spot, key)
        if ts is None:
            return
        if 0 not in await self._tools.sends.shown(key):
            await self._tools.sends.begin(key)
            if not await self._sending.replace(spot, ts, piece, key=key):
                return
            await self._tools.sends.finish(key, ts)
        await self._tools.store.drop(SECTION, [key])

    async def take_back(self, spot: Spot, *, key: str) -> None:
        """Delete a draft that no answer has replaced."""
        ts = await self._find(spot, key)
        if ts is not None and ts not in (await self._tools.sends.shown(key)).values():
            await self._sending.remove(spot, ts)
        if ts is not None:
            await self._tools.store.drop(SECTION, [key])

    async def _show(self, spot: Spot, piece: Piece, key: str) -> None:
        if await self._tools.limits.take(ALL) > 0 or await self._tools.sends.shown(key):
            return
        ts = await self._find(spot, key)
        if ts is not None:
            await self._sending.replace(spot, ts, piece, key=_draft(key))
            return
        await self._tools.store.put(SECTION, {key: str(time.time())})
        await self._sending.post(spot, (piece,), key=_draft(key))

    async def _find(self, spot: Spot, key: str) -> str | None:
        """Return the id of a draft; of one whose fate is unknown, by reading the channel back."""
        if await self._tools.store.get(SECTION, key) is None:
            return None
        shown = await self._tools.sends.shown(_draft(key))
        if 0 in shown:
            return shown[0]
        earlier = await self._tools.sends.begin(_draft(key))
        if earlier is None:
            await self._tools.sends.forget(_draft(key))
            return None
        try:
            return await self._sending.find(spot, _draft(key), 0, earlier.begun_at)
        except RefusedError:
            return None

    def _remember(self, key: str, now: float) -> None:
        self._grown.pop(key, None)
        self._grown[key] = now
        if len(self._grown) > REMEMBERED:
            del self._grown[next(iter(self._grown))]


def _draft(key: str) -> str:
    return f"{key}:draft"
