"""What the page sends, as values."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.playground.parse import (
    DESK,
    AskCases,
    AskReceipts,
    Event,
    Hello,
    Ping,
    RefusedError,
    customer_conversation,
    desk_thread,
    incoming,
    read,
)
from bot.vocabulary.messages import ConversationRef, MessageKind, Platform

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WHO: dict[str, Any] = {"role": "customer", "id": "marta", "name": "Marta"}
SAY: dict[str, Any] = {"type": "say", "id": "event-0001", "who": WHO, "text": "Hi"}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def refusal(frame: Any) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        read(json.dumps(frame))
    return refused.value


def test_a_message_of_a_customer() -> None:
    event = read(json.dumps(SAY))
    assert isinstance(event, Event)
    message = incoming(event, now=NOW)
    assert message.event_key == "pg-event-0001"
    assert message.conversation == ConversationRef(
        platform=Platform.PLAYGROUND, tenant_id="demo", channel_id="marta"
    )
    assert (message.id, message.text, message.sent_at) == ("event-0001", "Hi", NOW)


def test_words_of_an_agent_belong_to_the_thread() -> None:
    who = WHO | {"role": "agent", "id": "ana"}
    event = read(json.dumps(SAY | {"who": who, "thread": "abc123"}))
    assert isinstance(event, Event)
    assert event.conversation == desk_thread("abc123")
    assert refusal(SAY | {"who": who}).reason == "not_understood"


@pytest.mark.parametrize(
    ("kind", "fields", "meaning"),
    [
        ("edit", {"target": "m1", "text": "new"}, (MessageKind.EDITED, "m1", "new", None)),
        ("delete", {"target": "m1"}, (MessageKind.DELETED, "m1", "", None)),
        ("press", {"target": "r_1", "action": "human"}, (MessageKind.PRESSED, "r_1", "", "human")),
    ],
)
def test_other_gestures_name_their_message(
    kind: str, fields: dict[str, str], meaning: tuple[Any, ...]
) -> None:
    event = read(json.dumps({"type": kind, "id": "event-0002", "who": WHO, **fields}))
    assert isinstance(event, Event)
    assert (event.kind, event.target, event.text, event.action) == meaning
    assert incoming(event, now=NOW).id == fields["target"]


def test_questions_of_the_page() -> None:
    hello = read('{"type": "hello", "customers": ["marta", "liam"], "thread": "abc"}')
    assert hello == Hello(
        conversations=(
            customer_conversation("marta"),
            customer_conversation("liam"),
            desk_thread("abc"),
        )
    )
    asked = read('{"type": "receipts", "conversation": "slack:T1:C1:171.2"}')
    assert asked == AskReceipts(conversation=ConversationRef.parse("slack:T1:C1:171.2"))
    assert read('{"type": "cases"}') == AskCases()
    assert read('{"type": "ping"}') == Ping()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": " \n "}, "empty"),
        ({"text": "x" * 65_537}, "too_long"),
        ({"text": 7}, "not_understood"),
        ({"who": WHO | {"name": "  "}}, "bad_name"),
        ({"who": WHO | {"name": "x" * 61}}, "bad_name"),
        ({"who": WHO | {"id": DESK}}, "not_understood"),
        ({"who": WHO | {"id": "Not An Id"}}, "not_understood"),
        ({"who": WHO | {"role": "admin"}}, "not_understood"),
        ({"who": WHO | {"role": ["agent"]}}, "not_understood"),
        ({"who": "marta"}, "not_understood"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_named(fields: dict[str, Any], reason: str) -> None:
    refused = refusal(SAY | fields)
    assert (refused.reason, refused.event_id) == (reason, "event-0001")


@pytest.mark.parametrize("event_id", ["", "short", "r_pretends-to-be-a-bot", "x" * 65, None, 5])
def test_an_event_needs_an_id_of_the_page(event_id: object) -> None:
    refused = refusal(SAY | {"id": event_id})
    assert (refused.reason, refused.event_id) == ("not_understood", None)


@given(
    st.fixed_dictionaries({}, optional={name: json_values for name in (*SAY, "target", "thread")})
)
def test_no_json_breaks_the_reader(frame: dict[str, Any]) -> None:
    with suppress(RefusedError):
        assert isinstance(read(json.dumps(SAY | frame)), Event)


@given(st.text())
def test_no_frame_breaks_the_reader(frame: str) -> None:
    with pytest.raises(RefusedError):
        read(frame)


@given(st.text(min_size=1, max_size=200).filter(lambda text: text.strip()))
def test_a_text_arrives_as_it_was_typed(text: str) -> None:
    event = read(json.dumps(SAY | {"text": text}))
    assert isinstance(event, Event)
    assert event.text == text
