"""Was it shown after all? Looking for a message of the bot by repeating it as an edit.

The Bot API can't be asked for a message. But an edit that would change nothing is refused with
"message is not modified", and only for a message that the bot itself wrote in that chat; other ids
give "message to edit not found" or "message can't be edited". All private chats of a bot share one
sequence of ids (core.telegram.org/api/channel). So before a piece is sent to a private chat, the newest id seen so far is noted;
after an unclear end the next few ids are tried. That the text is the same makes it harmless.

Not in groups: there another topic's message may be on its way, unknown yet, and would be changed.
Nor when nothing was seen before the send. Then the piece is sent again.
"""

from dataclasses import dataclass, field

from telegram import Bot
from telegram.error import BadRequest

from adapters.telegram.errors import says, translated
from adapters.telegram.memory import Memory
from adapters.telegram.places import Place
from adapters.telegram.render import NO_PREVIEW, Piece

REACH = 20
"""How many ids are tried."""

_NEWEST_BASIC = -(10**12)
"""Supergroups have ids below this, and sequences of message ids of their own."""


@dataclass(slots=True)
class Lookup:
    """Finds pieces whose sending ended unclearly; ``newest`` is the newest message id seen."""

    bot: Bot
    memory: Memory
    newest: int | None = field(default=None, init=False)

    def saw(self, chat_id: int, message_id: int) -> None:
        """Learn a message id, of anybody's message."""
        if chat_id > _NEWEST_BASIC:
            self.newest = max(message_id, self.newest or 0)

    async def note(self, place: Place, name: str) -> None:
        """Note before a piece is sent from which id on it would have to be looked for."""
        if self.newest is not None and self._can_look(place):
            await self.memory.keep_bound(name, self.newest)

    async def forget(self, place: Place, name: str, message_id: str) -> None:
        """Note that a piece is shown."""
        self.saw(place.chat_id, int(message_id))
        if self._can_look(place):
            await self.memory.drop_bound(name)

    async def find(self, place: Place, piece: Piece, name: str) -> str | None:
        """Return the id of a piece that is shown; None when it isn't or can't be found."""
        bound = await self.memory.bound(name) if self._can_look(place) else None
        if bound is None:
            return None
        for message_id in range(bound + 1, bound + 1 + REACH):
            known = await self.memory.own(place.chat_id, str(message_id))
            if known is None and await self._is(place.chat_id, message_id, piece):
                return str(message_id)
        return None

    async def _is(self, chat_id: int, message_id: int, piece: Piece) -> bool:
        async with translated():
            try:
                await edit_text(self.bot, chat_id, message_id, piece)
            except BadRequest as error:
                return says(error, "message is not modified")
        return True

    def _can_look(self, place: Place) -> bool:
        return place.is_private and place.thread_id is None


async def edit_text(bot: Bot, chat_id: int, message_id: int, piece: Piece) -> None:
    """Let one of the bot's messages read like a piece."""
    await bot.edit_message_text(
        piece.text,
        chat_id=chat_id,
        message_id=message_id,
        entities=piece.entities,
        reply_markup=piece.buttons,
        link_preview_options=NO_PREVIEW,
    )
