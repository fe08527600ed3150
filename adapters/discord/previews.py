"""Replies that are being written: a message that grows by edits and ends as the reply itself.

The reply's first piece has the same nonce as its preview. So even when nobody knows what became of
the preview, the reply finds it: Discord answers with the older message, which is then edited.
"""

import time
from collections.abc import Mapping

from adapters.discord import render
from adapters.discord.posting import PREVIEW, Posting
from adapters.discord.render import Piece
from adapters.discord.shown import Spot
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.tools import SendLog

SPACING_SECONDS = 1.0
REMEMBERED = 1000


class Previews:
    """See the module."""

    def __init__(self, posting: Posting, sends: SendLog) -> None:
        self._posting = posting
        self._sends = sends
        self._shown_at: dict[str, float] = {}

    def is_due(self, key: str) -> bool:
        """Whether a preview may be shown now: Discord allows one edit a second in a channel."""
        now = time.monotonic()
        if now - self._shown_at.get(key, -SPACING_SECONDS) < SPACING_SECONDS:
            return False
        if len(self._shown_at) >= REMEMBERED:
            self._shown_at.clear()
        self._shown_at[key] = now
        return True

    async def show(self, spot: Spot, text: str, *, key: str) -> None:
        """Show how far a reply is; nothing once it was sent."""
        shown = await self._sends.shown(key)
        if 0 in shown:
            return
        piece = render.pieces(OutgoingMessage(text=text))[0]
        if PREVIEW in shown:
            await self._posting.change(spot.channel_id, shown[PREVIEW], piece)
        else:
            await self._posting.post(spot, piece, key=key, number=PREVIEW)

    async def replace(
        self, channel_id: str, piece: Piece, shown: Mapping[int, str], *, key: str
    ) -> None:
        """Let a preview become the first piece of its reply."""
        if PREVIEW in shown and 0 not in shown:
            await self._posting.change(channel_id, shown[PREVIEW], piece)
            await self._sends.begin(key, 0)
            await self._sends.finish(key, shown[PREVIEW], 0)
