"""Hands events of one channel over one at a time, by time stamp as far as they arrive together.

Slack promises no order, and each envelope is handled in a task of its own, so that two messages of
one person can be handled in reverse.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from heapq import heapify, heappush
from itertools import count

TOGETHER_SECONDS = 0.02
"""How long an event waits for one that was written before it and is still on its way."""


@dataclass
class _Lane:
    waiting: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    turn: asyncio.Condition = field(default_factory=asyncio.Condition)
    is_busy: bool = False


class Lanes:
    """One lane for each channel."""

    def __init__(self, together_seconds: float = TOGETHER_SECONDS) -> None:
        self._together_seconds = together_seconds
        self._lanes: dict[str, _Lane] = {}
        self._arrivals = count()

    @asynccontextmanager
    async def turn(self, channel: str, rank: float) -> AsyncGenerator[None]:
        """Wait until nobody else of the channel is at work and no lower rank waits."""
        lane = self._lanes.setdefault(channel, _Lane())
        ticket = (rank, next(self._arrivals))
        heappush(lane.waiting, ticket)
        try:
            await asyncio.sleep(self._together_seconds)
            async with lane.turn:
                await lane.turn.wait_for(lambda: not lane.is_busy and lane.waiting[0] == ticket)
                lane.is_busy = True
            try:
                yield
            finally:
                lane.is_busy = False
        finally:
            lane.waiting.remove(ticket)
            heapify(lane.waiting)
            await self._leave(channel, lane)

    async def _leave(self, channel: str, lane: _Lane) -> None:
        if not lane.waiting:
            self._lanes.pop(channel, None)
            return
        async with lane.turn:
            lane.turn.notify_all()
