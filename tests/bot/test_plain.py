"""Markup read as people read it, where none counts."""

import pytest

from bot.texts.plain import plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It takes **3** days.", "It takes 3 days."),
        ("# Returns\n\nSend it *back*.", "Returns\nSend it back."),
        ("- one\n- `two`", "- one\n- two"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("[here](https://a.example/x)", "here (https://a.example/x)"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("```\nx = 1\n```", "x = 1"),
        ("no 2 * 3 * 4", "no 2 * 3 * 4"),
        ("", ""),
    ],
)
def test_a_text_without_its_markup(text: str, words: str) -> None:
    assert plain(text) == words
