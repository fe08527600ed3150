"""Any text, from any platform, shown on any platform: what was written is what is seen.

``ROUND_TRIPS=10000 pytest tests/adapters/test_round_trip.py`` plays as many; the seed is printed.
"""

import os
import random

import pytest
from hypothesis import example, given, seed, settings
from hypothesis import strategies as st

from bot.vocabulary.messages import Button, Link, OutgoingMessage
from tests.adapters.round_trip import (
    CHANNELS,
    NAUGHTY,
    Channel,
    exact,
    first_difference,
    is_visible,
    naughty_strings,
    solid,
    texts,
)

COUNT = int(os.environ.get("ROUND_TRIPS", "150"))
SEED = int(os.environ.get("ROUND_TRIPS_SEED") or random.SystemRandom().randrange(2**32))

channels = pytest.mark.parametrize("channel", CHANNELS, ids=lambda one: one.platform.value)
many = settings(max_examples=COUNT)


def show_literally(channel: Channel, text: str) -> None:
    """Pass people's words on: they are seen as they stand, and nothing happens."""
    seen = channel.show(OutgoingMessage(text=text, is_literal=True))
    assert all(piece.size <= channel.limit for piece in seen)
    assert not [ping for piece in seen for ping in piece.pings]
    told = "".join(piece.text for piece in seen)
    kept = channel.kept(text)
    if not is_visible(kept):
        return
    assert first_difference(solid(told), solid(kept)) is None
    if len(seen) == 1 and exact(text):
        assert told.strip() == kept.strip()


def show_as_markup(channel: Channel, text: str) -> None:
    """Say what a model wrote, with all that can stand beside it."""
    message = OutgoingMessage(
        text=text,
        speaker=text[:40] or None,
        sources=(Link(title=text[:90], url=text[:90]), Link(title="Care", url="https://x.example")),
        buttons=(Button(action="rate:up", label=text[:20]), Button(action="human", label="x")),
    )
    for said in (OutgoingMessage(text=text), message):
        seen = channel.show(said)
        assert seen
        assert all(piece.size <= channel.limit for piece in seen)
        assert not [ping for piece in seen for ping in piece.pings]


@channels
@seed(SEED)
@many
@given(text=texts)
@example(text="https://x.example/a_b_c_(d)*e")
@example(text="https://x.example/(a))<@1> https://y.example).<https://z.example/a_b_>")
@example(text="https://x.example/a<https://x.example>https://x.example/a_b*c~d")
@example(text="1. a\n2) b\n-# c\n>>> d\n# e")
@example(text="\\*a\\* `b` ```c``` [d](https://x.example) <@1>")
def test_words_of_people_stand_as_they_were_written(channel: Channel, text: str) -> None:
    show_literally(channel, text)


@channels
@seed(SEED)
@many
@given(text=texts)
def test_words_of_a_model_do_nothing(channel: Channel, text: str) -> None:
    show_as_markup(channel, text)


@channels
@seed(SEED)
@many
@given(text=texts, data=st.data())
def test_a_text_is_heard_as_it_was_written_and_shown_elsewhere(
    channel: Channel, text: str, data: st.DataObject
) -> None:
    message = channel.hear(text[:4000])
    if message is None:
        assert not is_visible(text[:4000])
        return
    expected = channel.expected(text[:4000])
    if expected is not None:
        assert message.text == expected
    show_literally(data.draw(st.sampled_from(CHANNELS)), message.text)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not here")
@channels
def test_naughty_strings_pass_through(channel: Channel) -> None:
    found = naughty_strings()
    assert len(found) >= 200
    for text in found:
        show_literally(channel, text)
        show_as_markup(channel, text)
        message = channel.hear(text)
        expected = channel.expected(text)
        if message is not None and expected is not None:
            assert message.text == expected
