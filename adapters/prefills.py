"""What forms begin with: kept in the store by short names, for a button has no room for a text."""

import time
from collections.abc import Sequence

from adapters.buttons import prefill_name
from adapters.kept import Kept, by_beginning
from bot.vocabulary.messages import Button
from bot.vocabulary.tools import AdapterStore

SECTION = "prefills"
MOST = 1000
"""So many of the newest stay; the form of an older button is empty."""


class Prefills:
    """Keeps them for all processes."""

    def __init__(self, store: AdapterStore, *, most: int = MOST) -> None:
        self._kept = Kept(store, SECTION, most=most, moment=by_beginning)

    async def keep(self, buttons: Sequence[Button]) -> None:
        """Keep what the forms of some buttons begin with."""
        texts = {button.prefill for button in buttons if button.asks and button.prefill}
        now = f"{time.time():.3f}"
        await self._kept.put_all({prefill_name(text): f"{now} {text}" for text in texts})

    async def find(self, name: str) -> str:
        """Return a text by its short name; nothing when it is unknown."""
        kept = await self._kept.get(name) if name else None
        return kept.partition(" ")[2] if kept else ""
