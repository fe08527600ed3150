"""Keeps every platform's adapter receiving: what ends or fails is started again, after a pause.

Only a refused credential is not tried again. At the start it ends everything, because whoever has
mistyped a token is still looking; later it ends its own platform, and the others go on.
"""

import asyncio
import logging
import random
import time
from collections.abc import Collection
from dataclasses import dataclass

from bot.engine import metrics
from bot.vocabulary.errors import AuthenticationError, RelevoError, first_error
from bot.vocabulary.platforms import ChatAdapter, Intake

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Seconds before the first restart, at most, and of running after which it begins anew.

    What is refused within ``starting`` seconds of the supervisor's beginning is refused at the start.
    """

    first: float = 1.0
    longest: float = 60.0
    healthy: float = 60.0
    starting: float = 30.0

    def pause(self, failures: int) -> float:
        """Return how long to wait after so many failures in a row: doubling, and half at random."""
        longest = min(self.longest, self.first * 2 ** min(failures - 1, 30))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads restarts, no secret


async def keep_receiving(
    adapters: Collection[ChatAdapter], intake: Intake, *, backoff: Backoff | None = None
) -> None:
    """Run all adapters until cancelled. One whose credentials are refused later on is left out.

    Raises:
        AuthenticationError: Credentials were refused at the start, or by now those of all adapters.
    """
    refused: list[AuthenticationError] = []
    pauses = backoff or Backoff()
    began = time.monotonic()

    async def keep(adapter: ChatAdapter) -> None:
        try:
            await _keep_running(adapter, intake, pauses)
        except AuthenticationError as error:
            if time.monotonic() - began < pauses.starting:
                raise
            metrics.adapter_up.labels(adapter.platform).set(0)
            logger.error(  # noqa: TRY400 - the sentence says it all
                "platform stopped", extra={"platform": adapter.platform, "error": str(error)}
            )
            refused.append(error)

    try:
        async with asyncio.TaskGroup() as tasks:
            for adapter in adapters:
                tasks.create_task(keep(adapter))
    except ExceptionGroup as group:
        raise first_error(group) from None
    if refused:
        raise refused[0]


async def _keep_running(adapter: ChatAdapter, intake: Intake, backoff: Backoff) -> None:
    failures = 0
    platform = adapter.platform
    while True:
        begun = time.monotonic()
        metrics.adapter_up.labels(platform).set(1)
        why = "it ended"
        try:
            await adapter.run(intake)
        except AuthenticationError:
            raise
        except RelevoError as error:
            why = str(error)
        except Exception:  # the adapter's border: whatever failed, it runs again
            logger.exception("platform failed", extra={"platform": platform})
            why = "it failed"
        metrics.adapter_up.labels(platform).set(0)
        metrics.adapter_restarts.labels(platform).inc()
        failures = 1 if time.monotonic() - begun > backoff.healthy else failures + 1
        pause = backoff.pause(failures)
        extra = {"platform": platform, "error": why, "again_in": round(pause, 1)}
        logger.warning("platform runs again", extra=extra)
        await asyncio.sleep(pause)
