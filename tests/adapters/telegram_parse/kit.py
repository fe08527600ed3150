"""Updates of Telegram as it words them, checked against its description, and what is read from them."""

import json
from datetime import UTC, datetime
from typing import Any

from adapters.telegram.parse import Scene, read_update, to_message
from adapters.telegram.places import Place
from bot.vocabulary.messages import IncomingMessage
from tests.platforms.telegram.spec import type_violations
from tests.platforms.telegram.stage import entities_of

Json = dict[str, Any]

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)

AT = 1_790_000_000

SCENE = Scene(bot_id=4711000, username="relevo_bot", desk_chat=-1009)

MARTA: Json = {"id": 5, "is_bot": False, "first_name": "Marta", "language_code": "es"}

PRIVATE: Json = {"id": 5, "type": "private", "first_name": "Marta"}

GROUP: Json = {"id": -1007, "type": "supergroup", "title": "Friends"}

DESK: Json = {"id": -1009, "type": "supergroup", "title": "Desk", "is_forum": True}

US: Json = {"id": 4711000, "is_bot": True, "first_name": "Relevo", "username": "relevo_bot"}

CHANNEL: Json = {"id": -1005, "type": "channel", "title": "News"}

FILE: Json = {"file_id": "F1", "file_unique_id": "U1"}


def message(text: str | None = "Hello", **more: Any) -> Json:
    words: Json = {} if text is None else {"text": text} | entities_of(text)
    base: Json = {"message_id": 7, "date": AT, "chat": PRIVATE, "from": MARTA}
    return {key: value for key, value in (base | words | more).items() if value is not None}


def read(
    *, checked: bool = True, own: Place | None = None, **content: Any
) -> IncomingMessage | None:
    raw = {"update_id": 1, **content}
    if checked:
        assert type_violations("Update", raw) == []
    update = read_update(json.loads(json.dumps(raw)))
    assert update is not None
    return to_message(update, SCENE, own=own, now=NOW)


def reads(**content: Any) -> IncomingMessage:
    found = read(**content)
    assert found is not None
    return found


def in_group(text: str | None = "Hello", **more: Any) -> Json:
    return message(text, chat=GROUP, **more)


def in_desk(text: str | None = "Hello", **more: Any) -> Json:
    return message(text, chat=DESK, message_thread_id=3, is_topic_message=True, **more)


def query(**more: Any) -> Json:
    shown = {"message_id": 8, "date": AT, "chat": PRIVATE, "from": US, "text": "Well?"}
    base: Json = {
        "id": "q1",
        "from": MARTA,
        "chat_instance": "c",
        "message": shown,
        "data": "human",
    }
    return base | more


def reaction(new: str, old: str = "", **more: Any) -> Json:
    def kinds(emojis: str) -> list[Json]:
        return [{"type": "emoji", "emoji": emoji} for emoji in emojis.split()]

    base: Json = {"chat": PRIVATE, "message_id": 8, "user": MARTA, "date": AT}
    return base | {"old_reaction": kinds(old), "new_reaction": kinds(new)} | more


THINGS: dict[str, tuple[Json, str, str, str | None]] = {
    "photo": (
        {
            "photo": [
                FILE | {"width": 1, "height": 1},
                FILE | {"file_id": "F2", "width": 9, "height": 9, "file_size": 5},
            ]
        },
        "photo 7.jpg",
        "image/jpeg",
        "F2",
    ),
    "document": (
        {"document": FILE | {"file_name": "bill.pdf", "mime_type": "application/pdf"}},
        "bill.pdf",
        "application/pdf",
        "F1",
    ),
    "nameless": ({"document": FILE}, "document 7", "application/octet-stream", "F1"),
    "voice": (
        {"voice": FILE | {"duration": 3, "mime_type": "audio/ogg"}},
        "voice message 7.ogg",
        "audio/ogg",
        "F1",
    ),
    "video_note": (
        {"video_note": FILE | {"length": 9, "duration": 3}},
        "video message 7.mp4",
        "video/mp4",
        "F1",
    ),
    "video": (
        {"video": FILE | {"width": 1, "height": 1, "duration": 3, "file_name": "a.mp4"}},
        "a.mp4",
        "application/octet-stream",
        "F1",
    ),
    "audio": ({"audio": FILE | {"duration": 3}}, "audio 7", "application/octet-stream", "F1"),
    "animation": (
        {"animation": FILE | {"width": 1, "height": 1, "duration": 3}, "document": FILE},
        "animation 7",
        "application/octet-stream",
        "F1",
    ),
    "sticker": (
        {
            "sticker": FILE
            | {
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
                "emoji": "😀",
            }
        },
        "sticker 😀.webp",
        "image/webp",
        "F1",
    ),
    "contact": (
        {"contact": {"phone_number": "+34600", "first_name": "Ana", "last_name": "Ruiz"}},
        "contact: Ana Ruiz, +34600",
        "application/x-telegram-contact",
        None,
    ),
    "location": (
        {"location": {"latitude": 40.4168, "longitude": -3.7038}},
        "location: 40.41680, -3.70380",
        "application/x-telegram-location",
        None,
    ),
    "venue": (
        {
            "venue": {
                "location": {"latitude": 1.0, "longitude": 2.0},
                "title": "Shop",
                "address": "Main St 1",
            },
            "location": {"latitude": 1.0, "longitude": 2.0},
        },
        "venue: Shop, Main St 1",
        "application/x-telegram-venue",
        None,
    ),
    "poll": (
        {
            "poll": {
                "id": "1",
                "question": "Tea?",
                "options": [],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
                "members_only": False,
            }
        },
        "poll: Tea?",
        "application/x-telegram-poll",
        None,
    ),
    "dice": (
        {"dice": {"emoji": "🎲", "value": 4}},
        "dice: 🎲 4",
        "application/x-telegram-dice",
        None,
    ),
    "story": ({"story": {"chat": PRIVATE, "id": 1}}, "story", "application/x-telegram-story", None),
    "newer_than_the_sdk": (
        {"rich_message": {"blocks": []}},
        "rich message",
        "application/x-telegram-rich-message",
        None,
    ),
}
