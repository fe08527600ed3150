"""Reading an agent's message: verb, button or plain talk."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.gestures import parse_verb
from tests.builders import a_message, a_press


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("/reply hello", "reply", "hello"),
        ("!reply hello", "reply", "hello"),
        ("/REPLY hello", "reply", "hello"),
        ("/reply@relevo_bot hello", "reply", "hello"),
        ("/reply\nhello\nworld and all", "reply", "hello\nworld and all"),
        ("/reply   two\n\n  lines  ", "reply", "two\n\n  lines"),
        (" /reply hello", "reply", "hello"),
        ("/claim", "claim", ""),
        ("!claim", "claim", ""),
        ("/repyl hello", "repyl", "hello"),
        ("/", "", ""),
        ("/ reply hello", "", "reply hello"),
        ("//", "/", ""),
    ],
)
def test_a_verb_and_what_stands_behind_it(text: str, verb: str, rest: str) -> None:
    gesture = parse_verb(a_message(text))
    assert (gesture.verb, gesture.text, gesture.is_talk) == (verb, rest, False)


@pytest.mark.parametrize("text", ["hello", "!", "!!! careful", "! reply", "!1", "?/reply x", ""])
def test_anything_else_is_talk(text: str) -> None:
    gesture = parse_verb(a_message(text))
    assert (gesture.verb, gesture.is_talk) == ("note", True)


@pytest.mark.parametrize(
    ("action", "verb", "target"),
    [
        ("case:claim", "claim", ""),
        ("case:reply", "reply", ""),
        ("case:undo:sl-1:2", "undo", "sl-1:2"),
    ],
)
def test_a_button_with_what_was_typed_into_its_form(action: str, verb: str, target: str) -> None:
    gesture = parse_verb(replace(a_press(action), text=" hello "))
    assert (gesture.verb, gesture.target, gesture.text) == (verb, target, "hello")
    assert not gesture.is_talk


@pytest.mark.parametrize("action", ["rate:up", "human", "claim", ""])
def test_what_is_no_button_of_a_case_is_talk_without_words(action: str) -> None:
    gesture = parse_verb(replace(a_press(action), text="/reply hello"))
    assert (gesture.verb, gesture.text, gesture.is_talk) == ("note", "", True)


@given(st.text())
def test_only_a_sign_at_the_very_beginning_makes_a_verb(text: str) -> None:
    gesture = parse_verb(a_message(text))
    assert gesture.is_talk or text.strip()[0] in "/!"
