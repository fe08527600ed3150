"""What customers do while something breaks, drawn from one seed."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.faults.platforms.ledger import Entry
from tests.faults.platforms.sites import Customer, Site

MOST_MESSAGES = 9
"""Of one customer while the crowd writes: few enough for Discord's five messages a second."""

WARM_MESSAGES = 2
"""So many has each customer written when something breaks."""

PAUSE_SECONDS = (0.03, 0.4)


@dataclass
class Crowd:
    """Everybody who writes during a run."""

    site: Site
    dice: Random
    _said: Counter[str] = field(default_factory=Counter[str])
    _end: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self) -> None:
        """Write until ``stop``, or until everybody has said enough."""
        async with asyncio.TaskGroup() as writing:
            for customer in self.site.customers:
                writing.create_task(self._write(customer))

    def is_warm(self) -> bool:
        """Whether everybody is in the midst of writing."""
        return all(self._said[one.name] >= WARM_MESSAGES for one in self.site.customers)

    def stop(self) -> None:
        """Let nobody begin another message."""
        self._end.set()

    async def everybody(self, *, in_a_gap: bool = False) -> list[Entry]:
        """Let each customer write once."""
        write = self.site.write_in_a_gap if in_a_gap else self.site.write
        return [await write(customer) for customer in self.site.customers]

    async def _write(self, customer: Customer) -> None:
        for _ in range(MOST_MESSAGES):
            if await self._pause():
                return
            await self.site.write(customer)
            self._said[customer.name] += 1

    async def _pause(self) -> bool:
        """Wait a while; True when it is time to go home."""
        try:
            async with asyncio.timeout(self.dice.uniform(*PAUSE_SECONDS)):
                await self._end.wait()
        except TimeoutError:
            return False
        return True
