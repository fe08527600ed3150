"""Opens a file, recognises by its content what it is, and gives its conversations one by one."""

import gzip
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import IO

from bot.replay.past import PastConversation
from bot.replay.readers.chats import of_threads
from bot.replay.readers.fields import Record, record
from bot.replay.readers.helpdesks import is_intercom, is_zendesk, read_intercom, read_zendesk
from bot.replay.readers.limits import MOST_RECORD, Bounded
from bot.replay.readers.plain import is_plain, read_plain
from bot.replay.readers.streaming import Text, fields, items
from bot.replay.readers.tables import is_table, read_table
from bot.replay.readers.telegram import read_telegram
from bot.vocabulary.errors import DocumentError
from knowledge.readers.archive import ArchiveLimits, problem_of, unpack
from knowledge.readers.exports.discord import read_discord
from knowledge.readers.exports.slack import SlackExport

LIMITS = ArchiveLimits(files=200_000, unpacked_bytes=1_000_000_000, seconds=600.0)
_DISCORD_BYTES = 200_000_000
_HEAD = 1 << 16
_LISTS = frozenset({"tickets", "conversations"})
_MOST_FIELDS = 1_000
_UNKNOWN = (
    "it is no export that Relevo knows: give Slack's zip, DiscordChatExporter's JSON, Telegram's "
    "result.json, tickets of Zendesk or conversations of Intercom (JSON, JSONL, CSV), or lines of "
    '{"id", "turns"}; --format names which it is'
)


class Format(StrEnum):
    """What an export is from."""

    SLACK = "slack"
    DISCORD = "discord"
    TELEGRAM = "telegram"
    ZENDESK = "zendesk"
    INTERCOM = "intercom"
    CSV = "csv"
    RELEVO = "relevo"


OnRead = Callable[[int], None]
"""Hears how many bytes of the file (as it lies there) have been read by now."""
_RECORDS = {
    Format.ZENDESK: read_zendesk,
    Format.INTERCOM: read_intercom,
    Format.RELEVO: read_plain,
}


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file under way: ``raw`` as it lies there, ``text`` unpacked, its head looked at."""

    raw: IO[bytes]
    text: Text


def read_export(
    path: Path,
    format: Format | None = None,  # noqa: A002
    *,
    on_read: OnRead | None = None,
) -> Iterator[PastConversation]:
    """Give the conversations of an export in their order; ``format`` is recognised when not given.

    Raises:
        DocumentError: One sentence: it can't be read, is of no known form, or far too large.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            found = _zip(file) if head.startswith(b"PK") else _file(file, path, head, format)
            for conversation in found:
                if on_read is not None:
                    on_read(file.tell())
                yield conversation
    except OSError as error:
        reason = error.strerror or "it is damaged"
        raise DocumentError(f"{path} can't be read ({reason}): check the path.") from None
    except DocumentError as error:
        raise DocumentError(f"{path.name}: {str(error).rstrip('.')}.") from None


def _file(
    file: IO[bytes], path: Path, head: bytes, wanted: Format | None
) -> Iterator[PastConversation]:
    size = path.stat().st_size
    packed = gzip.GzipFile(fileobj=file) if head.startswith(b"\x1f\x8b") else None
    source = Bounded(packed or file, size) if packed else Bounded(file, size)
    text = Text(source)
    text.more()
    known = wanted or _recognised(text)
    if known is Format.DISCORD:
        yield from _discord(_whole(text, source))
    elif known is Format.TELEGRAM:
        yield from read_telegram(text)
    elif known is Format.CSV or (known in _RECORDS and text.peek() not in {"{", "["}):
        yield from read_table(text)
    elif known in _RECORDS:
        yield from _records(text, known)
    else:
        raise DocumentError(_UNKNOWN)


def _recognised(text: Text) -> Format:
    """Tell the form by the beginning of a file."""
    begin = text.peek()
    if begin == "{":
        line, _, _ = text.ahead.partition("\n")
        whole = _parsed(line)
        found = _of_record(record(whole)) if whole is not None else _of_keys(text.ahead[:_HEAD])
        return found or _of_keys(text.ahead[:_HEAD]) or _refuse()
    if begin == "[":
        return _of_keys(text.ahead[:_HEAD]) or _refuse()
    line, _, _ = text.ahead.partition("\n")
    return Format.CSV if line and is_table(line[:_HEAD]) else _refuse()


def _refuse() -> Format:
    raise DocumentError(_UNKNOWN)


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _of_record(fields: Record) -> Format | None:
    if is_plain(fields):
        return Format.RELEVO
    if is_intercom(fields) or "conversations" in fields:
        return Format.INTERCOM
    if is_zendesk(fields) or "tickets" in fields:
        return Format.ZENDESK
    if "chats" in fields or ("messages" in fields and "type" in fields):
        return Format.TELEGRAM
    return Format.DISCORD if "channel" in fields and "messages" in fields else None


def _of_keys(head: str) -> Format | None:
    """Tell the form by the names in the head of an object or list that is longer than that."""
    signs = {
        Format.DISCORD: ('"guild"', '"channel"'),
        Format.RELEVO: ('"turns"',),
        Format.INTERCOM: ('"conversation_parts"',),
        Format.ZENDESK: ('"requester_id"',),
        Format.TELEGRAM: ('"messages"', '"type"'),
    }
    more = {Format.ZENDESK: ('"tickets"', '"comments"'), Format.TELEGRAM: ('"chats"', '"list"')}
    for table in (signs, more):
        for known, names in table.items():
            if all(name in head for name in names):
                return known
    return None


def _records(text: Text, known: Format) -> Iterator[PastConversation]:
    """Records stand one a line, in a list, or in a list inside of an object."""
    read = _RECORDS[known]
    for number, one in enumerate(_objects(text), start=1):
        fields = record(one)
        if not fields:
            raise DocumentError(f"record {number} is no object: export it again")
        yield read(fields, number)


def _objects(text: Text) -> Iterator[object]:
    if text.peek() == "[":
        yield from items(text)
    while text.peek():
        if text.peek() == "{":
            yield from _unwrapped(text)
        else:
            yield text.value()


def _unwrapped(text: Text) -> Iterator[object]:
    """Give the records that an object holds in a list, or the object itself where it holds none."""
    own: dict[str, object] = {}
    holds_records = False
    for name in fields(text):
        if name in _LISTS and text.peek() == "[":
            holds_records = True
            yield from items(text)
        else:
            own[name] = text.value()
        if len(own) > _MOST_FIELDS:
            raise DocumentError("a record of it has too many fields: is this an export?")
    if not holds_records:
        yield own


def _whole(text: Text, source: Bounded) -> bytes:
    """What DiscordChatExporter writes is one object, and it is read at once."""
    while not text.at_end:
        text.more()
        if source.read_bytes > _DISCORD_BYTES:
            megabytes = _DISCORD_BYTES / 1e6
            raise DocumentError(f"it has more than {megabytes:.0f} MB: export fewer days")
    return text.ahead.encode()


def _discord(content: bytes) -> Iterator[PastConversation]:
    try:
        yield from of_threads(read_discord(content))
    except ValueError:
        raise DocumentError(_UNKNOWN) from None


def _zip(file: IO[bytes]) -> Iterator[PastConversation]:
    """Slack's files are lists, those of DiscordChatExporter and Telegram are objects."""
    slack = SlackExport()
    is_known = False
    for frame in unpack(file, kinds=["chat", "archive"], suffixes=[".json"], limits=LIMITS):
        if (problem := problem_of(frame)) is not None:
            raise problem
        name = PurePosixPath(str(frame.header["name"]))
        if frame.content.lstrip()[:1] == b"{":
            yield from _object(frame.content)
            is_known = True
        else:
            _add(slack, name, frame.content)
    if not is_known and not slack.channels:
        raise DocumentError(_UNKNOWN)
    yield from of_threads(slack.read())


def _add(slack: SlackExport, name: PurePosixPath, content: bytes) -> None:
    try:
        slack.add(name, content)
    except ValueError:
        raise DocumentError(
            f"{str(name)!r} in it: it has not the form of an export: export again"
        ) from None


def _object(content: bytes) -> Iterator[PastConversation]:
    text = Text(io.BytesIO(content))
    text.more()
    if _recognised(text) is Format.TELEGRAM:
        yield from read_telegram(text)
    else:
        yield from _discord(content)


__all__ = ["MOST_RECORD", "Format", "OnRead", "read_export"]
