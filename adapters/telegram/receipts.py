"""Small signs on people's messages, as reactions: an agent has it, the customer has got it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from telegram import Bot, ReactionTypeEmoji
from telegram.error import TelegramError

from adapters.telegram.errors import is_certain, says
from adapters.telegram.pace import Pacer
from adapters.telegram.places import Place
from bot.vocabulary.platforms import Sign

REACTIONS: Mapping[Sign, str] = {Sign.SEEN: "👀", Sign.DELIVERED: "👌"}
"""Among the reactions that Telegram offers to bots; there is no tick."""

SWITCHED_OFF_SECONDS = 3600.0
MOST_CHATS = 1000


@dataclass(slots=True)
class Receipts:
    """Sets a sign once, where there is room; a chat that takes none is left alone for an hour."""

    bot: Bot
    pacer: Pacer
    _off: dict[int, float] = field(default_factory=dict[int, float], init=False)

    async def show(self, place: Place, message_id: str, sign: Sign) -> None:
        """See ``Attentive.react``; what was pressed is no message."""
        is_off = time.monotonic() < self._off.get(place.chat_id, 0.0)
        if is_off or not message_id.isdecimal() or not await self.pacer.may_sign(place.chat_id):
            return
        try:
            await self.bot.set_message_reaction(
                place.chat_id, int(message_id), [ReactionTypeEmoji(REACTIONS[sign])]
            )
        except TelegramError as error:
            if is_certain(error) and not says(error, "not found"):
                self._switch_off(place.chat_id)

    def _switch_off(self, chat_id: int) -> None:
        if len(self._off) >= MOST_CHATS:
            self._off.clear()
        self._off[chat_id] = time.monotonic() + SWITCHED_OFF_SECONDS
