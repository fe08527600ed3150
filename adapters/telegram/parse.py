"""Updates of Telegram → values of the core (pure).

Keys of events: ``tg-<bot>-<chat>-<message>`` for a message (each bot has its own ids of a private
chat's messages), with ``-e-<time>-<digest>`` for an edit and ``-r-<user>-<time>-<action>`` for a
reaction (two in one second differ in the digest and in the action), ``tg-cb-<id>`` for a pressed
button. ``update_id`` is no key: after a silent week Telegram begins to count somewhere else.
"""

import hashlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from telegram import (
    CallbackQuery,
    Message,
    MessageReactionUpdated,
    ReactionType,
    ReactionTypeEmoji,
    Update,
)
from telegram.constants import ChatType
from telegram.warnings import PTBDeprecationWarning

from adapters.steering import steers
from adapters.telegram.content import (
    ForAnotherBotError,
    attachments_of,
    is_addressed,
    text_of,
)
from adapters.telegram.errors import MALFORMED
from adapters.telegram.people import author_of, person
from adapters.telegram.places import Place
from bot.vocabulary.messages import IncomingMessage, MessageKind

KINDS = ["message", "edited_message", "callback_query", "message_reaction"]
"""The updates that the bot asks for; Telegram keeps the list, so it is always sent as a whole."""

UP = frozenset("👍❤🔥🥰👏🎉🤩🙏👌😍💯✅🏆")
DOWN = frozenset("👎🤬😡😕💔🤮💩")

_VARIATION = "\ufe0f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What one must know to understand an update: the bot itself, and the desk's group, if any."""

    bot_id: int
    username: str
    desk_chat: int | None = None


def read_update(raw: object) -> Update | None:
    """Read a raw update; None when it can't be read."""
    if not isinstance(raw, dict):
        return None
    try:
        # The SDK warns of its own plans for some fields while it fills them.
        with warnings.catch_warnings(action="ignore", category=PTBDeprecationWarning):
            return Update.de_json(mended(cast("dict[str, Any]", raw)), None)
    except (*MALFORMED, OSError, RecursionError):
        return None


def mended(value: Any) -> Any:
    """Replace halves of characters in all texts of a JSON value: they are legal there and nowhere else."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            fields = cast("dict[str, Any]", value)
            return {mended(name): mended(field) for name, field in fields.items()}
        case list():
            return [mended(item) for item in cast("list[Any]", value)]
        case _:
            return value


def place_of_message(message: Message) -> Place:
    """Return where a message stands. Replies outside topics have a thread too, which is none."""
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(chat_id=message.chat.id, thread_id=thread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The ids that an update tells: of a chat and a message, and of the chat that it was or became."""

    chat: int
    message: int
    became: int | None
    was: int | None


def numbers_of(update: Update) -> Numbers | None:
    """Return the ids that an update with a message tells; None for all others."""
    written = update.effective_message
    if not isinstance(written, Message):
        return None
    became, was = written.migrate_to_chat_id, written.migrate_from_chat_id
    return Numbers(
        chat=int(written.chat.id),
        message=int(written.message_id),
        became=int(became) if became else None,
        was=int(was) if was else None,
    )


def pointed_at(update: Update) -> tuple[int, str] | None:
    """Return chat and message of an update that does not tell in which topic it happened."""
    if reaction := update.message_reaction:
        return reaction.chat.id, str(reaction.message_id)
    query = update.callback_query
    if query and query.message and not query.message.is_accessible:
        return query.message.chat.id, str(query.message.message_id)
    return None


def album_of(update: Update) -> tuple[int, str] | None:
    """Return chat and name of the album that a group's message is a part of; None for all others."""
    message = update.message
    if message is None or message.media_group_id is None or message.chat.type == ChatType.PRIVATE:
        return None
    return message.chat.id, message.media_group_id


def to_message(
    update: Update, scene: Scene, *, own: Place | None, now: datetime, is_meant: bool = False
) -> IncomingMessage | None:
    """Return what an update means to the core; None when it is none of its business.

    ``own`` is where the message of ``pointed_at`` stands, if it is known as one of the bot's. With
    ``is_meant`` a new message is known to be meant for the bot, whatever it says.
    """
    if message := update.message:
        return _written(message, scene, MessageKind.NEW, is_meant=is_meant)
    if edited := update.edited_message:
        return None if edited.location else _written(edited, scene, MessageKind.EDITED)
    if query := update.callback_query:
        return _pressed(query, scene, own, now)
    if reaction := update.message_reaction:
        return None if own is None else _rated(reaction, scene, own)
    return None


def _written(
    message: Message, scene: Scene, kind: MessageKind, *, is_meant: bool = False
) -> IncomingMessage | None:
    author = author_of(message)
    if author is None or message.is_automatic_forward or message.chat.type == ChatType.CHANNEL:
        return None
    place = place_of_message(message)
    mentioned = not place.is_private and (
        is_meant or is_addressed(message, bot_id=scene.bot_id, username=scene.username)
    )
    is_home = place.chat_id == scene.desk_chat
    if not (place.is_private or is_home or mentioned):
        return None
    try:
        text = text_of(message, bot_id=scene.bot_id, username=scene.username)
    except ForAnotherBotError:
        return None
    if not (place.is_private or place.thread_id or mentioned or steers(text)):
        # In the desk's general topic people talk among themselves.
        return None
    attachments = attachments_of(message)
    if not (text or attachments or mentioned):
        return None
    return IncomingMessage(
        event_key=_key(message, kind, text, scene.bot_id),
        id=str(message.message_id),
        kind=kind,
        conversation=place.conversation(str(scene.bot_id)),
        author=author,
        text=text,
        attachments=attachments,
        sent_at=_utc(message.edit_date or message.date),
        is_direct=place.is_private,
        is_mention=mentioned,
    )


def _key(message: Message, kind: MessageKind, text: str, bot_id: int) -> str:
    key = f"tg-{bot_id}-{message.chat.id}-{message.message_id}"
    if kind is MessageKind.NEW:
        return key
    at = int((message.edit_date or message.date).timestamp())
    return f"{key}-e-{at}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _pressed(
    query: CallbackQuery, scene: Scene, own: Place | None, now: datetime
) -> IncomingMessage | None:
    author = person(query.from_user)
    if author is None or query.message is None or query.data is None:
        return None
    pressed = query.message
    place = Place(chat_id=pressed.chat.id)
    if not pressed.is_accessible:
        place = own or place
    elif isinstance(pressed, Message):
        place = place_of_message(pressed)
    return IncomingMessage(
        event_key=f"tg-cb-{query.id}",
        id=str(pressed.message_id),
        kind=MessageKind.PRESSED,
        conversation=place.conversation(str(scene.bot_id)),
        author=author,
        text="",
        action=query.data,
        sent_at=now,
        is_direct=place.is_private,
    )


def _rated(reaction: MessageReactionUpdated, scene: Scene, own: Place) -> IncomingMessage | None:
    author = person(reaction.user)
    before = {_emoji(kind) for kind in reaction.old_reaction}
    added = [_emoji(kind) for kind in reaction.new_reaction if _emoji(kind) not in before]
    action = next((RATINGS[emoji] for emoji in added if emoji in RATINGS), None)
    if author is None or action is None:
        return None
    at = _utc(reaction.date)
    return IncomingMessage(
        event_key=(
            f"tg-{scene.bot_id}-{own.chat_id}-{reaction.message_id}"
            f"-r-{author.user_id}-{int(at.timestamp())}-{action}"
        ),
        id=str(reaction.message_id),
        kind=MessageKind.PRESSED,
        conversation=own.conversation(str(scene.bot_id)),
        author=author,
        text="",
        action=action,
        sent_at=at,
        is_direct=own.is_private,
    )


RATINGS: Mapping[str, str] = dict.fromkeys(UP, "rate:up") | dict.fromkeys(DOWN, "rate:down")
"""Reaction → what pressing the thumb under the message would mean."""


def _emoji(kind: ReactionType) -> str:
    return kind.emoji.replace(_VARIATION, "") if isinstance(kind, ReactionTypeEmoji) else ""


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC)
