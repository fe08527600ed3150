"""What is in a Slack workspace: people, channels, messages, files. No wire, no adapter."""

import itertools
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

TEAM = "T0RELEVO01"
BOT_USER = "U0RELEVO01"
BOT = "B0RELEVO01"
APP = "A0RELEVO01"

TRIGGER_SECONDS = 3.0

LIVE_MENTION = re.compile(r"<(?:@[UW]\w+|!(?:channel|here|everyone|subteam\^\w+))[^<>]*>")
NAME_MENTION = re.compile(r"(?<!\w)@\w+")
ADDRESS = re.compile(r"https?://[^\s<>|\"]+")
BARE_ADDRESS = re.compile(r"\w\.[a-z]{2,}")
MARKDOWN_LINK = re.compile(r"\]\(")
PINGING = {"user", "usergroup", "broadcast", "channel"}

Message = dict[str, Any]


class RefusedCallError(Exception):
    """What Slack answers with ``ok: false``."""


@dataclass
class Channel:
    id: str
    is_im: bool = False
    members: set[str] = field(default_factory=lambda: {BOT_USER})
    is_archived: bool = False
    is_private: bool = False
    name: str = ""
    messages: dict[str, Message] = field(default_factory=dict[str, Message])

    @property
    def kind(self) -> str:
        return "im" if self.is_im else "group" if self.id.startswith("G") else "channel"

    def thread(self, ts: str) -> list[Message]:
        return [it for it in self._sorted() if ts in {it["ts"], it.get("thread_ts")}]

    def heads(self) -> list[Message]:
        return [it for it in self._sorted() if it.get("thread_ts") in {None, it["ts"]}]

    def _sorted(self) -> list[Message]:
        return sorted(self.messages.values(), key=lambda it: float(it["ts"]))


@dataclass
class StoredFile:
    id: str
    name: str
    content: bytes = b""
    mimetype: str = "application/octet-stream"
    channels: list[str] = field(default_factory=list[str])


class Workspace:
    """State, and what the platform derives from what an app posts."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.users: dict[str, dict[str, Any]] = {}
        self.files: dict[str, StoredFile] = {}
        self.views: dict[str, dict[str, Any]] = {}
        self.triggers: dict[str, float] = {}
        self.reactions: dict[tuple[str, str], set[str]] = {}
        self.pings = 0
        self.pinged: list[str] = []
        self.unfurls = 0
        self.notes: list[dict[str, Any]] = []
        self._serial = itertools.count(1)
        self._last = 0

    def serial(self) -> int:
        return next(self._serial)

    def new_trigger(self) -> str:
        """What lets an app open one form, within three seconds."""
        trigger = f"trigger-{self.serial()}"
        self.triggers[trigger] = time.monotonic()
        return trigger

    def pull(self, trigger: str) -> None:
        if trigger not in self.triggers:
            raise RefusedCallError("exchanged_trigger_id")
        if time.monotonic() - self.triggers.pop(trigger) > TRIGGER_SECONDS:
            raise RefusedCallError("expired_trigger_id")

    def new_ts(self) -> str:
        """The next time stamp: as Slack's, unique and growing."""
        self._last = max(self._last + 1, int(time.time() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def add_channel(self, channel_id: str, *, is_im: bool = False) -> Channel:
        return self.channels.setdefault(channel_id, Channel(channel_id, is_im=is_im))

    def direct_with(self, user_id: str) -> Channel:
        """The direct channel of the bot and a person."""
        members = {BOT_USER, user_id}
        for channel in self.channels.values():
            if channel.is_im and channel.members == members:
                return channel
        channel = self.add_channel(f"D{user_id[1:]}", is_im=True)
        channel.members |= members
        return channel

    def add_user(self, user_id: str, name: str, **more: Any) -> None:
        self.users[user_id] = {
            "id": user_id,
            "team_id": TEAM,
            "name": name.lower(),
            "real_name": name,
            "locale": "en-US",
            "deleted": False,
            "is_bot": False,
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "profile": {"display_name": name, "real_name": name},
            **more,
        }

    def post(self, channel: Channel, message: Mapping[str, Any]) -> Message:
        ts = self.new_ts()
        channel.messages[ts] = {"type": "message", "team": TEAM, "ts": ts, **message}
        return channel.messages[ts]

    def count_what_it_sets_off(self, payload: Mapping[str, Any]) -> None:
        """Notify and preview as Slack would for what an app posts or changes."""
        texts = list(_formatted(payload))
        self.pings += sum(len(LIVE_MENTION.findall(text)) for text in texts)
        if payload.get("link_names") or payload.get("parse") == "full":
            self.pings += sum(len(NAME_MENTION.findall(text)) for text in texts)
        elements = list(_elements(payload.get("blocks") or []))
        called = [element for element in elements if element.get("type") in PINGING]
        self.pings += len(called)
        live = [name.strip("<@>") for text in texts for name in LIVE_MENTION.findall(text)]
        self.pinged += dict.fromkeys([*live, *(str(it.get("user_id")) for it in called)])
        links = [str(it.get("url")) for it in elements if it.get("type") == "link"]
        addresses = links + [url for text in texts for url in ADDRESS.findall(text)]
        for name in ("unfurl_links", "unfurl_media"):
            if payload.get(name) is not False:
                self.unfurls += len(addresses)


def sets_off_in_markdown(text: str) -> tuple[int, int]:
    """How many pings and links Slack may see in Markdown that is streamed; it has no switches."""
    links = ADDRESS.findall(text) + MARKDOWN_LINK.findall(text) + BARE_ADDRESS.findall(text)
    return len(LIVE_MENTION.findall(text)) + len(NAME_MENTION.findall(text)), len(links)


def _formatted(payload: Mapping[str, Any]) -> Iterator[str]:
    """The texts of a message in which Slack looks for mentions and addresses."""
    yield str(payload.get("text") or "")
    yield str(payload.get("username") or "")
    for element in _elements(payload.get("blocks") or []):
        if element.get("type") == "mrkdwn":
            yield str(element.get("text") or "")


def _elements(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield cast("dict[str, Any]", value)
        value = list(cast("dict[str, Any]", value).values())
    if isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _elements(inner)


def visible(message: Message) -> str:
    """What a person reads of a message, without markup; a header is no part of it."""
    blocks = _blocks(message)
    rich = [block for block in blocks if block["type"] == "rich_text"]
    if not blocks:
        return unescape(str(message.get("text") or ""))
    parts = [_rich(element) for block in rich for element in block["elements"]]
    return "\n".join(parts)


def _rich(element: dict[str, Any]) -> str:
    if element["type"] == "rich_text_list":
        first = element.get("offset", 0) + 1
        ordered = element["style"] == "ordered"
        marks = (f"{n}. " if ordered else "• " for n in itertools.count(first))
        pad = "    " * element.get("indent", 0)
        lines = zip(marks, element["elements"], strict=False)
        return "\n".join(f"{pad}{mark}{_rich(item)}" for mark, item in lines)
    return "".join(it.get("text") or it.get("url") or "" for it in element["elements"])


def actions(message: Message) -> tuple[str, ...]:
    """The actions of a message's buttons, in order."""
    found: list[str] = []
    for button in buttons(message):
        if button["type"] == "feedback_buttons":
            found += [button["positive_button"]["value"], button["negative_button"]["value"]]
        else:
            found.append(button["value"])
    return tuple(found)


def buttons(message: Message) -> list[dict[str, Any]]:
    rows = [it for it in _blocks(message) if it["type"] in {"actions", "context_actions"}]
    return [button for row in rows for button in row["elements"]]


def _blocks(message: Message) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", message.get("blocks") or [])


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
