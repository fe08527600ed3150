"""What the page is told: nothing in it can act."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.markup.tree import safe_url
from adapters.playground import render
from adapters.playground.lines import (
    Line,
    LineFile,
    LineRole,
    StoredLine,
    dump_line,
    load_line,
    load_stored,
)
from adapters.playground.parse import customer_conversation, desk_thread
from adapters.playground.richtext import Node, tree
from bot.vocabulary.board import AgentPresence, Presence
from bot.vocabulary.cases import Case, CaseReason, CaseStatus
from bot.vocabulary.conversations import CaseFile, Memo
from bot.vocabulary.messages import Button, Link
from bot.vocabulary.people import Agent

KINDS = {
    "p", "heading", "strong", "em", "del", "code", "block", "list", "item", "quote", "link", "br",
    "rule", "table", "row", "cell",
}  # fmt: skip
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
LINE = Line(id="m1", role=LineRole.RELEVO, author_id="", name="", text="Hi", at=NOW)
AGENT_LINE = replace(LINE, role=LineRole.AGENT, author_id="ana", name="Ana")
MARTA = customer_conversation("marta")
THREAD = desk_thread("t1")

markup = st.text(alphabet="ab *_`~[]()<>!|#>-\n\\&:/.\"'1", max_size=120) | st.text(max_size=80)


def nodes_in(nodes: list[Node]) -> Iterator[Mapping[str, Any]]:
    for node in nodes:
        if not isinstance(node, str):
            yield node
            yield from nodes_in(node.get("of", []))


def text_of(nodes: list[Node]) -> str:
    return "".join(
        node if isinstance(node, str) else node.get("text", "") + text_of(node.get("of", []))
        for node in nodes
    )


def shown(line: Line, *, thread: bool = False) -> dict[str, Any]:
    stored = StoredLine(sequence=1, revision=2, line=line)
    return cast("dict[str, Any]", render.line(THREAD if thread else MARTA, stored)["line"])


@given(markup)
def test_only_harmless_nodes_come_out(text: str) -> None:
    for node in nodes_in(tree(text)):
        assert node["is"] in KINDS
        assert set(node) <= {"is", "of", "text", "href", "level", "ordered", "start", "head"}
        if node["is"] == "link":
            assert str(node["href"]).startswith(("http://", "https://"))


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///x",
        "//evil.example", "/relative", "http://", "https:///x", "mailto:a@b.example",
    ],
)  # fmt: skip
def test_a_link_that_must_not_be_opened_is_only_its_text(target: str) -> None:
    nodes = tree(f"[words]({target}) <{target}>")
    assert not [node for node in nodes_in(nodes) if node["is"] == "link"]
    assert "words" in text_of(nodes)
    assert safe_url(target) is None


@pytest.mark.parametrize("url", [None, "", "http://[", "https://[::1", "shop.example"])
def test_what_is_no_address_is_no_link(url: str | None) -> None:
    assert safe_url(url) is None


def test_html_is_the_text_that_it_is() -> None:
    text = "<script>alert(1)</script> and <b>bold</b>"
    assert text_of(tree(text)) == text


def test_an_image_is_its_description() -> None:
    assert tree("![a pan](https://shop.example/pan.png)") == [{"is": "p", "of": ["a pan"]}]


def test_the_forms_of_an_answer() -> None:
    text = "1. **one**\n2. two\n\n| a | b |\n|---|---|\n| c | d |\n\n```\nx < y\n```\n~~old~~\nnew"
    kinds = [node["is"] for node in nodes_in(tree(text))]
    assert kinds == [
        "list", "item", "p", "strong", "item", "p",
        "table", "row", "cell", "cell", "row", "cell", "cell",
        "block", "p", "del", "br",
    ]  # fmt: skip
    assert tree("3. c")[0] == {
        "is": "list",
        "ordered": True,
        "start": 3,
        "of": [{"is": "item", "of": [{"is": "p", "of": ["c"]}]}],
    }


@pytest.mark.parametrize(
    ("line", "in_desk", "voice"),
    [
        (LINE, False, "bot"),
        (replace(LINE, name="Ana"), False, "agent"),
        (replace(LINE, name="Marta"), True, "customer"),
        (AGENT_LINE, True, "agent"),
        (replace(LINE, role=LineRole.CUSTOMER, author_id="m", name="Marta"), False, "customer"),
    ],
)
def test_each_line_says_whose_voice_it_is(line: Line, in_desk: bool, voice: str) -> None:  # noqa: FBT001 - a table's column
    assert shown(line, thread=in_desk)["voice"] == voice


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("be kind", "note", "be kind"),
        ("/reply Hello\nMarta", "reply", "Hello\nMarta"),
        ("/reply\nHello", "reply", "Hello"),
        ("/replyHello", "command", "/replyHello"),
        ("/claim", "command", "/claim"),
        ("not a /reply", "note", "not a /reply"),
    ],
)
def test_only_a_reply_goes_to_the_customer(text: str, kind: str, rest: str) -> None:
    line = shown(replace(AGENT_LINE, text=text), thread=True)
    assert (line["kind"], line["text"], line["source"]) == (kind, rest, text)


def test_what_people_type_is_never_markup() -> None:
    assert shown(replace(AGENT_LINE, text="**x**"), thread=True)["body"] is None


def test_a_line_of_an_earlier_version_is_read() -> None:
    fields = json.loads(dump_line(replace(LINE, buttons=(Button(action="a", label="A"),))))
    for name in ("files", "literal"):
        del fields[name]
    del fields["buttons"][0]["asks"]
    line = load_line(json.dumps(fields))
    assert (line.files, line.literal, line.buttons[0].asks) == ((), False, False)


def test_literal_words_of_relevo_are_never_markup() -> None:
    assert shown(replace(LINE, text="**x**", literal=True))["body"] is None
    assert shown(replace(LINE, text="**x**"))["body"] is not None


def test_a_note_of_files_alone_is_a_note() -> None:
    assert shown(replace(AGENT_LINE, text=""), thread=True)["kind"] == "note"
    assert shown(replace(AGENT_LINE, text="/reply"), thread=True)["kind"] == "reply"


@given(
    st.builds(
        Line,
        id=st.text(),
        role=st.sampled_from(LineRole),
        author_id=st.text(),
        name=st.text(),
        text=st.text(alphabet=st.characters(exclude_categories=())),
        at=st.datetimes(timezones=st.just(UTC)),
        buttons=st.lists(st.builds(Button, action=st.text(), label=st.text())).map(tuple),
        sources=st.lists(st.builds(Link, title=st.text(), url=st.none() | st.text())).map(tuple),
        files=st.lists(
            st.builds(
                LineFile,
                id=st.none() | st.text(),
                name=st.text(),
                content_type=st.text(),
                size_bytes=st.integers(0),
            )
        ).map(tuple),
        literal=st.booleans(),
        pressed=st.none() | st.text(),
    )
)
def test_a_line_is_kept_as_it_is(line: Line) -> None:
    text = dump_line(line)
    assert text.isascii()
    assert load_line(text) == line
    assert load_stored(f"3|7|{text}") == StoredLine(sequence=3, revision=7, line=line)


def test_the_case_of_an_earlier_thread_is_closed() -> None:
    case = Case(
        id="R-1",
        conversation=MARTA,
        customer="Marta",
        language="es",
        status=CaseStatus.CLAIMED,
        reason=CaseReason.REQUESTED,
        opened_at=NOW,
        changed_at=NOW,
        agent=Agent(id="playground:demo:ana", name="Ana"),
        thread=desk_thread("new"),
    )
    file = CaseFile(case=case, memo=Memo())
    found = render.cases({"new": file, "old": file})["cases"]
    assert (found["new"]["status"], found["new"]["agent"]) == ("claimed", "Ana")
    assert (found["old"]["status"], found["old"]["agent"]) == ("resolved", None)
    assert json.loads(json.dumps(found)) == found


def test_a_page_is_greeted_with_what_verbs_ask_for_and_how_long_replies_wait() -> None:
    agents = (Agent(id="ana", name="Ana"),)
    frame = render.welcome((), agents, undo_seconds=5.0, teams=("Orders",))
    assert (frame["undoSeconds"], frame["teams"]) == (5.0, ["Orders"])
    verbs = {verb["name"]: verb for verb in frame["verbs"]}
    assert verbs["snooze"]["needsWords"]
    assert verbs["snooze"]["asks"]["es"].startswith("¿Hasta cuándo?")
    assert not verbs["claim"]["needsWords"]


def test_a_page_is_told_who_takes_no_cases() -> None:
    said = AgentPresence(agent_id="playground:demo:ana", name="Ana", presence=Presence.AWAY, at=NOW)
    assert render.cases({}, [said])["presence"] == {"playground:demo:ana": "away"}
