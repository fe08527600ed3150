"""How fast a platform is asked for messages, against what it allows."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

SAMPLE_SECONDS = 0.02

DELAY_SECONDS = 2.0
"""How much later than it was let go a call may arrive where two cores do everything.

It does not shrink as the pace is quickened, so that a quickened desk is judged less strictly.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """So many messages a second (``rate``), and so many at once (``burst``)."""

    rate: float
    burst: int


@runtime_checkable
class Limited(Protocol):
    """A site whose desk takes only so many messages."""

    def allowed(self) -> Allowance:
        """What the platform allows in the desk's channel."""
        ...

    def asked_for(self) -> int:
        """How many messages it was asked to show there so far."""
        ...


@dataclass
class Meter:
    """Reads how much was asked for, again and again."""

    samples: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])

    async def watch(self, site: Limited) -> None:
        """Read until cancelled."""
        while True:
            self.samples.append((time.monotonic(), site.asked_for()))
            await asyncio.sleep(SAMPLE_SECONDS)

    def excess(self, allowed: Allowance) -> float:
        """Return how many messages too many the worst stretch of time has seen."""
        lowest, worst = float("inf"), 0.0
        for at, count in self.samples:
            level = count - allowed.rate * at
            lowest = min(lowest, level)
            worst = max(worst, level - lowest - allowed.burst - allowed.rate * DELAY_SECONDS)
        return worst


@asynccontextmanager
async def metered(site: object) -> AsyncGenerator[None]:
    """Assert that a site, if it is a limited one, is never asked for more than it allows."""
    if not isinstance(site, Limited):
        yield
        return
    meter = Meter()
    watching = asyncio.create_task(meter.watch(site))
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    excess = meter.excess(site.allowed())
    assert excess <= 0, f"asked for {excess:.0f} messages more than the platform allows"
