"""What stands on the loopback Telegram: chats, messages, topics and files, as Telegram keeps them.

Ids are Telegram's way: all private chats of a bot share one sequence of message ids, each supergroup
has its own, and a topic's id is the id of the message that opened it.
"""

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from adapters.markup.utf16 import utf16_length, utf16_slice
from tests.platforms.telegram.menus import Menus
from tests.platforms.telegram.refusing import RefusedError, bad_request

Json = dict[str, Any]

BOT: Json = {
    "id": 4711000,
    "is_bot": True,
    "first_name": "Relevo",
    "username": "relevo_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
}
TOKEN = "4711000:AAtest-token_0123456789abcdefghij"  # noqa: S105 (nobody's)
GROUP = -1001234567890
CUSTOMER = 5550001
AGENT = 5550002

MOST_UNITS = 4096
MOST_ENTITIES = 100
MOST_DATA = 64
ICONS = {
    "🆕": "icon-new",
    "👀": "icon-eyes",
    "✅": "icon-check",
    "🔥": "icon-fire",
    "📆": "icon-calendar",
    "📁": "icon-folder",
}

REACTIONS = frozenset("👍👎❤🔥🥰👏🎉🙏👌💯🏆👀✍🤝")
"""Some of the emoji that the Bot API takes; a tick is not among them."""

_URL = re.compile(r"https?://\S+")
_NAME = re.compile(r"(?<!\w)@[A-Za-z]\w{2,}")
_DROPPED = re.compile("[\u2028-\u202e\u030a\u0333\u033f]")
"""What Telegram leaves out of a text before it looks for names in it."""

_BLANKS = re.compile("[\\s\u180e\u200b-\u200f\u2800\ufeff\ufffc]")
"""What is nothing to see for Telegram, which takes no text of it alone."""


@dataclass
class World:
    """The chats and all that stands in them."""

    chats: dict[int, Json] = field(default_factory=dict[int, Json])
    users: dict[int, Json] = field(default_factory=dict[int, Json])
    messages: dict[tuple[int, int], Json] = field(default_factory=dict[tuple[int, int], Json])
    topics: dict[tuple[int, int], Json] = field(default_factory=dict[tuple[int, int], Json])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    attached: dict[tuple[int, int], list[tuple[str, bytes]]] = field(
        default_factory=dict[tuple[int, int], list[tuple[str, bytes]]]
    )
    drafts: dict[int, str] = field(default_factory=dict[int, str])
    blocked: set[int] = field(default_factory=set[int])
    moved: dict[int, int] = field(default_factory=dict[int, int])
    bot: Json = field(default_factory=lambda: dict(BOT))
    member: Json = field(default_factory=lambda: administrator(user=BOT))
    members: dict[int, Json] = field(default_factory=dict[int, Json])
    menus: Menus = field(default_factory=Menus)
    pinged: list[str] = field(default_factory=list[str])
    reacted: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    unfurls: int = 0
    violations: list[str] = field(default_factory=list[str])
    _private: Iterator[int] = field(default_factory=lambda: itertools.count(1001))
    _groups: dict[int, Iterator[int]] = field(default_factory=dict[int, Iterator[int]])

    def add_person(self, user_id: int, name: str, *, language: str = "en") -> None:
        first, _, last = name.partition(" ")
        user: Json = {"id": user_id, "is_bot": False, "first_name": first}
        user |= {"last_name": last} if last else {}
        self.users[user_id] = user | {"language_code": language}
        chat = {"id": user_id, "type": "private", "first_name": first}
        self.chats[user_id] = chat | ({"last_name": last} if last else {})

    def add_group(self, chat_id: int, *, forum: bool = True, **more: Any) -> None:
        chat: Json = {"id": chat_id, "type": "supergroup", "title": "Desk", **more}
        self.chats[chat_id] = chat | ({"is_forum": True} if forum else {})

    def next_id(self, chat_id: int) -> int:
        if chat_id > -(10**12):
            return next(self._private)
        return next(self._groups.setdefault(chat_id, itertools.count(1)))

    def chat(self, fields: Json) -> Json:
        chat_id = fields["chat_id"]
        if chat_id in self.moved:
            raise bad_request(
                "group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.moved[chat_id],
            )
        if chat_id in self.blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if chat_id not in self.chats:
            raise bad_request("chat not found")
        return self.chats[chat_id]

    def put(self, chat_id: int, sender: Json, *, thread: int | None = None, **more: Any) -> Json:
        """Let a message stand in a chat."""
        message: Json = {
            "message_id": self.next_id(chat_id),
            "date": int(time.time()),
            "chat": self.chats[chat_id],
            "from": sender,
            **more,
        }
        if thread is not None:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        self.messages[chat_id, message["message_id"]] = message
        return message

    # What the bot does

    def send(self, fields: Json, **content: Any) -> Json:
        chat = self.chat(fields)
        thread = fields.get("message_thread_id")
        if thread is not None and (chat["id"], thread) not in self.topics:
            raise bad_request("message thread not found")
        markup = {"reply_markup": fields["reply_markup"]} if "reply_markup" in fields else {}
        self._check_markup(fields)
        return self.put(chat["id"], BOT, thread=thread, **content, **markup)

    def send_text(self, fields: Json) -> Json:
        content = self._text(fields)
        self._notice(fields)
        self.drafts.pop(fields["chat_id"], None)
        return self.send(fields, **content)

    def draft(self, fields: Json) -> bool:
        """Show a draft, which is no message; it goes when the bot writes."""
        chat = self.chat(fields)
        if chat["type"] != "private" or not fields["draft_id"]:
            raise bad_request("drafts are for private chats")
        text = self._text(fields)["text"] if fields.get("text") else "Thinking…"
        self.drafts[chat["id"]] = text
        return True

    def edit_text(self, fields: Json) -> Json:
        message = self.messages.get((self.chat(fields)["id"], fields["message_id"]))
        if message is None:
            raise bad_request("message to edit not found")
        if message["from"]["id"] != BOT["id"] or "text" not in message:
            raise bad_request("message can't be edited")
        content = self._text(fields)
        self._check_markup(fields)
        keys = ("text", "entities", "reply_markup")
        new = content | {key: fields[key] for key in ("reply_markup",) if key in fields}
        if all(message.get(key) == new.get(key) for key in keys):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        self._notice(fields)
        for key in keys:
            message.pop(key, None)
        message |= new | {"edit_date": int(time.time())}
        self.messages[message["chat"]["id"], message["message_id"]] = message
        return message

    def delete(self, fields: Json) -> bool:
        place = (self.chat(fields)["id"], fields["message_id"])
        message = self.messages.get(place)
        if message is None:
            raise bad_request("message to delete not found")
        if time.time() - message["date"] > 48 * 3600:
            raise bad_request("message can't be deleted for everyone")
        del self.messages[place]
        return True

    def open_topic(self, fields: Json) -> Json:
        chat = self.chat(fields)
        if not chat.get("is_forum"):
            raise bad_request("the chat is not a forum")
        self._check_right()
        if not 1 <= len(fields["name"]) <= 128:
            raise bad_request("TOPIC_TITLE_EMPTY")
        created: Json = {"name": fields["name"], "icon_color": 7322096}
        if "icon_custom_emoji_id" in fields:
            created["icon_custom_emoji_id"] = fields["icon_custom_emoji_id"]
        thread = self.next_id(chat["id"])
        self.topics[chat["id"], thread] = created | {"closed": False}
        return created | {"message_thread_id": thread}

    def change_topic(self, fields: Json, **changes: Any) -> bool:
        topic = self.topics.get((self.chat(fields)["id"], fields["message_thread_id"]))
        if topic is None:
            raise bad_request("message thread not found")
        self._check_right()
        if all(topic.get(key) == value for key, value in changes.items()):
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic |= changes
        return True

    def _check_right(self) -> None:
        if not self.member.get("can_manage_topics"):
            raise bad_request("not enough rights to manage topics")

    def full_chat(self, fields: Json) -> Json:
        chat = self.chat(fields)
        gifts = dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        )
        return chat | {
            "accent_color_id": 1,
            "max_reaction_count": 11,
            "accepted_gift_types": gifts,
        }

    # What Telegram makes of a text

    def _text(self, fields: Json) -> Json:
        text: str = fields["text"]
        if "parse_mode" in fields:
            self.violations.append("a parse mode was used")
        if utf16_length(text) > MOST_UNITS:
            self.violations.append("a text is too long")
            raise bad_request("message is too long")
        if not _BLANKS.sub("", _DROPPED.sub("", text)):
            raise bad_request("message text is empty")
        if "\0" in text:
            self.violations.append("a text has a NUL")
        entities = cast("list[Json]", fields.get("entities", []))
        self._check_entities(text, entities)
        before = utf16_length(text) - utf16_length(text.lstrip())
        moved = [entity | {"offset": entity["offset"] - before} for entity in entities]
        return {"text": text.strip()} | ({"entities": moved} if moved else {})

    def _check_entities(self, text: str, entities: list[Json]) -> None:
        if len(entities) > MOST_ENTITIES:
            self.violations.append("too many entities")
        units = utf16_length(text)
        for entity in entities:
            first, length = entity["offset"], entity["length"]
            if first < 0 or length < 1 or first + length > units:
                self.violations.append(f"an entity is out of bounds: {entity}")
            url: str = entity.get("url", "http://x.example")
            host = urlsplit(url).hostname or ""
            if "." not in host and ":" not in host:
                raise bad_request(f"wrong message entity: URL '{url}' is invalid: Wrong HTTP URL")

    def _check_markup(self, fields: Json) -> None:
        for row in fields.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if "url" in button:
                    continue
                if not 1 <= len(button["callback_data"].encode()) <= MOST_DATA:
                    raise bad_request("BUTTON_DATA_INVALID")
                if not button["text"]:
                    raise bad_request("text buttons are unallowed to be empty")

    def _notice(self, fields: Json) -> None:
        """Count whom a text notifies and which previews are fetched."""
        text: str = fields["text"]
        entities = cast("list[Json]", fields.get("entities", []))
        disabled = fields.get("link_preview_options", {}).get("is_disabled", False)
        linked = any(entity["type"] == "text_link" for entity in entities)
        if not disabled and (linked or _URL.search(text)):
            self.unfurls += 1
        named = [entity for entity in entities if entity["type"] == "text_mention"]
        self.pinged += [str(entity["user"]["id"]) for entity in named]
        if fields["chat_id"] < 0:
            found = _NAME.finditer(_DROPPED.sub("", _open_text(text, entities)))
            self.pinged += [name[0] for name in found]

    def member_of(self, fields: Json) -> Json:
        """Who somebody is in a group: as the test has set it, else somebody who is not in it."""
        self.chat(fields)
        user_id = fields["user_id"]
        if user_id == BOT["id"]:
            return self.member
        if user_id in self.members:
            return self.members[user_id]
        if user_id not in self.users:
            raise bad_request("user not found")
        return {"status": "left", "user": self.users[user_id]}

    def react(self, fields: Json) -> bool:
        """Set the bot's one reaction on a message."""
        at = (self.chat(fields)["id"], int(fields["message_id"]))
        if at not in self.messages:
            raise bad_request("message to react not found")
        [reaction] = fields["reaction"]
        if reaction["emoji"] not in REACTIONS:
            raise bad_request("REACTION_INVALID")
        self.reacted[at] = reaction["emoji"]
        return True

    def shown(self, chat_id: int, thread: int | None) -> list[Json]:
        return [
            message
            for (chat, _), message in sorted(self.messages.items())
            if chat == chat_id and message.get("message_thread_id") == thread
        ]


def _open_text(text: str, entities: list[Json]) -> str:
    """The text in which Telegram looks for names: neither code nor links."""
    for entity in entities:
        if entity["type"] in {"code", "pre", "text_link"}:
            hidden = utf16_slice(text, entity["offset"], entity["length"])
            units = "·" * utf16_length(hidden)
            encoded = text.encode("utf-16-le")
            start, length = entity["offset"] * 2, entity["length"] * 2
            text = (encoded[:start] + units.encode("utf-16-le") + encoded[start + length :]).decode(
                "utf-16-le", "replace"
            )
    return text


def administrator(**changes: Any) -> Json:
    """The bot as a member of the desk's group: an administrator with the rights that it needs."""
    rights = (
        *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
        *("can_manage_video_chats", "can_restrict_members", "can_promote_members"),
        *("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
        *("can_delete_stories", "can_pin_messages"),
    )
    member: Json = {"status": "administrator", "user": BOT, "can_manage_topics": True}
    return member | dict.fromkeys(rights, False) | changes
