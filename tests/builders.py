"""Builds values for tests in one line each."""

import itertools
from datetime import UTC, datetime
from typing import Any

from bot.vocabulary.messages import (
    Author,
    ConversationRef,
    IncomingMessage,
    MessageKind,
    Platform,
)

_numbers = itertools.count(1)

DESK = ConversationRef(platform=Platform.PLAYGROUND, tenant_id="demo", channel_id="desk")


def a_conversation(name: str = "c1") -> ConversationRef:
    return ConversationRef(platform=Platform.PLAYGROUND, tenant_id="demo", channel_id=name)


def a_customer(name: str = "Carla") -> Author:
    return Author(user_id=name.lower(), display_name=name)


def an_agent(name: str = "Ana") -> Author:
    return Author(user_id=name.lower(), display_name=name)


def a_message(text: str = "hello", **fields: Any) -> IncomingMessage:
    number = next(_numbers)
    values: dict[str, Any] = {
        "event_key": f"e{number}",
        "id": f"m{number}",
        "conversation": a_conversation(),
        "author": a_customer(),
        "text": text,
        "sent_at": datetime.now(UTC),
    }
    return IncomingMessage(**(values | fields))


def a_press(action: str, **fields: Any) -> IncomingMessage:
    return a_message("", kind=MessageKind.PRESSED, action=action, **fields)
