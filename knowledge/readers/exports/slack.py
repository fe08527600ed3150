"""The export of a Slack workspace: a zip with ``channels.json``, ``users.json``, and a file a day.

Only public channels are read. Bots and what Slack itself says (joins, topics) are left out.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath

from pydantic import BaseModel, TypeAdapter

from knowledge.readers.exports.values import CHECKS, Said, Thread

_KINDS = frozenset({None, "thread_broadcast", "file_share", "me_message"})
_REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_EMOJI = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]*:(?::skin-tone-\d:)?")


class _Reaction(BaseModel):
    name: str = ""


class _Message(BaseModel):
    ts: str = ""
    thread_ts: str | None = None
    user: str | None = None
    bot_id: str | None = None
    subtype: str | None = None
    text: str = ""
    reactions: list[_Reaction] = []


class _Profile(BaseModel):
    real_name: str | None = None
    display_name: str | None = None


class _User(BaseModel):
    id: str
    name: str | None = None
    real_name: str | None = None
    profile: _Profile = _Profile()

    def names(self) -> frozenset[str]:
        found = (self.name, self.real_name, self.profile.real_name, self.profile.display_name)
        return frozenset(name for name in found if name)


class _Channel(BaseModel):
    id: str
    name: str


_MESSAGES, _USERS = TypeAdapter(list[_Message]), TypeAdapter(list[_User])
_CHANNELS = TypeAdapter(list[_Channel])


@dataclass(slots=True)
class SlackExport:
    """Collects the files of an export in any order; its threads are known when all are there."""

    channels: dict[str, str] = field(default_factory=dict[str, str])
    users: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    threads: dict[tuple[str, str], list[_Message]] = field(
        default_factory=dict[tuple[str, str], list[_Message]]
    )

    def add(self, name: PurePosixPath, content: bytes) -> None:
        """Take one file in.

        Raises:
            ValueError: It is not of Slack's form.
        """
        match name.parts:
            case ["channels.json"]:
                found = _CHANNELS.validate_json(content)
                self.channels.update((channel.name, channel.id) for channel in found)
            case ["users.json"]:
                people = _USERS.validate_json(content)
                self.users.update((user.id, user.names()) for user in people)
            case [channel, _]:
                for message in _MESSAGES.validate_json(content):
                    if message.thread_ts and _is_said(message):
                        self.threads.setdefault((channel, message.thread_ts), []).append(message)
            case _:
                pass

    def read(self) -> Iterator[Thread]:
        """Give the threads of public channels, oldest first in each."""
        everybody = frozenset(name for names in self.users.values() for name in names)
        for (channel, start), messages in sorted(self.threads.items(), key=lambda item: item[0]):
            if channel in self.channels:
                yield self._thread(channel, start, messages, everybody)

    def _thread(
        self, channel: str, start: str, messages: Iterable[_Message], everybody: frozenset[str]
    ) -> Thread:
        ordered = sorted(messages, key=lambda message: _time(message.ts))
        mentioned = {user for message in ordered for user in _mentioned(message.text)}
        near = mentioned | {message.user or "" for message in ordered}
        return Thread(
            key=f"slack-{self.channels[channel]}-{start}",
            where=f"#{channel} {datetime.fromtimestamp(_time(start), UTC):%Y-%m-%d}",
            # A thread whose beginning is not in the export has no question.
            said=tuple(map(_said, ordered)) if ordered[0].ts == start else (),
            people=frozenset(name for user in near for name in self.users.get(user, ())),
            others=everybody,
        )


def _is_said(message: _Message) -> bool:
    return message.user is not None and message.bot_id is None and message.subtype in _KINDS


def _time(stamp: str) -> float:
    return float(stamp) if re.fullmatch(r"\d{1,11}(?:\.\d{1,6})?", stamp) else 0.0


def _mentioned(text: str) -> Iterator[str]:
    yield from (found[2] for found in _REFERENCE.finditer(text) if found[1] == "@")


def _said(message: _Message) -> Said:
    return Said(
        author=message.user or "",
        text=to_markdown(message.text),
        is_checked=any(reaction.name in CHECKS for reaction in message.reactions),
        at=datetime.fromtimestamp(_time(message.ts), UTC) if message.ts else None,
    )


def to_markdown(text: str) -> str:
    """Bring Slack's own marks to Markdown; a mentioned person becomes ``@[name]``."""
    text = _REFERENCE.sub(_reference, text)
    text = _BOLD.sub(r"**\1**", _EMOJI.sub("", text))
    return html.unescape(text).strip()


def _reference(found: re.Match[str]) -> str:
    kind, target, label = found[1], found[2], found[3]
    if kind == "@":
        return "@[name]"
    if kind == "#":
        return f"#{label or 'channel'}"
    if kind == "!":
        return ""
    if target.startswith(("mailto:", "tel:")):
        return label or target.partition(":")[2]
    return f"[{label}]({target})" if label and label != target else target
