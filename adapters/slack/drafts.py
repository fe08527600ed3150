"""The beginning of an answer while it is written: a message that grows, until the answer replaces it.

In a thread it is one of Slack's own streams. Those begin under a message, which a direct
conversation has not; there, and wherever no stream can be begun, it is a message that is changed. Either
becomes the answer by one more change, which may be repeated, and shows no mark of having been edited
(it has blocks).
"""

import logging
import time
from datetime import datetime

from adapters.kept import Kept, by_value
from adapters.slack.growing import beginning, draft
from adapters.slack.refusals import CERTAIN, RefusedError
from adapters.slack.render import Piece
from adapters.slack.sending import Sending, Spot, StillOpenError
from adapters.slack.streams import Streams
from bot.vocabulary.errors import AdapterError, StateUnavailableError
from bot.vocabulary.tools import AdapterTools, Limit

logger = logging.getLogger(__name__)

SECTION = "drafts"
"""Keys under which a draft was begun, until the answer has taken its place: in which way, and when."""

STREAM, MESSAGE = "stream", "message"
KEPT = 2000

EVERY_SECONDS = 1.5
ALL = Limit(scope="drafts", rate=0.4, burst=8)
"""Of the fifty changes a minute that Slack allows, half are kept for answers."""

ENDED_SECONDS = 600.0
"""So long after its beginning a stream has ended for certain: Slack ends it itself within five minutes."""

REMEMBERED = 1000


class Drafts:
    """Shows drafts, and gives their place to what is sent under the same key."""

    def __init__(
        self,
        tools: AdapterTools,
        sending: Sending,
        streams: Streams,
        *,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._tools = tools
        self._sending = sending
        self._streams = streams
        self._begun = Kept(tools.store, SECTION, most=KEPT, moment=by_value)
        self._every_seconds = every_seconds
        self._grown: dict[str, float] = {}

    async def grow(self, spot: Spot, text: str, *, key: str) -> None:
        """Show a longer beginning, unless the last one is too fresh; best effort."""
        now = time.monotonic()
        if now - self._grown.get(key, -self._every_seconds) < self._every_seconds:
            return
        self._remember(key, now)
        try:
            async with self._sending.locks.of(key):
                await self._show(spot, text, key)
        except (AdapterError, StateUnavailableError) as error:
            logger.info("draft not shown", extra={"error": str(error)})

    async def give_way(self, spot: Spot, piece: Piece, *, key: str) -> bool:
        """Let the first piece of an answer take the place of its draft; whether there was one.

        Raises the errors of ``ChatAdapter``; repeating it is harmless.
        """
        way = await self._way(key)
        ts = await self._find(spot, key, way) if way else None
        if ts is None:
            return False
        if 0 not in await self._tools.sends.shown(key):
            if way == STREAM:
                await self._streams.end(spot, ts, key=_draft(key))
            if not await self._replace(spot, ts, piece, key):
                return False
            await self._tools.sends.finish(key, ts)
        await self._begun.drop(key)
        return True

    async def _replace(self, spot: Spot, ts: str, piece: Piece, key: str) -> bool:
        """Let a draft read like the answer; False when it can't: then it goes, as far as it may."""
        is_first = await self._tools.sends.begin(key) is None
        try:
            return await self._sending.replace(spot, ts, piece, key=key)
        except RefusedError as error:
            logger.warning("draft not replaced", extra={"code": error.code})
        if is_first:
            await self._tools.sends.forget(key)
        await self._clear(spot, ts, key)
        return False

    async def _clear(self, spot: Spot, ts: str, key: str) -> None:
        """Delete a draft that can't read like the answer; one that Slack keeps for good stays.

        Raises:
            RateLimitedError, ConnectionLostError: It may go a little later; the answer waits for that.
        """
        try:
            await self._sending.remove(spot, ts)
        except StillOpenError as error:
            if await self._may_be_open(key):
                raise
            logger.warning("draft left behind", extra={"error": str(error)})
        except RefusedError as error:
            logger.warning("draft left behind", extra={"error": str(error)})
        else:
            await self._begun.drop(key)

    async def _may_be_open(self, key: str) -> bool:
        """Whether a draft is a stream that Slack has not ended by itself yet."""
        stored = await self._begun.get(key) or ""
        is_stream = stored.partition(" ")[0] == STREAM
        return is_stream and time.time() - by_value(key, stored) < ENDED_SECONDS

    async def take_back(self, spot: Spot, *, key: str) -> bool:
        """Delete a draft that no answer has replaced; whether there was one."""
        way = await self._way(key)
        ts = await self._find(spot, key, way) if way else None
        if ts is None:
            return False
        if ts not in (await self._tools.sends.shown(key)).values():
            if way == STREAM:
                await self._streams.end(spot, ts, key=_draft(key))
            await self._sending.remove(spot, ts)
        await self._begun.drop(key)
        return True

    async def _show(self, spot: Spot, text: str, key: str) -> None:
        if await self._tools.sends.shown(key):
            return
        way = await self._way(key)
        if way is None and spot.thread is not None:
            if not (words := beginning(text)) or await self._stream(spot, words, key):
                return
        elif way == STREAM:
            ts = (await self._tools.sends.shown(_draft(key))).get(0)
            if ts is None or await self._streams.grow(spot, ts, text):
                return
            await self._note(key, MESSAGE)
        await self._change(spot, text, key)

    async def _stream(self, spot: Spot, words: str, key: str) -> bool:
        """Begin a stream; False when none can be begun here and now."""
        writer = await self._streams.recipient(spot)
        if writer is None or await self._tools.sends.begin(_draft(key)):
            return False
        await self._note(key, STREAM)
        try:
            ts = await self._streams.begin(spot, words, writer)
        except CERTAIN as error:
            await self._tools.sends.forget(_draft(key))
            await self._begun.drop(key)
            if isinstance(error, RefusedError):
                return False
            raise
        await self._tools.sends.finish(_draft(key), ts)
        await self._give_up_if_late(spot, key)
        return True

    async def _change(self, spot: Spot, text: str, key: str) -> None:
        """Show the draft as a message, or change that message."""
        piece = draft(text)
        if piece is None or await self._tools.limits.take(ALL) > 0:
            return
        way = await self._way(key)
        ts = await self._find(spot, key, way) if way else None
        if ts is not None:
            await self._sending.replace(spot, ts, piece, key=_draft(key))
            return
        await self._note(key, MESSAGE)
        await self._sending.post(spot, (piece,), key=_draft(key))
        await self._give_up_if_late(spot, key)

    async def _give_up_if_late(self, spot: Spot, key: str) -> None:
        """Take a draft away whose answer was shown elsewhere while it was begun."""
        if await self._tools.sends.shown(key):
            await self.take_back(spot, key=key)

    async def _way(self, key: str) -> str | None:
        """Return in which way a draft was begun; None when none was."""
        stored = await self._begun.get(key)
        return stored.partition(" ")[0] if stored else None

    async def _note(self, key: str, way: str) -> None:
        await self._begun.put(key, f"{way} {time.time()}")

    async def _find(self, spot: Spot, key: str, way: str) -> str | None:
        """Return the id of a draft; of one whose fate is unknown, by reading the channel back."""
        shown = await self._tools.sends.shown(_draft(key))
        if 0 in shown:
            return shown[0]
        earlier = await self._tools.sends.begin(_draft(key))
        if earlier is None:
            await self._tools.sends.forget(_draft(key))
            return None
        try:
            return await self._look(spot, key, way, earlier.begun_at)
        except RefusedError:
            return None

    async def _look(self, spot: Spot, key: str, way: str, begun_at: datetime) -> str | None:
        if way == STREAM:
            return await self._streams.find(spot, _draft(key), begun_at)
        return await self._sending.find(spot, _draft(key), 0, begun_at)

    def _remember(self, key: str, now: float) -> None:
        self._grown.pop(key, None)
        self._grown[key] = now
        if len(self._grown) > REMEMBERED:
            del self._grown[next(iter(self._grown))]


def _draft(key: str) -> str:
    return f"{key}:draft"
