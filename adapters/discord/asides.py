"""Answers that direct messages don't take: shown to their reader alone, where they acted.

Many people take no direct messages from members of a server. Whoever gave a command in a guild has an
interaction there, whose token Discord takes further answers by for a quarter of an hour.
"""

import time
from collections.abc import Sequence

from adapters.discord import render
from adapters.discord.errors import CANNOT_WRITE_DIRECTLY, RefusedError
from adapters.discord.parse import Payload, reading
from adapters.discord.posting import CERTAIN
from adapters.discord.pressing import EPHEMERAL
from adapters.discord.render import SUPPRESS_EMBEDS, Piece
from adapters.discord.rest import Rest
from adapters.kept import Kept, by_beginning
from bot.vocabulary.tools import AdapterStore, SendLog

SECTION = "asides"
MOST = 1000
TOKEN_SECONDS = 870.0
"""A little less than Discord takes an interaction's token."""


class Asides:
    """Keeps the last interaction of each direct conversation, for all processes."""

    def __init__(self, rest: Rest, sends: SendLog, store: AdapterStore) -> None:
        self._rest = rest
        self._sends = sends
        self._kept = Kept(store, SECTION, most=MOST, moment=by_beginning)

    async def note(self, channel_id: str, raw: Payload) -> None:
        """Keep an interaction that is to be answered in direct messages."""
        with reading():
            way = f"{raw['application_id']}/{raw['token']}"
        await self._kept.put(channel_id, f"{time.time():.3f} {way}")

    async def instead(
        self, refused: RefusedError, channel_id: str, pieces: Sequence[Piece], *, key: str
    ) -> str:
        """Show pieces beside the last interaction and return the last one's id.

        Whether a piece whose fate is unknown is shown can't be read back: it is shown once more, for
        its reader alone may see it twice.

        Raises:
            RefusedError: Direct messages were refused for another reason, or there is no interaction.
        """
        way = await self._way(channel_id) if refused.code == CANNOT_WRITE_DIRECTLY else ""
        if not way:
            raise refused
        shown = [
            await self._post(way, piece, key=key, number=number)
            for number, piece in enumerate(pieces)
        ]
        return shown[-1]

    async def _way(self, channel_id: str) -> str:
        kept = await self._kept.get(channel_id)
        moment, _, way = (kept or "").partition(" ")
        return way if way and time.time() - float(moment) < TOKEN_SECONDS else ""

    async def _post(self, way: str, piece: Piece, *, key: str, number: int) -> str:
        earlier = await self._sends.begin(key, number)
        if earlier is not None and earlier.message_id is not None:
            return earlier.message_id
        body = render.create(piece) | {"flags": SUPPRESS_EMBEDS | EPHEMERAL}
        step = "show an answer beside a command"
        try:
            sent = await self._rest.call(
                "POST", f"/webhooks/{way}", step=step, body=body, files=piece.files
            )
        except CERTAIN:
            if earlier is None:
                await self._sends.forget(key, number)
            raise
        await self._sends.finish(key, str(sent["id"]), number)
        return str(sent["id"])
