"""What is added to a stream goes on where it ended, and nothing in it is ever live."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.growing import addition, beginning, draft
from tests.platforms.slack.workspace import sets_off_in_markdown

TEXTS = st.text(alphabet="ab [](){}!@<&>.:/\n*`w1é", max_size=60)


@given(TEXTS, TEXTS)
def test_a_longer_text_goes_on_where_the_shorter_ends(text: str, more: str) -> None:
    assert beginning(text + more) == beginning(text) + addition(text + more, beginning(text))


@pytest.mark.parametrize(
    ("text", "streamed"),
    [
        ("See [our pa", "See "),
        ("See [our page ", "See "),
        ("See [our page](https://shop.exam", "See "),
        ('See [our page](https://shop.example "the ', "See "),
        ("See [our page](https://shop.example/a) now ", "See our page now "),
        ("A list:\n- [ ] one ", "A list:\n- [ ] one "),
        ("3 < 4 & **b", "3 &lt; 4 &amp; "),
        ("  ", "  "),
        ("word", ""),
    ],
)
def test_what_may_go_on_is_not_streamed(text: str, streamed: str) -> None:
    assert beginning(text) == streamed


@given(st.text(max_size=80) | TEXTS)
def test_nothing_live_is_ever_streamed(text: str) -> None:
    hostile = text + " https://e.example <!here> <https://e.example> "
    assert sets_off_in_markdown(beginning(hostile)) == (0, 0)
    piece = draft(hostile)
    if piece is not None:
        assert sets_off_in_markdown(piece.text) == (0, 0)
        assert '"link"' not in json.dumps(piece.blocks)


def test_a_message_grows_by_the_same_words_without_their_markup() -> None:
    grown = draft("See **[our page](https://shop.example/a)** now, 3 < 4, or wr")
    assert grown is not None
    assert grown.text == "See our page now, 3 &lt; 4, or"
    assert draft("wor") is None


def test_a_hostile_text_is_read_fast() -> None:
    for text in ("[" * 30_000 + "]x ", "[a](" * 9000, "[a" * 9000 + "\n ", "x" * 30_000):
        beginning(text)
