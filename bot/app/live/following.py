"""Hears of what other processes change: told by Redis, and by looking, for what is told may be lost."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import cast

from redis.exceptions import RedisError

from bot.engine.keys import SETTINGS_CHANNEL
from bot.engine.overlay import OverlayStore
from bot.vocabulary.cancellation import keeping_cancellation
from bot.vocabulary.errors import StateUnavailableError

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
"""How often is looked whether something was changed that was not told."""

_LISTEN_SECONDS = 1.0
_RETRY_SECONDS = 1.0


async def follow(
    store: OverlayStore, refresh: Callable[[], Awaitable[None]], every_seconds: float
) -> None:
    """Refresh whenever something was changed, for ever; an unreachable Redis only delays that."""
    told = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_listen(store, told))
        is_lost = False
        while True:
            try:
                await refresh()
                is_lost = False
            except StateUnavailableError as error:
                if not is_lost:
                    logger.warning("settings not refreshed", extra={"error": str(error)})
                is_lost = True
            try:
                async with asyncio.timeout(every_seconds):
                    await told.wait()
            except TimeoutError:
                continue
            told.clear()


async def _listen(store: OverlayStore, told: asyncio.Event) -> None:
    """Hear what is told, for ever; where it can't be heard, that is logged once."""
    is_lost = False
    while True:
        try:
            async with store.listening() as heard:
                await heard.subscribe(SETTINGS_CHANNEL)
                while True:
                    async with keeping_cancellation():
                        message = cast("object", await heard.get_message(timeout=_LISTEN_SECONDS))
                    if message is not None:
                        told.set()
                        is_lost = False
        except (RedisError, OSError) as error:
            if not is_lost:
                logger.warning("changes are not told", extra={"kind": type(error).__name__})
            is_lost = True
            await asyncio.sleep(_RETRY_SECONDS)
