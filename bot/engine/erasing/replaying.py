"""Erases again whom a restored backup has brought back."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Protocol

from bot.engine.erasing.eraser import Erasing
from bot.engine.erasing.erasures import Erasures
from bot.engine.erasing.tombstones import Tombstones
from bot.engine.persons.records import Person
from bot.vocabulary.errors import StateUnavailableError, UnreadableMemoryError

logger = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0

CLOCKS_SECONDS = 5.0
"""Whoever was met so shortly before their tombstone may be new: clocks differ."""


class Everybody(Protocol):
    """All persons that are known."""

    def everybody(self) -> AsyncIterator[Person]:
        """Return each of them. Raises ``StateUnavailableError`` without Redis."""
        ...


class Replaying:
    """Compares tombstones with persons: whoever was met before their tombstone is erased once more.

    Each account counts by when it was registered itself: who was erased, came back and was joined with somebody
    known for longer is no reason to erase that one.
    """

    def __init__(
        self, tombstones: Tombstones, everybody: Everybody, erasures: Erasures, erasing: Erasing
    ) -> None:
        self._tombstones = tombstones
        self._everybody = everybody
        self._erasures = erasures
        self._erasing = erasing

    async def run(self, every_seconds: float = EVERY_SECONDS) -> None:
        """Replay at the start and then again and again; an unreachable Redis only delays that."""
        while True:
            try:
                await self.replay()
            except StateUnavailableError as error:
                logger.warning("tombstones not replayed", extra={"error": str(error)})
            await asyncio.sleep(every_seconds)

    async def replay(self) -> int:
        """Erase whoever has come back; returns how many that were.

        Raises:
            StateUnavailableError: Redis or the file failed; done again, it goes on.
        """
        times = await self._tombstones.all()
        if not times:
            return 0
        back: list[tuple[str, float]] = []
        async for person in self._everybody.everybody():
            for account in person.accounts:
                at = times.get(self._tombstones.digest(account), 0.0)
                if person.known_since(account).timestamp() < at - CLOCKS_SECONDS:
                    back.append((account, at))
                    break
        for account, at in back:
            try:
                await self._erasing.carry_out(await self._erasures.ask(account, at=at))
            except UnreadableMemoryError as error:
                logger.warning("erasure not ended: tried again", extra={"error": str(error)})
        if back:
            logger.warning("persons erased again", extra={"persons": len(back)})
        return len(back)
