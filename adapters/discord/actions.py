"""Actions and lines that are too long for the id of a button or a form: kept by short names."""

import hashlib
import time
from collections.abc import Mapping

from adapters.kept import Kept, by_beginning
from adapters.markup.utf16 import utf16_length
from bot.vocabulary.tools import AdapterStore

SECTION = "long_actions"
MOST = 10_000
"""So many of the newest stay, and about a tenth more for each process; then old buttons are dead."""

SHORT = "#"


def carried(action: str, *, room: int) -> str:
    """Return what an id with so much room carries for an action: itself, or a short name for it."""
    if utf16_length(action) <= room and not action.startswith(SHORT):
        return action
    return SHORT + hashlib.sha256(action.encode("utf-8", "replace")).hexdigest()[:32]


class Actions:
    """Keeps them for all processes."""

    def __init__(self, store: AdapterStore, *, most: int = MOST) -> None:
        self._kept = Kept(store, SECTION, most=most, moment=by_beginning)

    async def keep(self, actions: Mapping[str, str]) -> None:
        """Keep actions by what is carried for them."""
        now = f"{time.time():.3f}"
        await self._kept.put_all({name: f"{now} {action}" for name, action in actions.items()})

    async def find(self, name: str) -> str:
        """Return the action behind what is carried; the short name itself when it is unknown."""
        kept = await self._kept.get(name) if name.startswith(SHORT) else None
        return kept.partition(" ")[2] if kept else name
