"""The code that joins accounts: hidden wherever a turn goes, and read however it is typed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.remembering.codes import digits_of, in_groups, without_code
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.messages import MessageKind
from bot.vocabulary.turns import Turn
from tests.builders import a_conversation, a_message

CODES = st.from_regex(r"[0-9]{8}", fullmatch=True)


def a_turn(*texts: str) -> Turn:
    messages = tuple(map(a_message, texts))
    conversation = Conversation(ref=a_conversation())
    return Turn(id="t", conversation=conversation, messages=messages, started_at=datetime.now(UTC))


@given(
    code=CODES,
    command=st.sampled_from(["/link", "/LINK", "/link@a_bot", "/vincular"]),
    before=st.sampled_from(["", " ", "\n"]),
    gap=st.sampled_from([" ", "\n", "  \t"]),
    more=st.text(max_size=20),
)
def test_nothing_behind_the_command_is_left_in_the_turn(
    code: str, command: str, before: str, gap: str, more: str
) -> None:
    turn, found = without_code(a_turn(f"{before}{command}{gap}{in_groups(code)}{more}", "hello"))
    assert [message.text for message in turn.messages] == [f"{command} ····", "hello"]
    assert found == f"{in_groups(code)}{more}".strip()


def test_an_edited_one_is_hidden_too() -> None:
    turn = a_turn("/link 1234 5678")
    edited = tuple(replace(message, kind=MessageKind.EDITED) for message in turn.messages)
    turn, found = without_code(replace(turn, messages=edited))
    assert (turn.messages[0].text, found) == ("/link ····", "1234 5678")


@pytest.mark.parametrize("text", ["/link", "/linked 1234", "link 1234", "see /link 1234", ""])
def test_other_words_stay_as_they_are(text: str) -> None:
    turn = a_turn(text)
    assert without_code(turn) == (turn, "")


@given(code=CODES, joint=st.sampled_from([" ", "-", "", " - ", ".", "·"]))
def test_a_code_is_read_however_it_is_typed(code: str, joint: str) -> None:
    assert digits_of(f"{code[:4]}{joint}{code[4:]}") == code


@pytest.mark.parametrize("text", ["1234 567", "1234 56789", "l234 5678", "١٢٣٤٥٦٧٨", "", "hello"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert digits_of(text) == ""
