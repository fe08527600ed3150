"""Actions that are too long for a button: kept in the store by the short names that buttons carry."""

import time
from collections.abc import Mapping

from adapters.kept import Kept, by_beginning
from bot.vocabulary.tools import AdapterStore

SECTION = "long_actions"
MOST = 10_000
"""So many of the newest stay, and about a tenth more for each process; then old buttons are dead."""


class Actions:
    """Keeps them for all processes, the newest only, so that the store does not grow for ever."""

    def __init__(self, store: AdapterStore, *, most: int = MOST) -> None:
        self._kept = Kept(store, SECTION, most=most, moment=by_beginning)

    async def keep(self, actions: Mapping[str, str]) -> None:
        """Keep actions by their short names."""
        now = f"{time.time():.3f}"
        await self._kept.put_all({name: f"{now} {action}" for name, action in actions.items()})

    async def find(self, name: str) -> str:
        """Return the action behind a short name; the name itself when it is unknown."""
        kept = await self._kept.get(name)
        return kept.partition(" ")[2] if kept else name
