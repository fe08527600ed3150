"""Pieces that fit, by any measure: nothing is lost and nothing is cut that belongs together."""

import time
from collections.abc import Callable, Sequence

import pytest
import regex
from hypothesis import assume, example, given
from hypothesis import strategies as st

from adapters.markup.plain import plain
from adapters.markup.split import split_blocks, split_text
from adapters.markup.tree import (
    Anchor,
    Block,
    CodeBlock,
    Heading,
    Items,
    Paragraph,
    Quote,
    Strong,
    Table,
    Text,
    parse,
)
from adapters.markup.utf16 import utf16_length
from tests.adapters.test_markup_tree import HOSTILE, content, markup

Fits = Callable[[Sequence[Block]], bool]

words = st.text(alphabet="ab.!? \n\té\u0301👨\u200d👩🏽🇪🇸\r", max_size=300) | st.text(max_size=200)
links = st.integers(0, 99).map(lambda number: f"[link {number}](https://x.example/{number})")
documents = st.lists(
    markup
    | links
    | st.lists(links, min_size=1, max_size=5).map("\n- ".join)
    | st.text(alphabet="ab \n", max_size=200).map(lambda code: f"```py\n{code}\n```"),
    max_size=8,
).map("\n\n".join)


def at_most(length: int) -> Fits:
    return lambda blocks: len(plain(blocks)) <= length


def boundaries(text: str) -> set[int]:
    return {match.end() for match in regex.finditer(r"\X", text)} | {0}


def unspaced(text: str) -> str:
    return "".join(text.split())


@given(words, st.integers(1, 40))
@example("a\r\nb\r\n", 2)
@example("\n" * 50, 7)
@example("e" + "\u0301" * 30, 4)
def test_a_literal_text_is_the_joined_pieces(text: str, length: int) -> None:
    pieces = split_text(text, lambda piece: len(piece) <= length)
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= length for piece in pieces)


@given(words, st.integers(1, 40))
def test_a_literal_text_is_cut_between_graphemes(text: str, length: int) -> None:
    longest = max((len(match[0]) for match in regex.finditer(r"\X", text)), default=0)
    assume(longest <= length)
    allowed, place = boundaries(text), 0
    for piece in split_text(text, lambda piece: len(piece) <= length):
        place += len(piece)
        assert place in allowed


@given(words, st.integers(2, 40))
def test_a_measure_in_other_units_is_kept(text: str, length: int) -> None:
    pieces = split_text(text, lambda piece: utf16_length(piece) <= length)
    assert "".join(pieces) == text
    assert all(utf16_length(piece) <= length for piece in pieces)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("One two.\n\nThree. Four\nfive", ["One two.\n\n", "Three. Four\n", "five"]),
        ("One two.\nThree four.", ["One two.\n", "Three four."]),
        ("One two. Three four.", ["One two. ", "Three four."]),
        ("one two three four", ["one two ", "three four"]),
        ("onetwothreefourfive", ["onetwothreef", "ourfive"]),
        ("一二三四。五六七八九十一二三四", ["一二三四。", "五六七八九十一二三四"]),
        ("一二三四五六七。八九十一二三四", ["一二三四五六七。", "八九十一二三四"]),
    ],
)
def test_a_text_is_cut_where_a_reader_would_pause(text: str, pieces: list[str]) -> None:
    assert split_text(text, lambda piece: len(piece) <= 12) == pieces


@given(documents, st.integers(40, 400))
def test_pieces_of_blocks_fit_and_lose_nothing(text: str, length: int) -> None:
    blocks = parse(text)
    pieces = split_blocks(blocks, at_most(length))
    assert all(pieces)
    if not any(isinstance(block, Table | Items | Quote) for block in blocks):
        assert all(len(plain(piece)) <= length for piece in pieces)
        told = "".join(unspaced(plain(piece)) for piece in pieces)
        assert told == unspaced(plain(blocks))


@given(documents)
def test_pieces_of_an_ordinary_size_always_fit(text: str) -> None:
    for piece in split_blocks(parse(text), at_most(600)):
        assert len(plain(piece)) <= 600


@given(documents, st.integers(60, 400))
def test_no_link_is_lost_or_cut(text: str, length: int) -> None:
    blocks = parse(text)
    pieces = split_blocks(blocks, at_most(length))
    before = [link for block in blocks for link in content(block) if isinstance(link, Anchor)]
    after = [
        link
        for piece in pieces
        for block in piece
        for link in content(block)
        if isinstance(link, Anchor)
    ]
    assume(all(len(plain((Paragraph(of=(link,)),))) < 40 for link in before))
    if not any(isinstance(block, Table) for block in blocks):
        assert after == before


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_made_to_hurt_is_cut_in_a_moment(name: str) -> None:
    begun = time.process_time()
    pieces = split_blocks(parse(HOSTILE[name]), at_most(2000))
    assert max(len(plain(piece)) for piece in pieces) <= 2000
    assert len(pieces) <= 60
    assert time.process_time() - begun < 10


RUNS = {
    "dots": "." * 40_000,
    "ellipses": "…" * 40_000,
    "questions": "?." * 20_000,
    "quoted": ".'" * 20_000,
    "quotes": "." + "'" * 40_000,
    "lines": "\n " * 20_000,
}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_of_signs_is_cut_in_a_moment(name: str) -> None:
    """Such a text must not hold up everybody else's."""
    begun = time.process_time()
    pieces = split_text(RUNS[name], lambda piece: len(piece) <= 2000)
    assert "".join(pieces) == RUNS[name]
    assert time.process_time() - begun < 2


def test_a_code_block_goes_on_as_one() -> None:
    [block] = parse("```py\n" + "x = 1\n" * 10 + "```")
    pieces = split_blocks((block,), at_most(30))
    assert pieces == [
        (CodeBlock(text="x = 1\n" * 5, language="py"),),
        (CodeBlock(text="x = 1\n" * 5, language="py"),),
    ]


def test_a_list_goes_on_with_its_next_number() -> None:
    pieces = split_blocks(parse("1. aaaa\n2. bbbb\n3. cccc\n4. dddd"), at_most(16))
    assert [plain(piece) for piece in pieces] == ["1. aaaa\n2. bbbb", "3. cccc\n4. dddd"]


def test_a_long_item_goes_on_below_its_number() -> None:
    pieces = split_blocks(parse("1. aaaa bbbb cccc dddd\n2. eeee"), at_most(16))
    assert [plain(piece) for piece in pieces] == ["1. aaaa bbbb", "cccc dddd", "2. eeee"]


def test_a_table_goes_on_under_its_head() -> None:
    rows = "\n".join(f"|row {number}|{number}|" for number in range(4))
    pieces = split_blocks(parse(f"|a|b|\n|-|-|\n{rows}"), at_most(26))
    assert [plain(piece) for piece in pieces] == [
        "a | b\nrow 0 | 0\nrow 1 | 1",
        "a | b\nrow 2 | 2\nrow 3 | 3",
    ]


def test_a_table_with_a_large_head_becomes_lines() -> None:
    pieces = split_blocks(parse("|" + "h" * 30 + "|b|\n|-|-|\n" + "|1|2|\n" * 40), at_most(40))
    assert len(pieces) < 10
    assert not any(isinstance(block, Table) for piece in pieces for block in piece)


def test_a_quote_goes_on_as_one() -> None:
    pieces = split_blocks(parse("> aaaa bbbb\n>\n> cccc dddd"), at_most(12))
    assert [plain(piece) for piece in pieces] == ["> aaaa bbbb", "> cccc dddd"]


def test_formatting_goes_on_in_the_next_piece() -> None:
    pieces = split_blocks(parse("**aaaa bbbb cccc**"), at_most(10))
    assert pieces == [
        (Paragraph(of=(Strong(of=(Text(text="aaaa bbbb"),)),)),),
        (Paragraph(of=(Strong(of=(Text(text="cccc"),)),)),),
    ]


def test_a_heading_stays_with_what_stands_under_it() -> None:
    pieces = split_blocks(parse("aaaa\n\n# H\n\nbbbb bbbb"), at_most(12))
    assert isinstance(pieces[1][0], Heading)
    assert [plain(piece) for piece in pieces] == ["aaaa", "H\n\nbbbb bbbb"]


def test_a_link_that_fits_into_no_message_becomes_its_words() -> None:
    pieces = split_blocks(parse("**[words](https://x.example/" + "a" * 99 + ")** on"), at_most(20))
    assert [plain(piece) for piece in pieces] == ["words on"]


def test_a_measure_that_nothing_keeps_still_ends() -> None:
    pieces = split_blocks(parse("ab [c](https://x.example)\n\n- d\n\n`e`"), lambda _: False)
    assert unspaced("".join(plain(piece) for piece in pieces)).replace("-", "") == "abcde"
    assert split_text("abc", lambda _: False) == ["a", "b", "c"]


def test_a_block_that_fits_by_itself_is_not_cut_and_one_that_does_not_fills_up() -> None:
    short, long = "a" * 30, "b" * 60
    assert [
        len(plain(piece)) for piece in split_blocks(parse(f"{short}\n\n{long}"), at_most(80))
    ] == [
        30,
        60,
    ]
    pieces = split_blocks(parse(f"{short}\n\n{'c' * 90}"), at_most(80))
    assert [len(plain(piece)) for piece in pieces] == [80, 42]
