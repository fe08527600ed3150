"""What Relevo says on Telegram: texts and entities that fit, and nothing that pings or unfurls."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.markup.utf16 import utf16_length, utf16_slice
from adapters.telegram.keyboard import MOST_BYTES, data_of, keyboard, long_actions
from adapters.telegram.render import MOST_ENTITIES, MOST_UNITS, Piece, render
from adapters.telegram.topics import clean_title
from bot.vocabulary.messages import Button, Link, OutgoingMessage
from tests.contracts.kit import HOSTILE


def pieces(text: str, *, in_group: bool = False, **more: object) -> tuple[Piece, ...]:
    message = OutgoingMessage(text=text, **more)  # pyright: ignore[reportArgumentType]
    return render(message, in_group=in_group, has_files=False)


def marked(piece: Piece) -> list[tuple[str, str]]:
    """(kind, words) of each entity."""
    return [
        (entity.type, utf16_slice(piece.text, entity.offset, entity.length))
        for entity in piece.entities
    ]


MARKUP: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "plain": ("plain", []),
    "**bold** and *slanted*": ("bold and slanted", [("bold", "bold"), ("italic", "slanted")]),
    "~~gone~~": ("gone", [("strikethrough", "gone")]),
    "# Heading\n\ntext": ("Heading\n\ntext", [("bold", "Heading")]),
    "- one\n- two": ("• one\n• two", []),
    "3. one\n4. two": ("3. one\n4. two", []),
    "- one\n  - in": ("• one\n   • in", []),
    "> quoted\n> on": ("quoted\non", [("blockquote", "quoted\non")]),
    "> a\n>\n> > b": ("a\n\n> b", [("blockquote", "a\n\n> b")]),
    "`code` **`bold`**": ("code bold", [("code", "code"), ("code", "bold")]),
    "**a `b` c**": ("a b c", [("code", "b"), ("bold", "a "), ("bold", " c")]),
    "```python\nx = 1\n```": ("x = 1", [("pre", "x = 1")]),
    "[shop](https://shop.example/)": ("shop", [("text_link", "shop")]),
    "[`code`](https://shop.example/)": ("code", [("text_link", "code")]),
    "[bad](javascript:alert(1))": ("[bad](javascript:alert(1))", []),
    "[odd](ftp://x.example)": ("odd", []),
    "![picture](https://x.example/i.png)": ("picture", []),
    "👩‍👩‍👧‍👦 **b**": ("👩‍👩‍👧‍👦 b", [("bold", "b")]),
    "<b>html</b>": ("<b>html</b>", []),
    "a\n\n---\n\nb": ("a\n\n———\n\nb", []),
    "| a | b |\n|---|---|\n| 1 | 22 |": (
        "a | b\n--+---\n1 | 22",
        [("pre", "a | b\n--+---\n1 | 22")],
    ),
}


@pytest.mark.parametrize("text", MARKUP)
def test_commonmark(text: str) -> None:
    [piece] = pieces(text)
    assert (piece.text, marked(piece)) == MARKUP[text]


def test_a_wide_table_becomes_a_list() -> None:
    long = "a rather long sentence in a cell"
    [piece] = pieces(f"| Place | Price | Notes |\n|---|---|---|\n| Spain | 5 € | {long} {long} |")
    assert piece.text == f"• Spain\n   Price: 5 €\n   Notes: {long} {long}"
    assert marked(piece) == [("bold", "Spain")]


def test_the_language_of_code_is_kept() -> None:
    [piece] = pieces("```python\nx\n```")
    assert piece.entities[0].language == "python"


def test_literal_words_stand_as_they_are() -> None:
    text = "**not bold** [x](https://x.example) `c`\n# no heading\n  indented"
    [piece] = pieces(text, is_literal=True)
    assert (piece.text, piece.entities) == (text, ())


def test_the_speaker_stands_above_and_the_sources_below() -> None:
    sources = (
        Link(title="Delivery", url="https://shop.example/d"),
        Link(title="Care"),
        Link(title="Trap", url="javascript:alert(1)"),
    )
    [piece] = pieces("Hello *you*", speaker="Ana\u202e Ruiz\n", sources=sources)
    assert piece.text == "Ana Ruiz\nHello you\n\n› Delivery\n› Care\n› Trap"
    assert marked(piece) == [
        ("bold", "Ana Ruiz"),
        ("italic", "you"),
        ("text_link", "Delivery"),
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b", "\u202e", "\x00"])
def test_nothing_to_see_is_shown_as_a_sign_of_it(text: str) -> None:
    for is_literal in (True, False):
        [piece] = pieces(text, is_literal=is_literal)
        assert piece.text.strip()


def test_files_need_no_words() -> None:
    assert render(OutgoingMessage(text=""), in_group=False, has_files=True) == ()
    buttons = (Button(action="a", label="A"),)
    with_button = OutgoingMessage(text="", buttons=buttons)
    assert len(render(with_button, in_group=False, has_files=True)) == 1


LONG = {
    "words": "word " * 3000,
    "one_word": "x" * 10_000,
    "emoji": "👩‍👩‍👧‍👦" * 2000,
    "lines": "a line of words\n" * 1000,
    "list": "- an item of a list\n" * 1000,
    "code": "```\n" + "x = 1\n" * 2000 + "```",
    "bold_words": "**b** c " * 800,
    "links": "[link](https://shop.example/a) " * 500,
    "quote": "> " + "quoted words " * 1000,
    "table": "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 900,
    "names": "@somebody " * 600,
}


@pytest.mark.parametrize(
    ("name", "is_literal", "in_group"), list(product(LONG, (True, False), (True, False)))
)
def test_long_texts_are_cut_into_pieces_that_fit(
    name: str, *, is_literal: bool, in_group: bool
) -> None:
    sources = tuple(Link(title="T" * 150, url="https://shop.example/") for _ in range(12))
    found = pieces(
        LONG[name],
        is_literal=is_literal,
        in_group=in_group,
        speaker="👩" * 80,
        sources=sources,
        buttons=(Button(action="a", label="A"),),
    )
    assert len(found) > 1
    for piece in found:
        check(piece)
    assert [piece.buttons is not None for piece in found] == [False] * (len(found) - 1) + [True]
    if is_literal:
        shown = "".join(piece.text for piece in found)
        assert re.sub(r"\s", "", LONG[name]) in re.sub(r"\s", "", shown)


def check(piece: Piece) -> None:
    """What Telegram demands of a message."""
    units = utf16_length(piece.text)
    assert 0 < units <= MOST_UNITS
    assert piece.text.strip()
    piece.text.encode()
    assert len(piece.entities) <= MOST_ENTITIES
    codes: set[int] = set()
    for entity in piece.entities:
        assert entity.length > 0
        assert 0 <= entity.offset <= units - entity.length
        words = utf16_slice(piece.text, entity.offset, entity.length)
        assert utf16_length(words) == entity.length, "no entity begins or ends within a character"
        stretch = set(range(entity.offset, entity.offset + entity.length))
        if entity.type in {"code", "pre"}:
            assert not codes & stretch, "code holds no code"
            codes |= stretch
    for entity in piece.entities:
        if entity.type in {"bold", "italic", "strikethrough", "text_link"}:
            assert not codes & set(range(entity.offset, entity.offset + entity.length))


MARKS = [
    "**",
    "*",
    "_",
    "~~",
    "`",
    "```\n",
    "[",
    "](https://a.example)",
    "> ",
    "- ",
    "1. ",
    "# ",
    "| ",
    "\n",
    "\n\n",
    "|--|--|\n",
    "@ana_ruiz",
    "\\",
    "<b>",
    "&amp;",
    "👩‍👧",
    "é",
    "\u202e",
    "\0",
    "\ud83d",
    " ",
    "x",
]


TEXTS = st.lists(st.sampled_from(MARKS) | st.text(max_size=5), max_size=60).map("".join)


@given(text=TEXTS, is_literal=st.booleans(), in_group=st.booleans())
def test_any_text_becomes_pieces_that_telegram_takes(
    text: str, *, is_literal: bool, in_group: bool
) -> None:
    sources = (Link(title=text, url=text),)
    for piece in pieces(
        text, is_literal=is_literal, in_group=in_group, speaker=text, sources=sources
    ):
        check(piece)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_fit(name: str) -> None:
    for is_literal, in_group in product((True, False), (True, False)):
        for piece in pieces(HOSTILE[name], is_literal=is_literal, in_group=in_group):
            check(piece)


PINGS = [
    "@ana_ruiz",
    "ask @ana_ruiz now",
    "**@ana_ruiz**",
    "(@ana_ruiz)",
    "> @ana_ruiz",
    "- @ana_ruiz",
    "# @ana_ruiz",
    "@a_b @c_d",
    "| @ana_ruiz | b |\n|---|---|\n| 1 | 2 |",
    "> ```\n> @ana_ruiz\n> ```",
    "> | @ana_ruiz | b |\n> |---|---|\n> | 1 | 2 |",
    "@\x01ana_ruiz",
    "@\u202eana_ruiz",
    "@\u033f**ana_ruiz**",
]


@pytest.mark.parametrize("text", PINGS)
@pytest.mark.parametrize("is_literal", [True, False])
def test_names_notify_nobody_in_a_group(text: str, *, is_literal: bool) -> None:
    [piece] = pieces(text, is_literal=is_literal, in_group=True, speaker="@boss_man")
    covered: set[int] = set()
    for entity in piece.entities:
        if entity.type in {"code", "pre"}:
            covered |= set(range(entity.offset, entity.offset + entity.length))
    for name in re.finditer(r"@\w+", piece.text):
        start = utf16_length(piece.text[: name.start()])
        assert start in covered, f"{name[0]} would notify"
    assert "@" in piece.text


def test_addresses_of_mail_are_no_names() -> None:
    [piece] = pieces("write to help@shop.example", in_group=True, is_literal=True)
    assert piece.entities == ()


def rows(*buttons: Button) -> list[list[tuple[str, object]]]:
    markup = keyboard(buttons)
    assert markup is not None
    return [
        [(button.text, button.callback_data) for button in row] for row in markup.inline_keyboard
    ]


def test_thumbs_are_small_and_together() -> None:
    found = rows(
        Button(action="rate:up", label="Helpful"),
        Button(action="rate:down", label="Not helpful"),
        Button(action="human", label="Talk to a person"),
    )
    assert found == [[("Talk to a person", "human")], [("👍", "rate:up"), ("👎", "rate:down")]]


def test_short_buttons_share_a_row_and_long_ones_do_not() -> None:
    labels = ["Claim", "Reply", "Resolve", "Return", "A very long label of a button"]
    found = rows(*(Button(action=label, label=label) for label in labels))
    assert [[text for text, _ in row] for row in found] == [
        ["Claim", "Reply", "Resolve"],
        ["Return"],
        ["A very long label of a button"],
    ]


def test_scales_stand_in_even_rows_of_small_buttons() -> None:
    for steps, lengths in ((range(11), [5, 6]), (range(1, 6), [5]), (range(7), [3, 4])):
        scale = [Button(action=f"s:{n}", label=str(n)) for n in steps]
        found = rows(*scale, Button(action="no", label="No, thanks"))
        assert [len(row) for row in found] == [*lengths, 1]
        assert [text for row in found for text, _ in row] == [*map(str, steps), "No, thanks"]


def test_no_buttons_are_no_keyboard() -> None:
    assert keyboard(()) is None


@pytest.mark.parametrize("action", ["x" * 65, "ü" * 33, "#trick", "case:undo:" + "9" * 80])
def test_long_actions_travel_by_a_short_name(action: str) -> None:
    name = data_of(action)
    assert len(name.encode()) <= MOST_BYTES
    assert long_actions([Button(action=action, label="x")]) == {name: action}


def test_short_actions_travel_as_they_are() -> None:
    assert data_of("case:claim") == "case:claim"
    assert data_of("x" * 64) == "x" * 64
    assert long_actions([Button(action="human", label="x")]) == {}


@pytest.mark.parametrize(
    ("title", "clean"),
    [("R-1 · Marta", "R-1 · Marta"), ("", "…"), ("\u200b\n", "…"), ("a\nb", "a b")],
)
def test_titles_of_topics(title: str, clean: str) -> None:
    assert clean_title(title) == clean


def test_long_titles_are_cut() -> None:
    assert len(clean_title("x" * 500)) == 128
