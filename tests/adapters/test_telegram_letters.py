"""What Telegram's own servers change in a text is changed before, so that nothing of worth is lost."""

import pytest

from adapters.telegram.keyboard import keyboard
from adapters.telegram.letters import cleaned, is_visible
from adapters.telegram.people import clean_name
from adapters.telegram.render import NOTHING, render
from bot.vocabulary.messages import Button, Link, OutgoingMessage

CLEANED = {
    "as it is": "as it is",
    "tab\tand\nline": "tab\tand\nline",
    "one\u2028two\u2029three": "one\ntwo\nthree",
    "one\r\ntwo\rthree": "one\ntwo\nthree",
    "one\x0btwo\x0cthree\x1ffour": "one two three four",
    "a\x00b\x07c\x1b[31m": "abc[31m",
    "a\u202eb\u202ac\u202dd": "abcd",
    "pa\u030a vej til A\u030arhus": "på vej til Århus",
    "x\u030a y\u0333 z\u033f": "x y z",
    "a\u030a\u030a": "å",
    "\u030a": "",
    "@\n\u030aana": "@\nana",
    "e\u0301": "e\u0301",
    "half \ud83d": "half \ufffd",
    "\x7f": "",
}

NOTHING_TO_SEE = ["", " \n\t", "\u202e", "\u030a\u0333", "\u2028", "\u200b\ufeff", "\u2800", "\ufffc", "\x07"]  # fmt: skip


@pytest.mark.parametrize("text", CLEANED)
def test_what_separates_or_completes_stays(text: str) -> None:
    assert cleaned(text) == CLEANED[text]
    assert cleaned(cleaned(text)) == cleaned(text)


@pytest.mark.parametrize("text", NOTHING_TO_SEE)
@pytest.mark.parametrize("is_literal", [True, False])
def test_nothing_to_see_is_never_an_empty_message(text: str, *, is_literal: bool) -> None:
    assert not is_visible(text)
    assert not clean_name(text)
    said = OutgoingMessage(text=text, is_literal=is_literal, speaker=text)
    [piece] = render(said, in_group=False, has_files=False)
    assert piece.text == NOTHING.text
    assert render(said, in_group=False, has_files=True) == ()


@pytest.mark.parametrize("text", NOTHING_TO_SEE)
def test_buttons_and_sources_have_something_to_see(text: str) -> None:
    markup = keyboard([Button(action="case:claim", label=text)])
    assert markup is not None
    assert markup.inline_keyboard[0][0].text == "case:claim"
    said = OutgoingMessage(text="See", sources=(Link(title=text, url="https://x.example/"),))
    [piece] = render(said, in_group=False, has_files=False)
    assert piece.text == "See\n\n› https://x.example/"
