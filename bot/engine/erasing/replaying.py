"""Erases again whom a restored backup has brought back."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
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


Part = Callable[[str], Awaitable[object]]
"""Gives an account a person of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """An account that has come back; ``is_part`` says that others of the same person have not been erased."""

    account: str
    at: float
    is_part: bool


class Replaying:
    """Compares tombstones with persons: whoever was met before their tombstone is erased once more.

    Each account counts by when it was registered itself: who was erased, came back and was joined with somebody
    known for longer is no reason to erase that one.
    """

    def __init__(
        self,
        tombstones: Tombstones,
        everybody: Everybody,
        part: Part,
        erasures: Erasures,
        erasing: Erasing,
    ) -> None:
        self._tombstones = tombstones
        self._everybody = everybody
        self._part = part
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
        back = [
            one async for person in self._everybody.everybody() for one in self._back(person, times)
        ]
        for one in back:
            try:
                await self._erase(one)
            except UnreadableMemoryError as error:
                logger.warning("erasure not ended: tried again", extra={"error": str(error)})
        if back:
            logger.warning("persons erased again", extra={"persons": len(back)})
        return len(back)

    def _back(self, person: Person, times: Mapping[str, float]) -> Sequence[Back]:
        """Return what of a person has come back; of a whole one any account stands for all."""
        erased = {who: times.get(self._tombstones.digest(who), 0.0) for who in person.accounts}
        gone = [
            who
            for who, at in erased.items()
            if person.known_since(who).timestamp() < at - CLOCKS_SECONDS
        ]
        is_part = len(gone) < len(person.accounts)
        return [
            Back(account=who, at=erased[who], is_part=is_part)
            for who in (gone if is_part else gone[:1])
        ]

    async def _erase(self, back: Back) -> None:
        """Erase once more; noted first, so that it goes on after a crash."""
        asked = await self._erasures.ask(back.account, at=back.at)
        if back.is_part:
            await self._part(back.account)  # it had left before it was erased
        await self._erasing.carry_out(asked)
