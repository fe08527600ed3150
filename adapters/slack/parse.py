"""What Slack tells → ``IncomingMessage`` (pure): messages, edits, deletions, reactions.

``interactive`` reads buttons, forms and commands. A message's key is made of workspace, channel and
``ts``, so that the ``message`` and the ``app_mention`` of one mention, and a copy that was fetched
from the history later, are one event.

Slack's own rule on ``thread_ts``: the first message of a thread bears its own ``ts`` there.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from adapters.forwarded import guarded
from adapters.slack.channels import is_direct_channel
from adapters.slack.text import begins_with, decode, mentions, whole, without
from bot.vocabulary.messages import (
    Attachment,
    Author,
    ConversationRef,
    IncomingMessage,
    MessageKind,
    Platform,
)

Event = Mapping[str, Any]

THUMBS = {
    "+1": "rate:up",
    "thumbsup": "rate:up",
    "heart": "rate:up",
    "tada": "rate:up",
    "white_check_mark": "rate:up",
    "-1": "rate:down",
    "thumbsdown": "rate:down",
    "rage": "rate:down",
    "confused": "rate:down",
}
"""Reactions that say how an answer was, without their skin tone."""

_WRITTEN = {None, "", "file_share", "thread_broadcast", "me_message"}
"""Subtypes of what a person wrote."""

_SLACKBOT = "USLACKBOT"


class MalformedError(ValueError):
    """Raised for an event without what every event of its kind has."""


UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a payload raises when its fields are not what they always are."""


@contextmanager
def reading() -> Generator[None]:
    """Let what a malformed payload sets off be one kind of error; nothing but reading stands inside.

    Raises:
        MalformedError: The payload is not what its kind always is.
    """
    try:
        yield
    except UNREADABLE as error:
        raise MalformedError("A payload of Slack's can't be read.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is known while an event is read: who we are, where the desk is, names of people."""

    team_id: str
    user_id: str
    bot_id: str = ""
    desk: str | None = None
    names: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event of a conversation.

    With ``only_if_joined`` it is one only where the bot already takes part in the thread; with
    ``lacks_thread`` Slack did not say in which thread of the channel the message stands. ``team_id``
    is the author's workspace.
    """

    message: IncomingMessage
    only_if_joined: bool = False
    lacks_thread: bool = False
    team_id: str = ""


def parse(event: Event, scene: Scene) -> Heard | None:
    """Read the ``event`` of an Events API callback; None when it is none of ours.

    Raises:
        MalformedError: It lacks what its kind always has.
    """
    match event.get("type"):
        case "message":
            return _message(event, scene)
        case "app_mention":
            return _written(event, event, scene)
        case "reaction_added":
            return _reaction(event, scene)
        case _:
            return None


def _message(event: Event, scene: Scene) -> Heard | None:
    match event.get("subtype"):
        case "message_changed":
            return _changed(event, scene)
        case "message_deleted":
            return _taken_back(event, inner(event, "previous_message"), scene)
        case subtype if subtype in _WRITTEN:
            return _written(event, event, scene)
        case _:
            return None


def _changed(event: Event, scene: Scene) -> Heard | None:
    """Tell an edit from previews and reply counts, which arrive in the same form."""
    message, before = inner(event, "message"), inner(event, "previous_message")
    if message.get("subtype") == "tombstone":
        return _taken_back(event, before or message, scene)
    is_edit = inner(message, "edited") and message.get("text") != before.get("text")
    if not is_edit or message.get("subtype") not in _WRITTEN:
        return None
    return edited(event, message, scene)


def edited(event: Event, message: Event, scene: Scene) -> Heard | None:
    """Read the edit of a message; ``event`` tells the channel."""
    heard = _written(event, message, scene)
    if heard is None:
        return None
    changed_at = required(inner(message, "edited"), "ts")
    return replace(
        heard,
        message=replace(
            heard.message,
            kind=MessageKind.EDITED,
            event_key=f"{heard.message.event_key}-e-{changed_at}",
            sent_at=moment(changed_at),
        ),
    )


def _written(event: Event, message: Event, scene: Scene) -> Heard | None:
    if not is_person(message, scene):
        return None
    channel, ts = required(event, "channel"), required(message, "ts")
    text, files = whole(message.get("text")), _files(message)
    is_mention = mentions(text, scene.user_id)
    place, is_direct = _place(event, message, scene)
    in_desk = channel == scene.desk
    told = _words(text, scene, in_desk=in_desk) or _forwarded(message, scene)
    return Heard(
        message=IncomingMessage(
            event_key=message_key(scene.team_id, channel, ts),
            id=ts,
            conversation=place,
            author=_author(message, scene),
            text=told,
            attachments=files or (() if told.strip() or is_mention else _NO_WORDS),
            sent_at=moment(ts),
            is_direct=is_direct,
            is_mention=is_mention,
        ),
        only_if_joined=not is_direct and not is_mention and not _is_ours(message, scene),
        team_id=_team(message) or scene.team_id,
    )


def _taken_back(event: Event, before: Event, scene: Scene) -> Heard | None:
    if not is_person(before, scene):
        return None
    channel = required(event, "channel")
    ts = str(event.get("deleted_ts") or required(before, "ts"))
    place, is_direct = _place(event, {"ts": ts, **before}, scene)
    return Heard(
        message=IncomingMessage(
            event_key=f"{message_key(scene.team_id, channel, ts)}-d",
            id=ts,
            kind=MessageKind.DELETED,
            conversation=place,
            author=_author(before, scene),
            text="",
            sent_at=moment(event.get("event_ts") or ts),
            is_direct=is_direct,
            is_mention=mentions(whole(before.get("text")), scene.user_id),
        ),
        only_if_joined=not is_direct and not _is_ours(before, scene),
    )


def _reaction(event: Event, scene: Scene) -> Heard | None:
    """Take a thumb on one of our messages; in the desk reactions are talk among agents."""
    item = inner(event, "item")
    action = THUMBS.get(str(event.get("reaction") or "").partition("::")[0])
    is_ours = item.get("type") == "message" and event.get("item_user") == scene.user_id
    if not action or not is_ours or not is_person(event, scene):
        return None
    channel, ts = required(item, "channel"), required(item, "ts")
    if channel == scene.desk:
        return None
    happened, user_id = required(event, "event_ts"), required(event, "user")
    return Heard(
        message=IncomingMessage(
            event_key=f"{message_key(scene.team_id, channel, ts)}-r-{happened}-{user_id}",
            id=ts,
            kind=MessageKind.PRESSED,
            conversation=conversation(scene, channel),
            author=_author(event, scene),
            text="",
            action=action,
            sent_at=moment(happened),
            is_direct=is_direct_channel(channel),
        ),
        lacks_thread=True,
    )


def is_person(message: Event, scene: Scene) -> bool:
    """Whether a person wrote: no bot, no app that writes for somebody, and not ourselves."""
    user = message.get("user")
    is_app = bool(message.get("bot_id")) or message.get("subtype") == "bot_message"
    return bool(user) and not is_app and user not in {scene.user_id, _SLACKBOT}


def conversation(scene: Scene, channel: str, thread: str | None = None) -> ConversationRef:
    """Name a place in our workspace."""
    return ConversationRef(
        platform=Platform.SLACK, tenant_id=scene.team_id, channel_id=channel, thread_id=thread
    )


def message_key(team_id: str, channel: str, ts: str) -> str:
    """Return the event key of a message."""
    return f"sl-{team_id}-{channel}-{ts}"


def moment(ts: object) -> datetime:
    """Read Slack's time stamp.

    Raises:
        MalformedError: It is none.
    """
    try:
        return datetime.fromtimestamp(float(str(ts)), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedError("A time stamp of Slack's can't be read.") from error


def required(fields: Event, name: str) -> str:
    """Return a field that has to be there.

    Raises:
        MalformedError: It is not.
    """
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedError(f"An event of Slack's has no {name}.")
    return whole(value)


def inner(fields: Event, name: str) -> Event:
    """Return a group of fields; an empty one when it is not there."""
    value = fields.get(name)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _place(event: Event, message: Event, scene: Scene) -> tuple[ConversationRef, bool]:
    """Find the conversation of a message, and whether it is a direct one.

    A direct message fills its channel unless it was written in a thread; in a channel each message
    that starts something is the head of a thread.
    """
    channel, ts = required(event, "channel"), required(message, "ts")
    is_direct = event.get("channel_type") == "im" or is_direct_channel(channel)
    thread = str(message.get("thread_ts") or "") or None
    if is_direct:
        return conversation(scene, channel, thread if thread != ts else None), True
    return conversation(scene, channel, thread or ts), False


def _author(fields: Event, scene: Scene) -> Author:
    """Name the author as far as the event tells; ``people`` completes it."""
    user_id, team = required(fields, "user"), _team(fields)
    return Author(
        user_id=user_id,
        display_name=user_id,
        is_external=bool(team) and team != scene.team_id,
    )


def _team(fields: Event) -> str:
    """Return the workspace of an author; nothing when the event does not tell."""
    team = fields.get("user_team") or fields.get("source_team") or fields.get("team")
    return whole(team)


def _is_ours(message: Event, scene: Scene) -> bool:
    """Whether a message stands in a thread under one of our messages."""
    return bool(scene.user_id) and message.get("parent_user_id") == scene.user_id


def _words(text: str, scene: Scene, *, in_desk: bool) -> str:
    """Return the words without mentions of us; in the desk such a beginning marks a command."""
    words = decode(without(text, scene.user_id), scene.names)
    if in_desk and begins_with(text, scene.user_id):
        return f"!{words.strip().lstrip('!/') or 'help'}"
    return words


def _forwarded(message: Event, scene: Scene) -> str:
    """Return the words of a message that was passed on, which stand in its attachments."""
    shared = cast("Sequence[Event]", message.get("attachments") or ())
    texts = (whole(item.get("text") or item.get("fallback")) for item in shared)
    return guarded("\n".join(decode(text, scene.names) for text in texts if text.strip()))


_NO_WORDS = (
    Attachment(name="message without words", content_type="application/x-slack", size_bytes=0),
)


def _files(message: Event) -> tuple[Attachment, ...]:
    files = cast("Sequence[Event]", message.get("files") or ())
    return tuple(_file(file) for file in files)


def _file(file: Event) -> Attachment:
    """Describe a file; one that Slack hides or that lies elsewhere can't be fetched."""
    is_here = file.get("mode") not in {"tombstone", "hidden_by_limit", "external"}
    size = file.get("size")
    return Attachment(
        name=whole(file.get("name") or file.get("title")) or "file",
        content_type=whole(file.get("mimetype")) or "application/octet-stream",
        size_bytes=size if isinstance(size, int) and size > 0 else 0,
        platform=Platform.SLACK,
        file_id=whole(file.get("id")) or None if is_here else None,
    )
