"""Signs that an answer is on its way: "typing", and in private chats the answer as it grows.

Drafts are no messages: Telegram shows one for half a minute or until the bot writes, so nothing has
to be remembered of them. All of it is best effort, and sparing: both are made of calls that count.
"""

import hashlib
import math
import time
from dataclasses import dataclass, field

from telegram import Bot
from telegram.error import TelegramError

from adapters.telegram.places import Place
from adapters.telegram.render import render
from adapters.telegram.wire import FloodError
from bot.vocabulary.messages import OutgoingMessage

TYPING_SECONDS = 4.0
"""Telegram shows it for five seconds."""

DRAFT_SECONDS = 0.7
MOST_PLACES = 1000


@dataclass(slots=True)
class Signs:
    """Shows them, each no more often than it is worth."""

    bot: Bot
    _typed: dict[Place, float] = field(default_factory=dict[Place, float], init=False)
    _drafted: dict[Place, float] = field(default_factory=dict[Place, float], init=False)
    _drafts: dict[str, Place] = field(default_factory=dict[str, Place], init=False)

    async def typing(self, place: Place) -> None:
        """Show for some seconds that an answer is on its way."""
        if not _is_due(self._typed, place, TYPING_SECONDS):
            return
        try:
            await self.bot.send_chat_action(
                place.chat_id, "typing", message_thread_id=place.thread_id
            )
        except TelegramError:
            return

    async def draft(self, place: Place, text: str, *, key: str) -> None:
        """Show the beginning of an answer, as far as it fits into one message."""
        if not place.is_private or not _is_due(self._drafted, place, DRAFT_SECONDS):
            return
        piece = render(OutgoingMessage(text=text), in_group=False, has_files=False)[0]
        if len(self._drafts) >= MOST_PLACES:
            self._drafts.clear()
        self._drafts[key] = place
        try:
            await self.bot.send_message_draft(
                place.chat_id,
                draft_id(key),
                piece.text,
                entities=piece.entities,
                message_thread_id=place.thread_id,
            )
        except FloodError as error:
            self._drafted[place] = time.monotonic() + error.seconds
        except TelegramError:
            return

    async def withdraw(self, key: str) -> None:
        """Leave nothing of a draft but Telegram's own "Thinking…", which soon goes by itself."""
        place = self._drafts.pop(key, None)
        if place is None:
            return
        try:
            await self.bot.send_message_draft(
                place.chat_id, draft_id(key), "", message_thread_id=place.thread_id
            )
        except TelegramError:
            return

    def settle(self, key: str) -> None:
        """Forget a draft whose message is shown."""
        self._drafts.pop(key, None)


def draft_id(key: str) -> int:
    """Return the number of a draft, never 0; the same one for each state of the same answer."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:7], 16) | 1


def _is_due(times: dict[Place, float], place: Place, seconds: float) -> bool:
    now = time.monotonic()
    if now - times.get(place, -math.inf) < seconds:
        return False
    if len(times) >= MOST_PLACES:
        times.clear()
    times[place] = now
    return True
