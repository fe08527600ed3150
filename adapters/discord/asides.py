"""Answers that direct messages don't take: shown to their reader alone, where they acted.

Many people take no direct messages from members of a server. Whoever gave a command in a guild has an
interaction there, whose token Discord takes further answers by for a quarter of an hour. Whoever typed
it where others read along is told there that they can't be answered, and nothing else.
"""

import time
from collections.abc import Sequence

from adapters.discord import render
from adapters.discord.errors import CANNOT_WRITE_DIRECTLY, RefusedError
from adapters.discord.parse import Payload, reading
from adapters.discord.posting import CERTAIN, Posting
from adapters.discord.pressing import EPHEMERAL
from adapters.discord.render import SUPPRESS_EMBEDS, Piece
from adapters.discord.rest import Rest
from adapters.discord.shown import Spot
from adapters.kept import Kept, by_beginning
from bot.texts import LANGUAGES, say
from bot.vocabulary.tools import AdapterStore, SendLog

SECTION = "asides"
MOST = 1000
PARTS = "/"
"""What parts an application from its interaction's token; the id of a place has none."""

TOKEN_SECONDS = 870.0
"""A little less than Discord takes an interaction's token."""


class Asides:
    """Keeps the last interaction of each direct conversation, for all processes."""

    def __init__(self, rest: Rest, sends: SendLog, store: AdapterStore, posting: Posting) -> None:
        self._rest = rest
        self._sends = sends
        self._posting = posting
        self._kept = Kept(store, SECTION, most=MOST, moment=by_beginning)

    async def note(self, channel_id: str, raw: Payload) -> None:
        """Keep an interaction that is to be answered in direct messages."""
        with reading():
            way = f"{raw['application_id']}/{raw['token']}"
        await self._keep(channel_id, way)

    async def note_place(self, channel_id: str, typed_in: str) -> None:
        """Keep the channel or thread in which something was typed that is answered in direct messages."""
        await self._keep(channel_id, typed_in)

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
        if PARTS not in way:
            return await self._posting.post_all(Spot(channel_id=way), [_unanswered()], key=key)
        shown = [
            await self._post(way, piece, key=key, number=number)
            for number, piece in enumerate(pieces)
        ]
        return shown[-1]

    async def _keep(self, channel_id: str, way: str) -> None:
        await self._kept.put(channel_id, f"{time.time():.3f} {way}")

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


def _unanswered() -> Piece:
    """Say it in all languages: a message does not tell its writer's."""
    return Piece(content="\n".join(say("adapters.no_direct", one) for one in LANGUAGES))
