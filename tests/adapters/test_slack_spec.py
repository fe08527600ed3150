"""What the loopback Slack says and is asked is compared with the published samples, where they are here."""

from typing import Any

import pytest

from tests.platforms.slack import spec

pytestmark = pytest.mark.skipif(
    not spec.SPECS.exists(),
    reason="shared/specs is not here: no test compares Slack's events, answers and blocks with it",
)


def event(kind: str, subtype: str | None = None) -> dict[str, Any]:
    told = {"type": kind, "odd": 1} | ({"subtype": subtype} if subtype else {})
    return {"type": "event_callback", "event": told}


BODIES = [
    ({"command": "/relevo", "odd": 1}, "SlashCommandPayload .odd"),
    ({"type": "block_actions", "odd": 1}, "BlockActionPayload .odd"),
    ({"type": "view_submission", "odd": 1}, "ViewSubmissionPayload .odd"),
    (event("message"), "MessagePayload .event.odd"),
    (event("message", "file_share"), "MessageFileSharePayload .event.odd"),
    (event("message", "message_changed"), "MessageChangedPayload .event.odd"),
    (event("message", "message_deleted"), "MessageDeletedPayload .event.odd"),
    (event("app_mention"), "AppMentionPayload .event.odd"),
    (event("reaction_added"), "ReactionAddedPayload .event.odd"),
    (event("app_home_opened"), "AppHomeOpenedPayload .event.odd"),
]

ANSWERED = [
    "apps.connections.open",
    "auth.test",
    "chat.postMessage",
    "chat.startStream",
    "chat.update",
    "conversations.history",
    "conversations.replies",
    "files.completeUploadExternal",
    "users.info",
    "views.open",
]


@pytest.mark.parametrize(("body", "where"), BODIES)
def test_a_field_that_is_in_no_sample_is_named(body: dict[str, Any], where: str) -> None:
    assert f"{where} is in no sample" in spec.wrong_event(body)


@pytest.mark.parametrize("method", ANSWERED)
def test_an_answer_is_compared_with_its_sample(method: str) -> None:
    assert spec.wrong_answer(method, {"ok": True}) == []
    assert spec.wrong_answer(method, {"ok": 1}) == [f"{method} answers .ok is number, not bool"]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"type": "rich_txt"}, "rich_txt is no block"),
        ({"type": "actions", "elements": [], "colour": "red"}, "actions has no colour"),
    ],
)
def test_a_block_that_is_in_no_sample_is_named(block: dict[str, Any], words: str) -> None:
    assert list(spec.wrong_blocks([block])) == [words]
