"""What the loopback Telegram is asked and says is compared with the published Bot API, where it is here."""

from typing import Any

import pytest

from adapters.telegram.parse import KINDS
from tests.platforms.telegram.spec import call_violations, description, type_violations

pytestmark = pytest.mark.skipif(
    description() is None,
    reason="shared/specs/tg_api.json is not here: no test compares calls and updates with it",
)

CHAT: dict[str, Any] = {"id": 7, "type": "private"}
SENT: dict[str, Any] = {"chat_id": 7, "text": "Hi."}

CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("sendMesage", SENT, "no method"),
    ("sendMessage", {"chat_id": 7}, "text is missing"),
    ("sendMessage", SENT | {"txt": "x"}, "txt is not described"),
    ("sendMessage", SENT | {"disable_notification": 1}, "is no Boolean"),
    ("sendMessage", SENT | {"entities": {}}, "is no list"),
]


def test_a_call_that_keeps_to_it_is_right() -> None:
    assert call_violations("sendMessage", SENT) == []
    assert type_violations("Message", {"message_id": 1, "date": 1, "chat": CHAT}) == []


@pytest.mark.parametrize(("method", "fields", "words"), CALLS)
def test_a_call_that_does_not_is_named(method: str, fields: dict[str, Any], words: str) -> None:
    assert any(words in violation for violation in call_violations(method, fields))


def test_a_value_that_does_not_is_named() -> None:
    assert type_violations("Message", {"message_id": "1", "date": 1, "chat": CHAT})


def test_the_kinds_of_updates_are_known() -> None:
    known = description()
    assert known is not None
    assert set(KINDS) <= {field["name"] for field in known["types"]["Update"]["fields"]}
