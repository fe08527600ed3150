"""What the page sends, as values (pure).

The page speaks JSON over its WebSocket, one object a frame, with a ``type``:

- ``hello``: ``customers`` (ids of the customers that are open), ``thread`` (id or null), and ``admin``
  when the admin's conversation is open
- ``say``: ``id``, ``who``, ``text``, ``files`` (each an object with the ``id`` that its upload has
  returned), and ``thread`` when ``who`` is an agent
- ``edit``: as ``say``, with ``target``, the id of the message that changes
- ``delete``: ``id``, ``who``, ``target``, ``thread``
- ``press``: ``id``, ``who``, ``target``, ``action``, ``thread``, and ``text`` when a form was filled in
- ``typing``: ``who``, and ``thread`` when that is an agent; nothing of it is stored
- ``receipts``: ``conversation``
- ``complete``: ``id``, ``command`` and ``argument`` (names of the table), ``typed``
- ``cases`` and ``ping``: nothing more

``who`` is ``{"role": "customer"|"agent"|"admin", "id", "name", "locale"}``; there is one admin, who presses
buttons of the desk too, with its ``thread``. ``id`` is made by the page, is
the message's id, and is repeated when the page does not know whether the event arrived.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from adapters.playground.requests import (
    Actor,
    AskCases,
    AskReceipts,
    AskValues,
    Event,
    Hello,
    Ping,
    RefusedError,
    Request,
    Writes,
)
from bot.texts import LANGUAGES
from bot.vocabulary.messages import (
    Attachment,
    Author,
    ConversationRef,
    IncomingMessage,
    MessageKind,
    Platform,
)
from bot.vocabulary.standing import CompletionRequest

TENANT = "demo"
DESK = "desk"
ADMIN = "admin"
TEXT_BYTES = 64 * 1024
NAME_LENGTH = 60
CUSTOMERS_OPEN = 50
ACTION_LENGTH = 1000
TYPED_LENGTH = 500
FILES_AT_ONCE = 5

_PERSON_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_EVENT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_FILE_ID = re.compile(r"[0-9a-f]{24,32}")
_NAME = re.compile(r"[a-z_]{1,40}")
_LINE_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_SURROGATE = re.compile("[\ud800-\udfff]")

_KINDS = {
    "say": MessageKind.NEW,
    "edit": MessageKind.EDITED,
    "delete": MessageKind.DELETED,
    "press": MessageKind.PRESSED,
}
_WRITTEN = {MessageKind.NEW, MessageKind.EDITED}


def customer_conversation(customer_id: str) -> ConversationRef:
    """Return the conversation of a customer."""
    return ConversationRef(platform=Platform.PLAYGROUND, tenant_id=TENANT, channel_id=customer_id)


def admin_conversation() -> ConversationRef:
    """Return the conversation of the admin, which is nobody else's."""
    return customer_conversation(ADMIN)


def desk_thread(thread_id: str) -> ConversationRef:
    """Return the conversation that is a case's thread."""
    return ConversationRef(
        platform=Platform.PLAYGROUND, tenant_id=TENANT, channel_id=DESK, thread_id=thread_id
    )


def read(frame: str) -> Request:
    """Read one frame of the page.

    Raises:
        RefusedError: It is not what the page sends, or breaks a limit.
    """
    fields = _object(frame)
    kind = fields.get("type")
    if not isinstance(kind, str):
        raise RefusedError("not_understood")
    if kind in _KINDS:
        return _event(_KINDS[kind], fields)
    reader = _READERS.get(kind)
    if reader is None:
        raise RefusedError("not_understood")
    return reader(fields)


def incoming(
    event: Event, *, now: datetime, attachments: tuple[Attachment, ...] = ()
) -> IncomingMessage:
    """Build the event as the core knows it."""
    return IncomingMessage(
        event_key=f"pg-{event.id}",
        id=event.target,
        kind=event.kind,
        conversation=event.conversation,
        author=event.author,
        text=event.text,
        attachments=attachments,
        action=event.action,
        sent_at=now,
        is_direct=event.role is not Actor.AGENT,
    )


def _event(kind: MessageKind, fields: Mapping[str, Any]) -> Event:
    event_id = _matching(_EVENT_ID, fields.get("id"))
    try:
        who = _mapping(fields.get("who"))
        role, author = _actor(who)
        files = _files(fields) if kind is MessageKind.NEW else ()
        conversation = _place(role, author, fields)
        return Event(
            id=event_id,
            kind=kind,
            role=role,
            author=author,
            conversation=conversation,
            place=_stands_in(kind, role, fields) or conversation,
            target=event_id
            if kind is MessageKind.NEW
            else _matching(_LINE_ID, fields.get("target")),
            text=_text_of(kind, fields, may_be_empty=bool(files)),
            files=files,
            action=_action(fields) if kind is MessageKind.PRESSED else None,
        )
    except RefusedError as error:
        raise RefusedError(error.reason, event_id=event_id) from None


def _writes(fields: Mapping[str, Any]) -> Writes:
    role, author = _actor(_mapping(fields.get("who")))
    return Writes(author=author, conversation=_place(role, author, fields))


def _values(fields: Mapping[str, Any]) -> AskValues:
    typed = _clean(fields.get("typed"))
    if len(typed) > TYPED_LENGTH:
        raise RefusedError("too_long")
    request = CompletionRequest(
        author=Author(user_id=ADMIN, display_name=ADMIN),
        place=admin_conversation(),
        command=_matching(_NAME, fields.get("command")),
        argument=_matching(_NAME, fields.get("argument")),
        typed=typed,
    )
    return AskValues(id=_matching(_EVENT_ID, fields.get("id")), request=request)


def _hello(fields: Mapping[str, Any]) -> Hello:
    customers = fields.get("customers")
    if not isinstance(customers, list) or len(cast("list[Any]", customers)) > CUSTOMERS_OPEN:
        raise RefusedError("not_understood")
    shown = [
        customer_conversation(_customer_id(customer)) for customer in cast("list[Any]", customers)
    ]
    if fields.get("admin") is True:
        shown.append(admin_conversation())
    if fields.get("thread") is not None:
        shown.append(desk_thread(_matching(_LINE_ID, fields.get("thread"))))
    return Hello(conversations=tuple(shown))


def _receipts(fields: Mapping[str, Any]) -> AskReceipts:
    return AskReceipts(conversation=_conversation(fields.get("conversation")))


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Request]] = {
    "hello": _hello,
    "typing": _writes,
    "receipts": _receipts,
    "complete": _values,
    "cases": lambda _: AskCases(),
    "ping": lambda _: Ping(),
}


def _object(frame: str) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(frame))
    except (ValueError, RecursionError):
        raise RefusedError("not_understood") from None


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RefusedError("not_understood")
    return cast("dict[str, Any]", value)


def _matching(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise RefusedError("not_understood")
    return value


def _customer_id(value: object) -> str:
    customer_id = _matching(_PERSON_ID, value)
    if customer_id in {DESK, ADMIN}:
        raise RefusedError("not_understood")
    return customer_id


def _actor(who: Mapping[str, Any]) -> tuple[Actor, Author]:
    try:
        role = Actor(who.get("role"))
    except ValueError:
        raise RefusedError("not_understood") from None
    return role, _author(who, role)


def _author(who: Mapping[str, Any], role: Actor) -> Author:
    name = _clean(who.get("name")).strip()
    if not name or len(name) > NAME_LENGTH:
        raise RefusedError("bad_name")
    locale = who.get("locale")
    if role is Actor.ADMIN and who.get("id") != ADMIN:
        raise RefusedError("not_understood")
    return Author(
        user_id=ADMIN if role is Actor.ADMIN else _customer_id(who.get("id")),
        display_name=name,
        locale=locale if locale in LANGUAGES else None,
    )


def _place(role: Actor, author: Author, fields: Mapping[str, Any]) -> ConversationRef:
    if role is not Actor.AGENT:
        return customer_conversation(author.user_id)
    return desk_thread(_matching(_LINE_ID, fields.get("thread")))


def _stands_in(kind: MessageKind, role: Actor, fields: Mapping[str, Any]) -> ConversationRef | None:
    """Return the thread whose button an admin presses; None for everything else."""
    if role is not Actor.ADMIN or kind is not MessageKind.PRESSED or fields.get("thread") is None:
        return None
    return desk_thread(_matching(_LINE_ID, fields.get("thread")))


def _files(fields: Mapping[str, Any]) -> tuple[str, ...]:
    value: object = fields.get("files", [])
    if not isinstance(value, list):
        raise RefusedError("not_understood")
    files = cast("list[object]", value)
    if len(files) > FILES_AT_ONCE:
        raise RefusedError("not_understood")
    return tuple(_matching(_FILE_ID, _mapping(file).get("id")) for file in files)


def _text_of(kind: MessageKind, fields: Mapping[str, Any], *, may_be_empty: bool) -> str:
    """Return what was written, or typed into the form of a pressed button."""
    if kind in _WRITTEN:
        return _text(fields, may_be_empty=may_be_empty)
    is_form = kind is MessageKind.PRESSED and "text" in fields
    return _text(fields, may_be_empty=False) if is_form else ""


def _text(fields: Mapping[str, Any], *, may_be_empty: bool) -> str:
    text = _clean(fields.get("text"))
    if len(text.encode()) > TEXT_BYTES:
        raise RefusedError("too_long")
    if not text.strip() and not may_be_empty:
        raise RefusedError("empty")
    return text


def _clean(value: object) -> str:
    """Replace halves of surrogate pairs, which JSON can carry and UTF-8 can't."""
    if not isinstance(value, str):
        raise RefusedError("not_understood")
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)


def _action(fields: Mapping[str, Any]) -> str:
    action = _clean(fields.get("action"))
    if not action or len(action) > ACTION_LENGTH:
        raise RefusedError("not_understood")
    return action


def _conversation(value: object) -> ConversationRef:
    try:
        conversation = ConversationRef.parse(_clean(value))
    except ValueError:
        raise RefusedError("not_understood") from None
    return conversation
