"""Passages: no text lost, order kept, sizes bounded, sentences whole."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answering.units import join_units, split_units
from knowledge.chunks import MAX_CHARACTERS, split_document
from knowledge.documents import Block, BlockKind, Document
from knowledge.language.sentences import split_sentences
from knowledge.readers.markdown import read_markdown

WORDS = st.text(alphabet="abcdefghij .!?:,-*`\n", min_size=1, max_size=400).filter(str.strip)


def blocks() -> st.SearchStrategy[Block]:
    heading = st.builds(Block, kind=st.just(BlockKind.HEADING), text=WORDS, level=st.integers(1, 6))
    paragraph = st.builds(
        Block, kind=st.just(BlockKind.PARAGRAPH), text=WORDS, level=st.integers(0, 2)
    )
    item = st.builds(
        Block,
        kind=st.just(BlockKind.ITEM),
        text=WORDS,
        level=st.integers(0, 3),
        marker=st.sampled_from(["-", "1.", "12."]),
    )
    code = st.builds(
        Block, kind=st.just(BlockKind.CODE), text=WORDS, marker=st.sampled_from(["", "bash"])
    )
    return st.one_of(heading, paragraph, item, code)


def letters(text: str) -> str:
    return re.sub(r"[^a-j]", "", text)


@settings(max_examples=150, deadline=None)
@given(st.lists(blocks(), max_size=12), st.integers(200, 600))
def test_nothing_is_lost_order_is_kept_and_sizes_are_bounded(
    found: list[Block], limit: int
) -> None:
    passages = split_document(Document(title="t", blocks=tuple(found)), max_characters=limit)
    assert [passage.position for passage in passages] == list(range(len(passages)))
    assert all(passage.text.strip() for passage in passages)
    assert max((len(passage.text) for passage in passages), default=0) <= max(limit, 400)
    bodies = "".join(letters(block.text) for block in found if block.kind is not BlockKind.HEADING)
    kept = "".join(letters(passage.text.replace("```bash", "```")) for passage in passages)
    headings = {" ".join(b.text.split()) for b in found if b.kind is BlockKind.HEADING}
    shown = {heading for passage in passages for heading in passage.headings}
    shown |= {passage.text for passage in passages}
    assert all(any(heading in text for text in shown) for heading in headings)
    if not headings:
        assert kept == bodies


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab .!?\n¿(\"'1", max_size=300))
def test_splitting_sentences_loses_nothing(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@settings(max_examples=100, deadline=None)
@given(st.lists(blocks().filter(lambda b: b.kind is not BlockKind.HEADING), max_size=6))
def test_units_put_together_again_hold_all_words(found: list[Block]) -> None:
    for passage in split_document(Document(title="t", blocks=tuple(found))):
        assert letters(join_units(split_units(passage.text))) == letters(passage.text)


def test_passages_follow_the_headings() -> None:
    document = read_markdown(
        "Intro.\n\n## Send back\n\nPack it.\n\n### From abroad\n\nAsk us.\n\n## Refund\n\nSoon.",
        title="Returns",
    )
    assert [(p.headings, p.text) for p in split_document(document)] == [
        ((), "Intro."),
        (("Send back",), "Pack it."),
        (("Send back", "From abroad"), "Ask us."),
        (("Refund",), "Soon."),
    ]


def test_neighbours_are_merged_within_a_section() -> None:
    (passage,) = split_document(read_markdown("One.\n\n- a\n- b\n\nTwo.", title="t"))
    assert passage.text == "One.\n\n- a\n- b\n\nTwo."


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentences = [f"Sentence number {n} has some words in it." for n in range(80)]
    passages = split_document(read_markdown(" ".join(sentences), title="t"))
    assert len(passages) > 1
    assert all(len(p.text) <= MAX_CHARACTERS for p in passages)
    assert all(p.text.startswith("Sentence") and p.text.endswith(".") for p in passages)


def test_an_introduction_stays_with_its_list() -> None:
    filler = "Some words that fill the passage up. " * 53
    text = f"{filler}\n\nDo these steps:\n\n1. Open the page and look for the button.\n2. Press."
    first, second = split_document(read_markdown(text, title="t"))
    assert "Do these steps" not in first.text
    assert second.text.startswith("Do these steps:\n\n1. Open")


def test_a_heading_that_leads_nowhere_is_kept() -> None:
    passages = split_document(read_markdown("Text.\n\n## Call 900 123", title="t"))
    assert [p.text for p in passages] == ["Text.", "Call 900 123"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It costs 3.90 € a day. Really.", 2),
        ("Use e.g. This one. Or not.", 2),
        ("Llame al Sr. López. ¿Vale? ¡Sí!", 3),
        ("Version 2.4.6-p1 is out! **See** it.", 2),
        ("First line\nsecond line", 2),
        ("no end", 1),
        ("", 0),
    ],
)
def test_sentence_ends(text: str, count: int) -> None:
    assert len(split_sentences(text)) == count
