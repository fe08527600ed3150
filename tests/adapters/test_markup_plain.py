"""Plain text that reads well, and Telegram's unit."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.markup.plain import plain
from adapters.markup.tree import Code, Text, parse
from adapters.markup.utf16 import index_at, utf16_length, utf16_slice
from tests.adapters.test_markup_tree import content, markup


def test_plain_text_keeps_the_shape() -> None:
    text = (
        "# Care\n\nWash **by hand**:\n\n1. Dry\n2. Oil\n   - thin\n\n> ask\n> us\n\n```\na\n```\n"
        "---\n\n|a|b|\n|-|-|\n|c|[d](https://x.example)|\n\n<https://y.example>"
    )
    assert plain(parse(text)) == (
        "Care\n\nWash by hand:\n\n1. Dry\n2. Oil\n   - thin\n\n> ask\n> us\n\na\n\n---\n\n"
        "a | b\nc | d (https://x.example)\n\nhttps://y.example"
    )


@given(markup)
def test_every_word_of_a_tree_is_written(text: str) -> None:
    written = plain(parse(text))
    for inline in (inline for block in parse(text) for inline in content(block)):
        if isinstance(inline, Text | Code):
            assert inline.text in written


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_lengths_are_those_of_utf16(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(), st.text(), st.text())
def test_a_part_is_found_by_its_offset_and_length(before: str, part: str, after: str) -> None:
    found = utf16_slice(before + part + after, utf16_length(before), utf16_length(part))
    assert found == part


def test_an_offset_within_or_beyond_the_text_is_taken() -> None:
    assert index_at("👍b", 1) == 1
    assert index_at("👍b", 2) == 1
    assert index_at("👍b", 99) == 2
