"""Actions that are too long for a button: kept in the store by the short names that buttons carry."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.vocabulary.tools import AdapterStore

SECTION = "long_actions"
MOST = 10_000
"""So many of the newest stay, and about a tenth more for each process; then old buttons are dead."""


@dataclass(slots=True)
class Actions:
    """Keeps them for all processes, the newest only, so that the store does not grow for ever."""

    store: AdapterStore
    most: int = MOST
    _new: int = field(init=False)

    def __post_init__(self) -> None:
        # A process that begins tidies soon: those before it may have ended short of doing so.
        self._new = self._spare

    @property
    def _spare(self) -> int:
        return max(1, self.most // 10)

    async def keep(self, actions: Mapping[str, str]) -> None:
        """Keep actions by their short names."""
        if not actions:
            return
        now = f"{time.time():.3f}"
        await self.store.put(SECTION, {name: f"{now} {action}" for name, action in actions.items()})
        self._new += len(actions)
        if self._new > self._spare:
            self._new = 0
            await self._tidy()

    async def find(self, name: str) -> str:
        """Return the action behind a short name; the name itself when it is unknown."""
        kept = await self.store.get(SECTION, name)
        return kept.partition(" ")[2] if kept else name

    async def _tidy(self) -> None:
        kept = await self.store.read(SECTION)
        if len(kept) > self.most:
            oldest_first = sorted(kept, key=lambda name: float(kept[name].partition(" ")[0]))
            await self.store.drop(SECTION, oldest_first[: -self.most])
