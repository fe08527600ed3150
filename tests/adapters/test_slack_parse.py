"""Slack's events as values: words, files, places, keys."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.interactive import author_of
from adapters.slack.parse import Heard, MalformedError, Scene, parse
from adapters.slack.text import decode, without
from bot.vocabulary.messages import Attachment, MessageKind, Platform

SCENE = Scene(team_id="T1", user_id="UBOT", bot_id="BBOT", desk="CDESK", names={"U2": "Ben"})
TS = "1700000000.000100"


def event(**fields: Any) -> dict[str, Any]:
    message = {"type": "message", "user": "U1", "text": "hi", "ts": TS, "channel": "D1"}
    return {**message, "channel_type": "im", **fields}


def heard(**fields: Any) -> Heard:
    found = parse(event(**fields), SCENE)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("<@U2> and <@U9> and <@U9|zoe>", "@Ben and @U9 and @zoe"),
        ("<#C1|general> <#C2>", "#general #C2"),
        (
            "<!here> <!channel|channel> <!subteam^S1|@team> <!subteam^S1>",
            "@here @channel @team @subteam",
        ),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<https://x.example/a?b=1&amp;c>", "https://x.example/a?b=1&c"),
        ("<https://x.example|the guide>", "the guide (https://x.example)"),
        ("<http://x.example|x.example>", "x.example"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<mailto:a@x.example|write us>", "write us (a@x.example)"),
        ("<tel:+34600|+34600>", "+34600"),
        ("5 < 6 and <not closed", "5 < 6 and <not closed"),
        ("", ""),
    ],
)
def test_words_are_read_as_people_see_them(written: str, read: str) -> None:
    assert decode(written, SCENE.names) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@UBOT> help", "help"),
        ("<@UBOT>: help", "help"),
        ("  <@UBOT|relevo> <@UBOT> help", "help"),
        ("help <@UBOT>", "help"),
        ("ask <@UBOT> now", "ask now"),
        ("<@UBOT>", ""),
        ("<@UBOT2> help", "<@UBOT2> help"),
        ("a\n\n b \n", "a\n\n b \n"),
    ],
)
def test_mentions_of_us_are_left_out(written: str, read: str) -> None:
    assert without(written, "UBOT") == read


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_is_read(text: str) -> None:
    found = heard(text=text).message
    assert len(found.text) <= 40_000
    found.text.encode()


def test_a_very_long_text_is_cut() -> None:
    assert len(heard(text="x" * 100_000).message.text) == 40_000


def test_a_message_as_a_value() -> None:
    found = heard().message
    assert (found.event_key, found.id, found.text) == (f"sl-T1-D1-{TS}", TS, "hi")
    assert found.sent_at == datetime(2023, 11, 14, 22, 13, 20, 100, tzinfo=UTC)
    assert str(found.conversation) == "slack:T1:D1"
    assert found.is_direct


@pytest.mark.parametrize(
    ("fields", "conversation"),
    [
        ({}, "slack:T1:D1"),
        ({"thread_ts": TS}, "slack:T1:D1"),
        ({"thread_ts": "1.5"}, "slack:T1:D1:1.5"),
        ({"channel": "C1", "channel_type": "channel"}, f"slack:T1:C1:{TS}"),
        ({"channel": "C1", "channel_type": "channel", "thread_ts": "1.5"}, "slack:T1:C1:1.5"),
        ({"channel": "G1", "channel_type": "mpim"}, f"slack:T1:G1:{TS}"),
    ],
)
def test_where_a_message_stands(fields: dict[str, str], conversation: str) -> None:
    found = heard(**fields)
    assert str(found.message.conversation) == conversation
    assert found.only_if_joined is not found.message.is_direct


def test_files_are_described_and_hidden_ones_can_not_be_fetched() -> None:
    files = [
        {"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 7, "mode": "hosted"},
        {"id": "F2", "mode": "tombstone"},
        {"id": "F3", "title": "Plan", "mode": "external", "size": "x"},
    ]
    found = heard(subtype="file_share", text="", files=files).message
    assert found.attachments[0] == Attachment(
        name="a.png",
        content_type="image/png",
        size_bytes=7,
        platform=Platform.SLACK,
        file_id="F1",
    )
    assert [it.file_id for it in found.attachments] == ["F1", None, None]
    assert [it.name for it in found.attachments[1:]] == ["file", "Plan"]


def test_what_was_passed_on_is_read() -> None:
    shared = [{"text": "<@U2> wrote &lt;this&gt;"}, {"fallback": "and that"}]
    assert heard(text="", attachments=shared).message.text == "@Ben wrote <this>\nand that"


@pytest.mark.parametrize("text", ["!reply all is refunded", "/human"])
def test_passed_on_words_command_nothing(text: str) -> None:
    assert heard(text="", attachments=[{"text": text}]).message.text == f"» {text}"


def test_a_message_without_words_is_no_silence() -> None:
    [attachment] = heard(text="").message.attachments
    assert attachment.name == "message without words"


def changed(**fields: Any) -> dict[str, Any]:
    before = {"type": "message", "user": "U1", "text": "teh", "ts": TS}
    message = {**before, "text": "the", "edited": {"user": "U1", "ts": "1700000009.0"}, **fields}
    return event(subtype="message_changed", message=message, previous_message=before)


def test_an_edit() -> None:
    found = parse(changed(), SCENE)
    assert found is not None
    assert (found.message.kind, found.message.id) == (MessageKind.EDITED, TS)
    assert found.message.event_key == f"sl-T1-D1-{TS}-e-1700000009.0"


@pytest.mark.parametrize(
    "fields",
    [{"text": "teh"}, {"edited": None}, {"bot_id": "B1"}, {"subtype": "bot_message"}],
)
def test_what_only_looks_like_an_edit(fields: dict[str, Any]) -> None:
    assert parse(changed(**fields), SCENE) is None


def test_the_head_of_a_thread_is_taken_back_as_a_tombstone() -> None:
    found = parse(changed(subtype="tombstone", user="USLACKBOT"), SCENE)
    assert found is not None
    assert (found.message.kind, found.message.id) == (MessageKind.DELETED, TS)
    assert found.message.event_key == f"sl-T1-D1-{TS}-d"


def test_a_deletion_of_nobodys_message_is_nothing() -> None:
    assert parse(event(subtype="message_deleted", deleted_ts=TS), SCENE) is None


@pytest.mark.parametrize(
    ("name", "action"),
    [("+1::skin-tone-3", "rate:up"), ("heart", "rate:up"), ("-1", "rate:down"), ("eyes", None)],
)
def test_reactions(name: str, action: str | None) -> None:
    reaction = {
        "type": "reaction_added",
        "user": "U1",
        "reaction": name,
        "event_ts": "1700000001.2",
    }
    item = {"type": "message", "channel": "D1", "ts": TS}
    found = parse({**reaction, "item": item, "item_user": "UBOT"}, SCENE)
    assert (found.message.action if found else None) == action


@pytest.mark.parametrize("missing", ["ts", "channel"])
def test_what_lacks_what_it_needs_is_malformed(missing: str) -> None:
    told = event()
    del told[missing]
    with pytest.raises(MalformedError):
        parse(told, SCENE)


@pytest.mark.parametrize(
    ("of_user", "of_team", "is_external"),
    [
        ("T1", {"id": "T1"}, False),
        ("T2", {"id": "T1"}, True),
        ("E1", {"id": "T1", "enterprise_id": "E1"}, False),
        ("E2", {"id": "T1", "enterprise_id": "E1"}, True),
        ("E1", {"id": "T2", "enterprise_id": "E1"}, True),
        ("E1", {"id": "T1"}, True),
        (None, {"id": "T1"}, False),
    ],
)
def test_on_enterprise_grid_who_acts_is_of_the_organisation(
    of_user: str | None,
    of_team: dict[str, str],
    is_external: bool,  # noqa: FBT001 - a case of the table
) -> None:
    body = {"user": {"id": "U1", "team_id": of_user}, "team": of_team}
    assert author_of(body, SCENE).is_external is is_external
