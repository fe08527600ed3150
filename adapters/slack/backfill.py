"""Fetches what was missed while no connection was open or nothing could be stored, in the background.

Slack drops an event that nobody took for some minutes. Each place that the bot takes part in is
read from shortly before its watermark on; what is known already is known to the inbox by its key.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

from adapters.slack.places import Places
from adapters.slack.reception import Reception
from adapters.slack.refusals import RefusedError
from adapters.slack.sending import Sending, Spot
from bot.vocabulary.errors import (
    AdapterError,
    AuthenticationError,
    RateLimitedError,
    StateUnavailableError,
)
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.tools import Limit, RateLimiter

logger = logging.getLogger(__name__)

OVERLAP_SECONDS = 600.0
"""How far before the watermark reading begins: an earlier message may have been lost."""

STILL_ACTIVE_SECONDS = 14 * 24 * 3600.0
FORGOTTEN_SECONDS = 60 * 24 * 3600.0
MOST_PLACES = 200
A_MINUTE = 20
LONGEST_REST_SECONDS = 60.0
_GONE = {"channel_not_found", "thread_not_found", "not_in_channel"}


class Backfill:
    """Reads after each gap that is announced."""

    def __init__(
        self, sending: Sending, places: Places, reception: Reception, limits: RateLimiter
    ) -> None:
        self._sending = sending
        self._places = places
        self._reception = reception
        self._limits = limits
        self._gap = asyncio.Event()
        self._missed: dict[tuple[str, str | None], float] = {}

    def announce(self, message: IncomingMessage | None = None) -> None:
        """Say that events may have been missed; ``message`` is one that surely was.

        Its place may be new, and then it is in no list of places yet.
        """
        if message is not None:
            place = message.conversation
            self._missed.setdefault((place.channel_id, place.thread_id), float(message.id))
        self._gap.set()

    async def serve(self) -> None:
        """Catch up after each gap until cancelled."""
        while True:
            await self._gap.wait()
            self._gap.clear()
            try:
                await self._catch_up()
            except StateUnavailableError:
                await asyncio.sleep(1.0)
                self._gap.set()

    async def _catch_up(self) -> None:
        found, now = 0, time.time()
        missed = dict(self._missed)
        places = missed | dict(await self._places.all())
        for (channel, thread), ts in list(places.items())[:MOST_PLACES]:
            age = now - ts
            if age > FORGOTTEN_SECONDS:
                await self._places.leave(channel, thread)
            elif age < STILL_ACTIVE_SECONDS:
                found += await self._read(channel, thread, ts)
        for name in missed:
            self._missed.pop(name, None)
        logger.info("caught up", extra={"places": len(places), "found": found})

    async def _read(self, channel: str, thread: str | None, since: float) -> int:
        """Read one place, as often as it takes; returns how many new messages there were."""
        spot = Spot(channel=channel, thread=thread)
        while True:
            await self._turn()
            try:
                messages = await self._sending.history(
                    spot, oldest=f"{max(0.0, since - OVERLAP_SECONDS):.6f}"
                )
            except RateLimitedError as error:
                await self._limits.pause("backfill", error.retry_after)
            except AuthenticationError:
                raise
            except AdapterError as error:
                logger.warning("place not caught up", extra={"error": str(error)})
                if isinstance(error, RefusedError) and error.code in _GONE:
                    await self._places.leave(channel, thread)
                return 0
            else:
                return await self._hand_over(messages, channel)

    async def _hand_over(self, messages: list[Mapping[str, Any]], channel: str) -> int:
        found = 0
        for message in messages:
            found += await self._reception.catch_up(message, channel)
        return found

    async def _turn(self) -> None:
        limit = Limit(scope="backfill", rate=A_MINUTE / 60, burst=A_MINUTE)
        while (seconds := await self._limits.take(limit)) > 0:  # noqa: ASYNC110 - others take too
            await asyncio.sleep(min(seconds, LONGEST_REST_SECONDS))
