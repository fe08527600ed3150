"""Fetches what was missed while no connection was open or nothing could be stored, in the background.

Slack drops an event that nobody took for some minutes. Each place that the bot takes part in is
read from shortly before its last message, or before the gap began, whichever is earlier; what is
known already is known to the inbox by its key. A direct channel shows which threads are new in it. A
place stays on the list until all of it could be taken or Slack refuses it for good, also while the
adapter is started again. A fault of ours ends the adapter's run; in the next one the place is the
last of the list, and in it the message that we failed on the last.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from adapters.slack.channels import is_direct_channel
from adapters.slack.parse import Event, MalformedError, reading
from adapters.slack.places import Places
from adapters.slack.refusals import RefusedError
from adapters.slack.sending import Sending, Spot
from bot.vocabulary.errors import (
    AdapterError,
    AuthenticationError,
    RateLimitedError,
    RelevoError,
    StateUnavailableError,
)
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.tools import Limit, RateLimiter

logger = logging.getLogger(__name__)

OVERLAP_SECONDS = 600.0
"""How far before the last message or the gap reading begins: Slack tells again for some minutes."""

OLDEST_SECONDS = 6 * 24 * 3600.0
"""Nothing older is fetched: the inbox knows a message for a week, and then would take it as new."""

STILL_ACTIVE_SECONDS = 14 * 24 * 3600.0
FORGOTTEN_SECONDS = 60 * 24 * 3600.0
A_MINUTE = 20
REST_SECONDS = 1.0
LONGEST_REST_SECONDS = 60.0
_SCOPE = "backfill"
_GONE = {"channel_not_found", "thread_not_found", "not_in_channel"}
_NEVER = float("inf")

Place = tuple[str, str | None]
"""A channel, and the thread in it or None."""

Take = Callable[[Event, str], Awaitable[bool]]
"""Takes a message of a channel; whether it was new."""


class Backfill:
    """Reads after each gap that is announced, so many places ``a_minute``."""

    def __init__(
        self,
        sending: Sending,
        places: Places,
        limits: RateLimiter,
        *,
        a_minute: int = A_MINUTE,
    ) -> None:
        self._sending = sending
        self._places = places
        self._limits = limits
        self._limit = Limit(scope=_SCOPE, rate=a_minute / 60, burst=a_minute)
        self._gap = asyncio.Event()
        self._since = _NEVER
        self._missed: dict[Place, float] = {}
        self._unread: dict[Place, float] = {}
        self._failed: dict[Place, set[str]] = {}
        self._found = 0

    def announce(self, since: float | None = None) -> None:
        """Say that events may have been missed since a moment, a time stamp; else just now."""
        self._since = min(self._since, time.time() if since is None else since)
        self._gap.set()

    def missed(self, message: IncomingMessage | None) -> None:
        """Say that a message was missed, whose place may be in no list yet; None for unknown ones."""
        if message is not None:
            place = message.conversation
            _note(self._missed, (place.channel_id, place.thread_id), float(message.id))
        self.announce()

    async def serve(self, take: Take) -> None:
        """Catch up after each gap until cancelled, giving each message to ``take``.

        Raises:
            AuthenticationError: Slack does not accept the token.
            Exception: A fault of ours, whatever it is: the place stays on the list.
        """
        rest = 0.0
        while True:
            await self._some_work()
            try:
                await self._step(take)
            except AuthenticationError:
                raise
            except StateUnavailableError as error:
                logger.warning("not caught up yet", extra={"error": str(error)})
                rest = REST_SECONDS
            except AdapterError as error:
                logger.warning("not caught up yet", extra={"error": str(error)})
                rest = _longer(rest)
            else:
                rest = 0.0
            await asyncio.sleep(rest)

    async def _some_work(self) -> None:
        if not self._missed and not self._unread:
            await self._gap.wait()

    async def _step(self, take: Take) -> None:
        """List the places after a gap, and read one: first those where something surely was missed.

        It goes to the end of the list before it is read, and leaves it when that went well.
        """
        if self._gap.is_set():
            await self._list()
        for place in [*self._missed, *self._unread][:1]:
            moments = [missed.pop(place, _NEVER) for missed in (self._missed, self._unread)]
            self._unread[place] = min(moments)
            await self._read(place, min(moments), take)
            del self._unread[place]
            self._failed.pop(place, None)
        if not self._missed and not self._unread:
            logger.info("caught up", extra={"found": self._found})
            self._found = 0

    async def _list(self) -> None:
        """List the places that may have missed something, the most recently heard first."""
        self._gap.clear()
        since, now = self._since, time.time()
        direct: set[str] = set()
        try:
            for (channel, thread), heard in (await self._places.all()).items():
                if now - heard > FORGOTTEN_SECONDS:
                    await self._places.leave(channel, thread)
                elif now - heard < STILL_ACTIVE_SECONDS:
                    if is_direct_channel(channel) and channel not in direct:
                        direct.add(channel)
                        _note(self._unread, (channel, None), min(heard, since))
                    _note(self._unread, (channel, thread), min(heard, since))
        except StateUnavailableError:
            self._gap.set()
            raise
        if not self._gap.is_set():
            self._since = _NEVER

    async def _read(self, place: Place, since: float, take: Take) -> None:
        """Read one place and let its messages be taken."""
        channel, thread = place
        await self._turn()
        known_until = time.time() - OLDEST_SECONDS
        oldest = max(since - OVERLAP_SECONDS, known_until)
        try:
            messages = await self._sending.history(
                Spot(channel=channel, thread=thread), oldest=f"{oldest:.6f}"
            )
        except RateLimitedError as error:
            await self._limits.pause(_SCOPE, error.retry_after)
            raise
        except RefusedError as error:
            logger.warning("place not caught up", extra={"error": str(error)})
            if error.code in _GONE:
                await self._places.leave(channel, thread)
            return
        if thread is None and is_direct_channel(channel):
            self._note_threads(channel, messages, oldest)
        # The head of a thread is shown however old it is.
        new = [message for message in messages if float(message["ts"]) >= known_until]
        await self._take_all(new, place, take)

    def _note_threads(self, channel: str, messages: Sequence[Event], oldest: float) -> None:
        """List the threads of a direct channel in which somebody has written since a moment."""
        for message in messages:
            if _latest_reply(message) >= oldest:
                _note(self._unread, (channel, str(message["ts"])), oldest + OVERLAP_SECONDS)

    async def _take_all(self, messages: Sequence[Event], place: Place, take: Take) -> None:
        """Let messages be taken, those that we failed on before after the others."""
        failed = self._failed.setdefault(place, set())
        for message in sorted(messages, key=lambda message: str(message["ts"]) in failed):
            await self._take_one(message, place[0], take, failed)

    async def _take_one(self, message: Event, channel: str, take: Take, failed: set[str]) -> None:
        """Let a message be taken; it counts as failed on unless it was, or was not to blame."""
        ts = str(message["ts"])
        failed.add(ts)
        try:
            self._found += await take(message, channel)
        except (RelevoError, asyncio.CancelledError):
            failed.discard(ts)
            raise
        failed.discard(ts)

    async def _turn(self) -> None:
        while (seconds := await self._limits.take(self._limit)) > 0:  # noqa: ASYNC110 - others take too
            await asyncio.sleep(min(seconds, LONGEST_REST_SECONDS))


def _note(places: dict[Place, float], place: Place, since: float) -> None:
    """Note from when on a place is to be read; the earliest moment counts."""
    places[place] = min(since, places.get(place, _NEVER))


def _latest_reply(message: Event) -> float:
    """Return when somebody wrote in a message's thread; long ago when that can't be read."""
    try:
        with reading():
            return float(message.get("latest_reply") or 0)
    except MalformedError:
        logger.warning("latest reply not understood")
        return 0.0


def _longer(rest: float) -> float:
    return max(REST_SECONDS, min(rest * 2, LONGEST_REST_SECONDS))
