"""What people said, as the bot quotes it: it links nowhere, calls nobody and is no command."""

import pytest

from bot.conversation.recalling.quoting import quoted
from bot.vocabulary.messages import OutgoingMessage
from tests.hostile.looking import harms_in
from tests.hostile.payloads import GOALS

QUOTES = [f"Last time this helped: “{quoted(goal, 200)}”" for goal in GOALS]


@pytest.mark.parametrize("text", QUOTES)
def test_nothing_that_attackers_want_is_done_by_a_quote(text: str) -> None:
    assert not harms_in(OutgoingMessage(text=text)), text


def test_the_look_sees_what_is_not_quoted() -> None:
    assert sum(bool(harms_in(OutgoingMessage(text=goal))) for goal in GOALS) > len(GOALS) // 2


def test_plain_words_stay_as_they_are() -> None:
    assert quoted("the refund of order 12", 100) == "the refund of order 12"
    assert quoted("a *new* fuse", 100) == r"a \*new\* fuse"
    assert (
        quoted("write to ana@shop.example", 100).replace("\\", "") == "write to ana@ shop[.]example"
    )
