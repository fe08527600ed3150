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


def option(words: int = 5, value: int = 5) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": "x" * words}, "value": "v" * value}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([option()] * 101, "more than 100 options"),
        ([option(words=76)], "an option of 76 characters"),
        ([option(value=151)], "an option whose value has 151 characters"),
        ([option(value=0)], "an option whose value has 0 characters"),
    ],
)
def test_choices_that_slack_would_refuse_are_named(
    options: list[dict[str, Any]], words: str
) -> None:
    assert words in spec.wrong_response({"options": options})
    view = {"type": "modal", "blocks": [{"type": "static_select", "options": options}]}
    assert words in list(spec.wrong_blocks(view))


def test_a_form_with_two_fields_of_one_name_is_named() -> None:
    fields = [{"type": "input", "block_id": "a"}] * 2
    view = {"type": "modal", "blocks": fields, "private_metadata": "x" * 3001}
    assert list(spec.wrong_blocks(view)) == [
        "the same block_id twice",
        "more than 3000 characters of private_metadata",
    ]
