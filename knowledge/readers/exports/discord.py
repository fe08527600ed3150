"""What DiscordChatExporter saves as JSON: a file for each channel or thread.

A thread (and a post of a forum) is one conversation; in a channel, the replies to a message are.
Direct messages and private threads are left out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from pydantic import BaseModel, Field

from knowledge.readers.exports.values import CHECKS, Said, Thread

_SIGNS = ("✅", "☑", "✔")
_SAID = frozenset({"Default", "Reply"})
_PRIVATE = re.compile(r"Private|Direct")
_LONGEST_NAME = 100
"""Discord allows 32 characters, and 80 to a webhook."""
_REFERENCE = re.compile(r"<(@[!&]?|#|a?:\w+:)\d+>")


class _Emoji(BaseModel):
    name: str = ""
    code: str = ""


class _Reaction(BaseModel):
    emoji: _Emoji = _Emoji()


class _Person(BaseModel):
    id: str
    name: str | None = None
    nickname: str | None = None
    is_bot: bool = Field(default=False, alias="isBot")

    def names(self) -> Iterator[str]:
        yield from (name for name in (self.nickname, self.name) if name)


class _Reference(BaseModel):
    message: str | None = Field(default=None, alias="messageId")


class _Message(BaseModel):
    id: str
    type: str = "Default"
    timestamp: str = ""
    content: str = ""
    author: _Person
    reactions: list[_Reaction] = []
    mentions: list[_Person] = []
    reference: _Reference | None = None

    @property
    def replies_to(self) -> str | None:
        return self.reference.message if self.reference is not None else None


class _Channel(BaseModel):
    id: str
    type: str = ""
    name: str = ""


class _Export(BaseModel):
    channel: _Channel
    messages: list[_Message]


class _People:
    """The names in a conversation, gathered once, by their lengths."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        lengths = {len(name) for name in names if len(name) <= _LONGEST_NAME}
        self._lengths = sorted(lengths, reverse=True)

    def take_out(self, text: str) -> str:
        """Put ``[name]`` in the place of the longest name that follows an ``@``."""
        pieces: list[str] = []
        start = 0
        while at := text.find("@", start) + 1:
            name = self._name_at(text, at)
            pieces += (text[start:at], "[name]" if name else "")
            start = at + len(name)
        return "".join(pieces) + text[start:]

    def _name_at(self, text: str, start: int) -> str:
        found = (text[start : start + length] for length in self._lengths)
        return next((name for name in found if name in self.names), "")


def read_discord(content: bytes) -> Iterator[Thread]:
    """Give the conversations of one file.

    Raises:
        ValueError: It is not of DiscordChatExporter's form.
    """
    export = _Export.model_validate_json(content)
    if _PRIVATE.search(export.channel.type):
        return
    everybody = frozenset(name for one in export.messages for name in one.author.names())
    for key, messages in _conversations(export):
        is_thread = key == export.channel.id
        people = _People(frozenset(_names(messages)))
        yield Thread(
            key=f"discord-{key}",
            where=f"#{export.channel.name} {messages[0].timestamp[:10]}",
            title=export.channel.name if is_thread else None,
            said=tuple(_said(one, people) for one in messages if _is_said(one)),
            people=people.names,
            others=everybody,
        )


def _conversations(export: _Export) -> Iterator[tuple[str, Sequence[_Message]]]:
    if "Thread" in export.channel.type:
        # Without its beginning, which the parent channel holds, a thread has no question.
        if export.messages and _is_said(export.messages[0]):
            yield export.channel.id, export.messages
        return
    yield from _by_replies(export.messages)


def _by_replies(messages: Iterable[_Message]) -> Iterator[tuple[str, Sequence[_Message]]]:
    """Put a reply to what it, in the end, replies to; a message without replies is none."""
    found: dict[str, list[_Message]] = {}
    root_of: dict[str, str] = {}
    for message in messages:
        root = root_of.get(message.replies_to or "", message.id)
        root_of[message.id] = root
        found.setdefault(root, []).append(message)
    yield from ((root, inside) for root, inside in found.items() if len(inside) > 1)


def _names(messages: Iterable[_Message]) -> Iterator[str]:
    for message in messages:
        for person in (message.author, *message.mentions):
            yield from person.names()


def _is_said(message: _Message) -> bool:
    return message.type in _SAID and not message.author.is_bot


def _said(message: _Message, people: _People) -> Said:
    return Said(
        author=message.author.id,
        text=_to_markdown(message.content, people),
        is_checked=any(_is_check(reaction.emoji) for reaction in message.reactions),
        at=_time(message.timestamp),
    )


def _time(stamp: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _is_check(emoji: _Emoji) -> bool:
    return emoji.code in CHECKS or emoji.name.startswith(_SIGNS)


def _to_markdown(text: str, people: _People) -> str:
    """A mentioned person becomes ``@[name]``, whether the exporter wrote their name or their id."""
    return _REFERENCE.sub(_reference, people.take_out(text)).strip()


def _reference(found: re.Match[str]) -> str:
    kind = found[1]
    return "@[name]" if kind.startswith("@") else "#channel" if kind == "#" else ""
