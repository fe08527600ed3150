"""Changes and takes back what is shown under a key, wherever it stands."""

from collections.abc import Mapping
from dataclasses import replace

from adapters.discord import render
from adapters.discord.posting import THREAD, Posting
from adapters.discord.render import Piece
from adapters.discord.shown import Shown, Spot, Standing
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.tools import SendLog


class Rewriting:
    """See the module."""

    def __init__(self, posting: Posting, sends: SendLog, shown: Shown) -> None:
        self._posting = posting
        self._sends = sends
        self._shown = shown

    async def edit(self, channel_id: str, message: OutgoingMessage, *, key: str) -> None:
        """Change, add and delete pieces until what stands there reads like ``message``.

        Files stay: a message with files alone has no words to change, and one whose words are no
        longer needed keeps its files.
        """
        shown = await self._pieces(key)
        if not shown:
            return
        pieces = render.pieces(message)
        worded = [number for number in shown if await self._has_words(shown[number])]
        for number, piece in zip(worded, pieces, strict=False):
            await self._posting.change(channel_id, shown[number], piece)
        for number in worded[len(pieces) :]:
            await self._remove_words(channel_id, shown[number])
        last = max(shown)
        spot = await self._shown.of(shown[last]) or Spot(channel_id=channel_id)
        for number, piece in enumerate(pieces[len(worded) :], start=last + 1):
            await self._posting.post(spot, piece, key=key, number=number)

    async def retract(self, channel_id: str, *, key: str) -> None:
        """Delete what was shown, a preview as well."""
        shown = await self._sends.shown(key)
        messages = {shown[number] for number in shown if number != THREAD}
        for message_id in sorted(messages, key=int):
            await self._posting.delete(channel_id, message_id)

    async def _pieces(self, key: str) -> Mapping[int, str]:
        """Return the pieces that stand under a key, without a thread or a preview."""
        shown = await self._sends.shown(key)
        return {number: shown[number] for number in sorted(shown) if number < THREAD}

    async def _has_words(self, message_id: str) -> bool:
        standing = await self._shown.of(message_id)
        return standing is None or (standing.words and not standing.gone)

    async def _remove_words(self, channel_id: str, message_id: str) -> None:
        standing = await self._shown.of(message_id)
        if standing is not None and standing.files:
            await self._posting.change(channel_id, message_id, Piece(content=""))
            return
        await self._posting.delete(channel_id, message_id)
        standing = standing or Standing(channel_id=channel_id, nonce="")
        await self._shown.note(message_id, replace(standing, gone=True))
