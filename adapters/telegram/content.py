"""What a message of Telegram contains: plain words and attachments (pure)."""

import re
from collections.abc import Sequence
from functools import partial

from telegram import (
    Animation,
    Audio,
    Document,
    Message,
    MessageEntity,
    PhotoSize,
    Sticker,
    Video,
    VideoNote,
    Voice,
)
from telegram.constants import MessageEntityType

from adapters.forwarded import guarded
from adapters.markup.utf16 import index_at, utf16_slice
from bot.vocabulary.commands import read
from bot.vocabulary.messages import Attachment, Platform

LONGEST_TEXT = 40_000
_ENVELOPE = frozenset(
    {
        *("edit_date", "from_user", "sender_chat", "author_signature", "sender_boost_count"),
        *("message_thread_id", "is_topic_message", "media_group_id", "via_bot", "effect_id"),
        *("forward_origin", "reply_to_message", "external_reply", "quote", "is_from_offline"),
        *("has_protected_content", "reply_to_story", "sender_business_bot", "sender_tag"),
    }
)
"""Fields that say something about a message and are no content."""

_CONTENT = tuple(
    name for name in Message.__slots__ if not name.startswith("_") and name not in _ENVELOPE
)

_BLANKS = re.compile(r"[ \t]{2,}")


class ForAnotherBotError(ValueError):
    """Raised for a command that names another bot."""


def text_of(message: Message, *, bot_id: int, username: str) -> str:
    """Return a message's words or caption, without mentions of the bot and payloads of links.

    Raises:
        ForAnotherBotError: It is a command for another bot.
    """
    text = message.text or message.caption or ""
    entities = message.entities or message.caption_entities
    if message.forward_origin is not None:
        return _cut(guarded(text))
    command, length = _command(text, entities, username)
    if command == "/start":
        return command
    body = partial(_body, text, entities, length, bot_id=bot_id, username=username)
    line = f"{command} {body()}".strip() if command else body()
    is_linked = any(_person(entity, bot_id) is not None for entity in entities)
    if is_linked and read(line):
        line = f"{command} {body(with_ids=True)}".strip()
    return _cut(line)


def is_addressed(message: Message, *, bot_id: int, username: str) -> bool:
    """Whether a message in a group is meant for the bot: a mention, its command, or a reply to it."""
    if _is_reply_to(bot_id, message):
        return True
    text = message.text or message.caption or ""
    entities = message.entities or message.caption_entities
    return any(
        _is_mention(text, entity, bot_id=bot_id, username=username)
        or (
            entity.type == MessageEntityType.BOT_COMMAND
            and _words(text, entity).lower().endswith(f"@{username.lower()}")
        )
        for entity in entities
    )


def _is_reply_to(bot_id: int, message: Message) -> bool:
    """Whether a message replies to the bot.

    The first message of a topic is left out: all that stands in the topic counts as a reply to it.
    """
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.forum_topic_created is not None:
        return False
    return replied.from_user.id == bot_id


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """Return what came with a message besides words; it has a telling name, whatever it is."""
    found = _file(message) or _thing(message)
    return () if found is None else (found,)


def _command(text: str, entities: Sequence[MessageEntity], username: str) -> tuple[str, int]:
    """Return the command at a text's beginning without the bot's name, and its length there."""
    kind = MessageEntityType.BOT_COMMAND
    first = next((entity for entity in entities if (entity.offset, entity.type) == (0, kind)), None)
    if first is None:
        return "", 0
    written = _words(text, first)
    command, _, target = written.partition("@")
    if target and target.lower() != username.lower():
        raise ForAnotherBotError(command)
    return command, len(written)


def _body(
    text: str,
    entities: Sequence[MessageEntity],
    start: int,
    *,
    bot_id: int,
    username: str,
    with_ids: bool = False,
) -> str:
    """Return a text without mentions of the bot; ``with_ids`` names people as arguments do.

    Of an ``@username`` a bot is told no id, so those stay.
    """
    kept: list[str] = []
    at = start
    for entity in sorted(entities, key=lambda entity: entity.offset):
        begin = index_at(text, entity.offset)
        person = _person(entity, bot_id) if with_ids else None
        is_ours = _is_mention(text, entity, bot_id=bot_id, username=username)
        if begin >= at and (is_ours or person is not None):
            kept += [text[at:begin], "" if person is None else f"{Platform.TELEGRAM}:{person}"]
            at = index_at(text, entity.offset + entity.length)
    if not kept:
        return text[start:].strip() if start else text
    return _BLANKS.sub(" ", "".join([*kept, text[at:]])).strip(" ,:")


def _person(entity: MessageEntity, bot_id: int) -> int | None:
    """Return whom a link to a person means; None for everything else."""
    is_link = entity.type == MessageEntityType.TEXT_MENTION and entity.user is not None
    return entity.user.id if is_link and entity.user and entity.user.id != bot_id else None


def _is_mention(text: str, entity: MessageEntity, *, bot_id: int, username: str) -> bool:
    if entity.type == MessageEntityType.TEXT_MENTION:
        return entity.user is not None and entity.user.id == bot_id
    is_mention = entity.type == MessageEntityType.MENTION
    return is_mention and _words(text, entity).lower() == f"@{username.lower()}"


def _words(text: str, entity: MessageEntity) -> str:
    return utf16_slice(text, entity.offset, entity.length)


def _cut(text: str) -> str:
    return text[:LONGEST_TEXT]


def _file(message: Message) -> Attachment | None:
    """Return the file that a message brings, if it is one that can be fetched."""
    if message.photo:
        photo = message.photo[-1]
        return _attachment(f"photo {message.message_id}.jpg", "image/jpeg", photo)
    if message.voice:
        return _attachment(
            f"voice message {message.message_id}.ogg",
            message.voice.mime_type or "audio/ogg",
            message.voice,
        )
    if message.video_note:
        return _attachment(
            f"video message {message.message_id}.mp4", "video/mp4", message.video_note
        )
    if message.sticker:
        sticker = message.sticker
        ending, kind = (
            ("tgs", "application/x-tgsticker")
            if sticker.is_animated
            else ("webm", "video/webm")
            if sticker.is_video
            else ("webp", "image/webp")
        )
        return _attachment(f"sticker {sticker.emoji or ''}".strip() + f".{ending}", kind, sticker)
    for named, kind in (
        (message.animation, "animation"),
        (message.document, "document"),
        (message.video, "video"),
        (message.audio, "audio"),
    ):
        if named is not None:
            name = named.file_name or f"{kind} {message.message_id}"
            return _attachment(name, named.mime_type or "application/octet-stream", named)
    return None


def _thing(message: Message) -> Attachment | None:
    """Return what is neither words nor a file as an attachment whose name tells all that it says."""
    name = _name_of_thing(message)
    if name is None:
        return None
    kind = name.partition(":")[0].replace(" ", "-")
    return Attachment(name=name, content_type=f"application/x-telegram-{kind}", size_bytes=0)


def _name_of_thing(message: Message) -> str | None:
    name = None
    if contact := message.contact:
        names = " ".join(filter(None, (contact.first_name, contact.last_name)))
        name = f"contact: {names}, {contact.phone_number}"
    elif venue := message.venue:
        name = f"venue: {venue.title}, {venue.address}"
    elif place := message.location:
        name = f"location: {place.latitude:.5f}, {place.longitude:.5f}"
    elif poll := message.poll:
        name = f"poll: {poll.question}"
    elif dice := message.dice:
        name = f"dice: {dice.emoji} {dice.value}"
    elif titled := message.checklist or message.game:
        name = f"{'checklist' if message.checklist else 'game'}: {titled.title}"
    return name or _bare_kind(message)


def _bare_kind(message: Message) -> str | None:
    known = (
        ("story", message.story),
        ("invoice", message.invoice),
        ("giveaway", message.giveaway),
        ("paid media", message.paid_media),
    )
    for name, value in known:
        if value is not None:
            return name
    # A kind of content that is newer than the SDK: better named than passed over.
    if any(getattr(message, name, None) for name in _CONTENT):
        return None
    return min((key.replace("_", " ") for key in message.api_kwargs), default=None)


def _attachment(
    name: str,
    content_type: str,
    file: PhotoSize | Voice | VideoNote | Sticker | Animation | Document | Video | Audio,
) -> Attachment:
    return Attachment(
        name=name,
        content_type=content_type,
        size_bytes=file.file_size or 0,
        platform=Platform.TELEGRAM,
        file_id=file.file_id,
    )
