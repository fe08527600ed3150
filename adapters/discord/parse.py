"""Discord's raw events → values (pure).

Everything reads the raw payloads: discord.py's objects need a filled cache, which is empty after a
RESUME across processes. A payload of unknown shape raises one of ``MALFORMED``, and inside
``reading`` an ``UnreadableError``.
"""

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from adapters.discord.errors import UnreadableError
from adapters.forwarded import guarded
from bot.vocabulary.messages import (
    Attachment,
    Author,
    ConversationRef,
    IncomingMessage,
    MessageKind,
    Platform,
)

Payload = Mapping[str, Any]
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)

DIRECT = "dm"
"""The tenant of all direct messages: they belong to no guild."""

TEXT_LENGTH = 40_000
UNIX_EPOCH = datetime.fromtimestamp(0, UTC)
DISCORD_EPOCH_MS = 1_420_070_400_000
WRITTEN_TYPES = frozenset({0, 19})
"""Messages that people write: plain ones and replies. The others are Discord's own notices."""

THUMBS: Mapping[str, str] = {
    "👍": "rate:up",
    "❤": "rate:up",
    "🎉": "rate:up",
    "✅": "rate:up",
    "👎": "rate:down",
    "😡": "rate:down",
    "😕": "rate:down",
}
_SKIN_AND_STYLE = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EMOJI = re.compile(r"<a?:(\w+):\d+>")
_COMMAND = re.compile(r"</([^:>]+):\d+>")
_TIME = re.compile(r"<t:(-?\d{1,12})(?::[tTdDfFsSR])?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The bot itself, and its application."""

    user_id: str
    application_id: str


@contextmanager
def reading() -> Generator[None]:
    """Let what a malformed payload sets off be one kind of error; nothing but reading stands inside."""
    try:
        yield
    except MALFORMED as error:
        raise UnreadableError from error


def direct(channel_id: str) -> ConversationRef:
    """Return the conversation of a person's direct messages."""
    return ConversationRef(platform=Platform.DISCORD, tenant_id=DIRECT, channel_id=channel_id)


def in_guild(guild_id: str, channel_id: str, thread_id: str) -> ConversationRef:
    """Return the conversation that is a thread of a guild's channel."""
    return ConversationRef(
        platform=Platform.DISCORD, tenant_id=guild_id, channel_id=channel_id, thread_id=thread_id
    )


def inside(raw: Payload, name: str) -> Payload:
    """Return an object inside a payload, an empty one when it is missing or null."""
    return cast("Payload", raw.get(name) or {})


def created_at(snowflake: str) -> datetime:
    """Read the time in a Discord id.

    Raises:
        ValueError: It is no id, or one of a time beyond all calendars.
    """
    milliseconds = (int(snowflake) >> 22) + DISCORD_EPOCH_MS
    try:
        return UNIX_EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise ValueError("An id of Discord's is too large.") from error


def snowflake_at(moment: datetime) -> str:
    """Return the lowest id of a moment."""
    return str(max(0, int(moment.timestamp() * 1000) - DISCORD_EPOCH_MS) << 22)


def is_written(raw: Payload, me: Me) -> bool:
    """Whether a person wrote a message: no bot, webhook or notice, and there is something in it."""
    if raw.get("webhook_id") or raw["author"].get("bot") or raw["author"]["id"] == me.user_id:
        return False
    if raw["author"].get("system") or raw.get("type", 0) not in WRITTEN_TYPES:
        return False
    return bool(raw.get("content")) or bool(_attachments(raw))


def is_for(raw: Payload, me: Me) -> bool:
    """Whether a message in a channel speaks to the bot: mentions it or answers its message."""
    if any(user["id"] == me.user_id for user in raw.get("mentions") or ()):
        return True
    referenced = raw.get("referenced_message")
    return bool(referenced) and referenced["author"]["id"] == me.user_id


def message(
    raw: Payload, place: ConversationRef, me: Me, *, kind: MessageKind = MessageKind.NEW
) -> IncomingMessage:
    """Build what was written, or how it reads after an edit."""
    edited = raw.get("edited_timestamp") if kind is MessageKind.EDITED else None
    return IncomingMessage(
        event_key=f"dc-{raw['id']}" + (f"-e-{edited}" if edited else ""),
        id=str(raw["id"]),
        kind=kind,
        conversation=place,
        author=author(raw["author"], raw.get("member"), place),
        text=_text(raw, me),
        attachments=_attachments(raw),
        sent_at=datetime.fromisoformat(edited) if edited else created_at(raw["id"]),
        is_direct=place.tenant_id == DIRECT,
        is_mention=is_for(raw, me),
    )


def deletion(
    message_id: str, place: ConversationRef, writer: Author, now: datetime
) -> IncomingMessage:
    """Build the news that a message was taken back; Discord does not say by whom."""
    return IncomingMessage(
        event_key=f"dc-{message_id}-d",
        id=message_id,
        kind=MessageKind.DELETED,
        conversation=place,
        author=writer,
        text="",
        sent_at=now,
        is_direct=place.tenant_id == DIRECT,
    )


def reaction(
    raw: Payload, place: ConversationRef, now: datetime, *, sequence: int
) -> IncomingMessage | None:
    """Build the press of a thumb; None for a reaction that says neither yes nor no.

    A reaction has no id, and may be taken back and set again: only its number in the session tells
    it from an earlier one, and is the same when the event is replayed.
    """
    name = str(raw["emoji"].get("name") or "")
    action = THUMBS.get(_SKIN_AND_STYLE.sub("", name))
    if action is None:
        return None
    member = raw.get("member")
    user = member["user"] if member else {"id": raw["user_id"]}
    return IncomingMessage(
        event_key=f"dc-r-{raw['message_id']}-{raw['user_id']}-{action}-{sequence}",
        id=str(raw["message_id"]),
        kind=MessageKind.PRESSED,
        conversation=place,
        author=author(user, member, place),
        text="",
        action=action,
        sent_at=now,
        is_direct=place.tenant_id == DIRECT,
    )


def author(user: Payload, member: Payload | None, place: ConversationRef) -> Author:
    """Build who acts; in a guild only a full member is no external."""
    is_stranger = place.tenant_id != DIRECT and (member is None or bool(member.get("pending")))
    name = (member or {}).get("nick") or user.get("global_name") or user.get("username")
    return Author(
        user_id=str(user["id"]),
        display_name=clean(str(name or user["id"])),
        is_bot=bool(user.get("bot")),
        is_external=is_stranger or bool(user.get("bot")) or bool(user.get("system")),
    )


def clean(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON can carry and UTF-8 can't; cut what is huge."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text[:TEXT_LENGTH])


def _text(raw: Payload, me: Me) -> str:
    """Return a message as the person sees it, without a mention of the bot."""
    snapshots = _snapshots(raw)
    passed_on = "\n\n".join(str(part.get("content") or "") for part in snapshots)
    content = raw.get("content")
    names = {user["id"]: _name(user) for user in raw.get("mentions") or ()}
    readable = _MENTION.sub(
        lambda found: _mention(found[1], names, me), clean(str(content or passed_on))
    )
    readable = _ROLE.sub("@role", readable)
    readable = _EMOJI.sub(r":\1:", readable)
    readable = _COMMAND.sub(r"/\1", readable)
    told = _TIME.sub(_time, readable).strip()
    return told if content else guarded(told)


def _mention(user_id: str, names: Mapping[str, str], me: Me) -> str:
    return "" if user_id == me.user_id else f"@{names.get(user_id, user_id)}"


def _name(user: Payload) -> str:
    nick = inside(user, "member").get("nick")
    return clean(str(nick or user.get("global_name") or user.get("username") or user["id"]))


def _time(found: re.Match[str]) -> str:
    try:
        return f"{datetime.fromtimestamp(int(found[1]), UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return found[0]


def _snapshots(raw: Payload) -> Sequence[Payload]:
    """Return forwarded messages, which stand in the place of the forwarder's own words."""
    return [cast("Payload", part["message"]) for part in raw.get("message_snapshots") or ()]


def _attachments(raw: Payload) -> tuple[Attachment, ...]:
    found = [_file(file, raw) for file in raw.get("attachments") or ()]
    for part in _snapshots(raw):
        found += [
            _thing(f"forwarded: {file['filename']}") for file in part.get("attachments") or ()
        ]
        if not part.get("attachments"):
            found.append(_thing("forwarded message"))
    found += [_thing(f"sticker: {item['name']}") for item in raw.get("sticker_items") or ()]
    if raw.get("poll"):
        found.append(_thing(f"poll: {raw['poll']['question'].get('text') or ''}"))
    return tuple(found)


def _file(file: Payload, raw: Payload) -> Attachment:
    return Attachment(
        name=clean(str(file["filename"])),
        content_type=clean(str(file.get("content_type") or "application/octet-stream")),
        size_bytes=int(file["size"]),
        platform=Platform.DISCORD,
        file_id=f"{raw['channel_id']}/{raw['id']}/{file['id']}",
    )


def _thing(name: str) -> Attachment:
    """Describe what is no file, so that it is not passed over in silence."""
    return Attachment(name=clean(name), content_type="application/octet-stream", size_bytes=0)
