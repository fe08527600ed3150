"""Who said what in the context of a message that ``relevo analyze`` reads."""

import json

import pytest

from bot.cli.messages import Message, read_message
from bot.vocabulary.errors import DocumentError


def read(context: object) -> Message:
    return read_message(json.dumps({"text": "no", "context": context}).encode(), 1, "a file")


@pytest.mark.parametrize(
    "context",
    [
        ["user: one", "bot: two", "User: three", "Bot: four"],
        ["one", "two", "three", "four"],
        [
            {"role": "user", "text": "one"},
            {"role": "assistant", "text": "two"},
            {"role": "customer", "text": "three"},
            {"role": "agent", "text": "four"},
        ],
        [["u", "one"], ["b", "two"], ["user", "three"], ["bot", "four"]],
        ["one", {"role": "bot", "text": "two"}, ["user", "three"], "bot: four"],
    ],
)
def test_every_way_to_write_a_context_says_the_same(context: object) -> None:
    said = read(context).context
    assert [line.text for line in said] == ["one", "two", "three", "four"]
    assert [line.by_customer for line in said] == [True, False, True, False]


def test_the_last_line_is_what_the_message_answers_to() -> None:
    assert [line.by_customer for line in read(["one", "two", "three"]).context] == [
        False,
        True,
        False,
    ]


def test_a_colon_alone_names_nobody() -> None:
    assert [line.text for line in read(["note: the red one"]).context] == ["note: the red one"]


@pytest.mark.parametrize("context", [None, []])
def test_a_message_may_stand_alone(context: object) -> None:
    assert read(context).context == ()


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert read_message(b'\xef\xbb\xbf{"text": "hi"}', 1, "a file").text == "hi"


def test_another_encoding_is_refused() -> None:
    with pytest.raises(DocumentError, match="Line 7 of a file"):
        read_message('{"text": "adiós"}'.encode("latin-1"), 7, "a file")


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        '["text"]',
        "5",
        '{"id": "a"}',
        '{"text": 5}',
        '{"text": "hi", "context": "hello"}',
        '{"text": "hi", "context": [{"role": "user"}]}',
        '{"text": "hi", "context": [["user", "a", "b"]]}',
        '{"text": "hi", "context": [5]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_message_is_refused(line: str) -> None:
    with pytest.raises(DocumentError, match="Line 2 of a file is no message"):
        read_message(line.encode(), 2, "a file")
