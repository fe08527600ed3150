"""One raw update → the core. It is acknowledged only after ``take`` has returned."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

from telegram import Update

from adapters.telegram.actions import Actions
from adapters.telegram.errors import UnreadableError, reading
from adapters.telegram.homing import Brought, Homing
from adapters.telegram.keyboard import SHORT
from adapters.telegram.lookup import Lookup
from adapters.telegram.memory import Memory
from adapters.telegram.metrics import unread
from adapters.telegram.parse import (
    Scene,
    album_of,
    numbers_of,
    pointed_at,
    read_update,
    to_message,
)
from adapters.telegram.places import Place, place_of
from bot.texts import say
from bot.vocabulary.errors import UnstorableError
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.platforms import Intake

logger = logging.getLogger(__name__)

Answer = Callable[[str, Brought], None]
"""Ends the waiting of a pressed button (its query's id), with a short word, a link, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Hands each update to the core while the adapter runs."""

    intake: Intake
    memory: Memory
    lookup: Lookup
    actions: Actions
    homing: Homing
    scene: Callable[[], Scene]
    answer: Answer

    async def glance(self, updates: Sequence[object]) -> None:
        """Look for albums that are meant for the bot in updates that will be taken one by one.

        Raises:
            StateUnavailableError: What was found could not be kept.
        """
        for raw in updates:
            if "media_group_id" in _message(raw) and (update := read_update(raw)):
                with suppress(UnreadableError):
                    await self._understand(update, own=None)

    async def take(self, raw: object) -> None:
        """Hand on what an update means; one that can't be read or stored is passed over.

        Raises:
            StateUnavailableError: It could not be stored and has to come again.
        """
        failpoint("bytes_arrived")
        update = read_update(raw)
        if update is None:
            skip(raw)
        message = await self._read(update, raw) if update else None
        failpoint("parsed")
        brought = await self._brought(message)
        if brought.message is not None:
            await self._hand_on(brought.message, raw)
        if update and (query := update.callback_query):
            self.answer(query.id, brought)

    async def _brought(self, message: IncomingMessage | None) -> Brought:
        """Return where a message is to be handled, and what is said to who pressed a button."""
        if message is None:
            return Brought(message=None)
        scene = self.scene()
        brought = await self.homing.bring(
            message, desk_chat=scene.desk_chat, username=scene.username
        )
        return replace(brought, toast=brought.toast or _toast(message))

    async def _hand_on(self, message: IncomingMessage, raw: object) -> None:
        try:
            await self.intake(message)
        except UnstorableError:
            # What can't be written down today can't be tomorrow: it must not hold up the others.
            skip(raw, why="stored")

    async def _read(self, update: Update, raw: object) -> IncomingMessage | None:
        try:
            await self._learn(update)
            with reading():
                pointed = pointed_at(update)
            own = await self.memory.own(*pointed) if pointed else None
            message = await self._understand(update, own=own)
        except UnreadableError:
            skip(raw)
            return None
        return await self._completed(message) if message else None

    async def _understand(self, update: Update, *, own: Place | None) -> IncomingMessage | None:
        """Return what an update means. Of an album only one part names the bot; all are meant for it."""
        with reading():
            album = album_of(update)
        is_meant = album is not None and await self.memory.has_album(*album)
        scene, now = self.scene(), datetime.now(UTC)
        with reading():
            message = to_message(update, scene, own=own, now=now, is_meant=is_meant)
        if album and message and message.is_mention and not is_meant:
            await self.memory.keep_album(*album)
        return message

    async def _completed(self, message: IncomingMessage) -> IncomingMessage:
        """Put in what only the store knows: long actions, and conversations of groups that moved."""
        if message.action and message.action.startswith(SHORT):
            message = replace(message, action=await self.actions.find(message.action))
        bot_id = str(self.scene().bot_id)
        place = place_of(message.conversation, bot_id)
        if place.chat_id == self.scene().desk_chat:
            return message
        origin = await self.memory.origin(place)
        return replace(message, conversation=origin.conversation(bot_id))

    async def _learn(self, update: Update) -> None:
        """Learn ids of messages, and of groups that moved."""
        with reading():
            numbers = numbers_of(update)
        if numbers is None:
            return
        await self.lookup.saw(numbers.chat, numbers.message)
        if numbers.became:
            await self.memory.keep_move(numbers.chat, numbers.became)
        if numbers.was:
            await self.memory.keep_move(numbers.was, numbers.chat)


def update_id(raw: object) -> int | None:
    """Return the number of an update, which even one that can't be read has."""
    number = _fields(raw).get("update_id")
    return number if isinstance(number, int) else None


def skip(raw: object, *, why: str = "read") -> None:
    """Name an update that can't be read or stored, so that its loss can be looked into."""
    kinds = [str(kind)[:40] for kind in _fields(raw) if kind != "update_id"]
    unread.labels("telegram").inc()
    logger.warning(
        "Passed over an update of Telegram that can't be %s.",
        why,
        extra={"update_id": update_id(raw), "kinds": kinds[:3]},
    )


def _fields(raw: object) -> dict[str, object]:
    return cast("dict[str, object]", raw) if isinstance(raw, dict) else {}


def _message(raw: object) -> dict[str, object]:
    return _fields(_fields(raw).get("message"))


def _toast(message: IncomingMessage) -> str:
    is_rating = (message.action or "").startswith("rate:")
    return say("adapters.noted", (message.author.locale or "en")[:2]) if is_rating else ""
