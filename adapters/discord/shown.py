"""Where each message of the bot stands, whose it is and what it carries; kept in the adapter's store.

The memory of sends knows the messages of a key. This is the other way round: it tells a message that
is looked for from another one with the same words, and finds what stands elsewhere than was meant.
"""

import json
from dataclasses import asdict, dataclass

from adapters.kept import Kept, by_id
from bot.vocabulary.tools import AdapterStore

SECTION = "shown"
KEPT, SPARE = 20_000, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A channel or thread in which messages are shown, ``instead_of`` a thread that can't be started."""

    channel_id: str
    instead_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Spot):
    """``nonce`` names the piece; with ``files``, ``words`` says whether there is a text beside them.

    One that is ``gone`` was deleted, because an edit needed less room.
    """

    nonce: str
    words: bool = True
    files: bool = False
    gone: bool = False


class Shown:
    """See the module. The latest some thousand messages are kept."""

    def __init__(self, store: AdapterStore) -> None:
        self._kept = Kept(store, SECTION, most=KEPT, spare=SPARE, moment=by_id)

    async def note(self, message_id: str, standing: Standing) -> None:
        """A message is shown."""
        await self._kept.put(message_id, json.dumps(asdict(standing)))

    async def of(self, message_id: str) -> Standing | None:
        """Find what was noted; None for messages of long ago, and for a forum post's first one."""
        kept = await self._kept.get(message_id)
        return None if kept is None else Standing(**json.loads(kept))
