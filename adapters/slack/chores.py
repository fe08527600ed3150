"""Calls that make a conversation look better: tried once, after the acknowledgement, never in the way."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from adapters.slack.api import SlackApi
from adapters.slack.refusals import RefusedError
from bot.vocabulary.errors import AdapterError, AuthenticationError, StateUnavailableError

logger = logging.getLogger(__name__)

WAITING = 100
PATIENCE_SECONDS = 2.0
SWITCHED_OFF_SECONDS = 3600.0

_ABOUT_THE_PLACE = {
    "already_reacted",
    "channel_not_found",
    "invalid_thread_ts",
    "is_archived",
    "message_not_found",
    "method_not_supported_for_channel_type",
    "not_in_channel",
    "thread_locked",
    "thread_not_found",
    "too_many_reactions",
    "user_not_found",
    "user_not_in_channel",
}
"""Refusals that say nothing about the app: another place may do."""

Chore = Callable[[], Awaitable[None]]


class Chores:
    """Does chores one after the other, and calls methods that this app may not have."""

    def __init__(self, api: SlackApi, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._api = api
        self._patience_seconds = patience_seconds
        self._waiting: asyncio.Queue[Chore] = asyncio.Queue(WAITING)
        self._off: dict[str, float] = {}

    def add(self, chore: Chore) -> None:
        """Do something soon; not when too much waits."""
        if not self._waiting.full():
            self._waiting.put_nowait(chore)

    async def serve(self) -> None:
        """Do what is added until cancelled."""
        while True:
            chore = await self._waiting.get()
            try:
                await chore()
            except StateUnavailableError as error:
                logger.info("chore not done", extra={"error": str(error)})

    async def call(self, method: str, **arguments: object) -> bool:
        """Call a method; whether Slack did it.

        One that Slack does not give to the app is not asked for again for an hour.
        """
        if time.monotonic() < self._off.get(method, float("-inf")):
            return False
        try:
            async with asyncio.timeout(self._patience_seconds):
                await self._api.call(method, **arguments)
        except (AdapterError, TimeoutError) as error:
            logger.info("chore not done", extra={"error": str(error)})
            if _is_for_good(error):
                self._off[method] = time.monotonic() + SWITCHED_OFF_SECONDS
            return False
        return True


def _is_for_good(error: Exception) -> bool:
    if isinstance(error, RefusedError):
        return error.code not in _ABOUT_THE_PLACE
    return isinstance(error, AuthenticationError)
