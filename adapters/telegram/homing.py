"""Admins' commands that are given in groups: taken to the private chat of whoever gave them.

The core then answers in private by itself. A bot can't write first to a person, so it is tried whether it
may: where it may not, nothing is done, and the person is shown the way into that chat. Nobody can tell
who writes as the group or as a channel: nothing is done either, and they are told so once in each group.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, TelegramError

from adapters.steering import is_steering
from adapters.telegram.calls import send_text
from adapters.telegram.errors import MALFORMED, says
from adapters.telegram.memory import Memory
from adapters.telegram.pace import Pacer
from adapters.telegram.places import Place, place_of
from adapters.telegram.render import Piece
from bot.texts import LANGUAGES, say
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import Author, IncomingMessage, MessageKind

TRY_SECONDS = 4.0
"""How long to try whether the bot may write to somebody; after that it counts as allowed."""

PAYLOAD = "admin"
"""Stands behind ``?start=`` in the link into the private chat; nothing depends on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What is handed to the core, if anything, and how a pressed button is answered."""

    message: IncomingMessage | None
    toast: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Homing:
    """Takes admins' commands home; all other messages stay as they are."""

    bot: Bot
    memory: Memory
    pacer: Pacer

    async def bring(
        self, message: IncomingMessage, *, desk_chat: int | None, username: str
    ) -> Brought:
        """Return where a message is to be handled.

        Raises:
            StateUnavailableError: It can't be known who was told already.
        """
        place = place_of(message.conversation, str(self.memory.bot_id))
        in_case = place.chat_id == desk_chat and place.thread_id is not None
        if place.is_private or not is_steering(message, in_case=in_case):
            return Brought(message=message)
        if message.kind is MessageKind.EDITED:
            # What was given once is not given again by mending it.
            return Brought(message=None)
        if message.author.is_external:
            await self._unmask(place, message)
            return Brought(message=None)
        if await self._may_write(int(message.author.user_id)):
            toast = say("adapters.answered_in_private", _language(message.author))
            return Brought(message=at_home(message, place), toast=toast)
        url = link_home(username)
        if message.action is None:
            words = say("adapters.open_private_chat", _language(message.author))
            label = say("adapters.open_chat", _language(message.author))
            await self._say(place, message.id, words, [InlineKeyboardButton(label, url=url)])
        return Brought(message=None, url=url)

    async def _may_write(self, user_id: int) -> bool:
        """Whether somebody has opened the bot's chat and not blocked it, as far as that is told."""
        try:
            async with asyncio.timeout(TRY_SECONDS):
                await self.bot.send_chat_action(user_id, ChatAction.TYPING)
        except Forbidden:
            return False
        except BadRequest as error:
            return not says(error, "chat not found", "peer id invalid", "user not found")
        except (TelegramError, TimeoutError, *MALFORMED):
            return True
        return True

    async def _unmask(self, place: Place, message: IncomingMessage) -> None:
        if await self.memory.has_told(place.chat_id):
            return
        words = say("adapters.masked", _language(message.author))
        if await self._say(place, message.id, words):
            await self.memory.keep_told(place.chat_id)

    async def _say(
        self,
        place: Place,
        message_id: str,
        words: str,
        buttons: Sequence[InlineKeyboardButton] = (),
    ) -> bool:
        """Say something where a command was given, if there is room: it never delays the desk."""
        piece = Piece(text=words, buttons=InlineKeyboardMarkup([buttons]) if buttons else None)
        try:
            if not await self.pacer.may_sign(place.chat_id):
                return False
            place = await self.memory.moved(place)
            await send_text(self.bot, place, piece, reply_to=message_id)
        except (TelegramError, StateUnavailableError):
            return False
        return True


def at_home(message: IncomingMessage, place: Place) -> IncomingMessage:
    """Return a message as if it had been given in the private chat of its author.

    Its id is none of that chat's: there the same number is another message.
    """
    home = Place(chat_id=int(message.author.user_id))
    return replace(
        message,
        id=f"{place.chat_id}/{message.id}",
        conversation=home.conversation(message.conversation.tenant_id),
        is_direct=True,
        is_mention=False,
    )


def link_home(username: str) -> str:
    """Return the link that opens a person's chat with the bot."""
    return f"https://t.me/{username}?start={PAYLOAD}"


def _language(author: Author) -> str:
    language = (author.locale or "")[:2]
    return language if language in LANGUAGES else LANGUAGES[0]
