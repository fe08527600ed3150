"""CommonMark as Discord shows it: our own markup alone, true addresses, pieces that fit."""

import pytest

from adapters.discord.markdown import escape, write
from adapters.discord.posting import nonce_of
from adapters.discord.render import (
    MESSAGE_LENGTH,
    components,
    create,
    form_of,
    long_actions,
    pieces,
    title,
)
from adapters.markup.tree import parse
from bot.vocabulary.messages import Button, File, OutgoingMessage
from tests.linear_time import takes_linear_time
from tests.platforms.discord.reading import visible

GOLDEN = {
    "**bold** *thin* ~~gone~~ `code`": "**bold** *thin* ~~gone~~ `code`",
    "# One\n\n#### Four": "# One\n\n**Four**",
    "- a\n  - b\n- c": "- a\n  - b\n- c",
    "3. a\n4. b": "3. a\n4. b",
    "> quoted\n> twice": "> quoted\n> twice",
    "```py\nx = 1\n```": "```py\nx = 1\n```",
    "````\n```\n````": "```\n`\u200b`\u200b`\n```",
    "~~~\n`````\n~~~": "```\n`\u200b`\u200b`\u200b`\u200b`\n```",
    "`` a`b ``": "``a`b``",
    "``` a``b ```": "``a`\u200b`b``",
    "---": "───────────",
    "| a | bb |\n|---|---|\n| ccc | d |": "```\na    bb\n───  ──\nccc  d\n```",
    "[Care](https://shop.example/c)": "[Care](<https://shop.example/c>)",
    "<https://shop.example/c>": "<https://shop.example/c>",
    "[bank.example](https://evil.example/)": "bank.example (<https://evil.example/>)",
    "[a \\[b\\]](https://shop.example/)": "a \\[b] (<https://shop.example/>)",
    "[x](https://shop.example/a_(b))": "[x](<https://shop.example/a_%28b%29>)",
    "[x](javascript:alert(1))": "\\[x](javascript:alert(1))",
    "<@1> <#2> <t:3> </a:4> <:b:5>": "\\<@1> \\<#2> \\<t:3> \\</a:4> \\<:b:5>",
    "a \\* b": "a \\* b",
    "<b>html</b>": "\\<b>html\\</b>",
}


@pytest.mark.parametrize("text", GOLDEN)
def test_commonmark_becomes_discords_markdown(text: str) -> None:
    assert write(parse(text)) == GOLDEN[text]


@pytest.mark.parametrize(
    "text",
    [
        "# no heading",
        "-# no subtext",
        "> no quote",
        ">>> none",
        "- no item",
        "  - nor here",
        "* nor here",
        "1. no number",
        "**a** __b__ ~~c~~ ||d|| `e` ```f```",
        "[x](https://evil.example)",
        "[x](<https://evil.example>)",
        "https://shop.example/a_b_c*d*e see",
        "(https://shop.example/x).",
        "https://shop.example/_x_",
        "\\* \\\\ \\_",
        "¯\\_(ツ)_/¯",
        "snake_case_name and 2*3*4",
        "<@1> @everyone </cmd:2>",
        "<https://shop.example>",
        "a\n# b\n- c",
    ],
)
def test_peoples_words_stand_as_they_are(text: str) -> None:
    [piece] = pieces(OutgoingMessage(text=text, is_literal=True))
    assert visible(piece.content) == text
    assert piece.content == escape(text)


@pytest.mark.parametrize("ticks", range(1, 9))
@pytest.mark.parametrize("is_block", [False, True])
def test_nothing_breaks_out_of_code(ticks: int, *, is_block: bool) -> None:
    inside = f"a{'`' * ticks} [click me](https://evil.example) <@1> {'`' * ticks}b"
    code = f"~~~\n{inside}\n~~~" if is_block else f"{'`' * 9}{inside}{'`' * 9}"
    shown = visible(write(parse(code)))
    assert shown.replace("\u200b", "").strip("\n") == inside


@pytest.mark.parametrize(
    "text",
    [
        "x" * 9000,
        "😀" * 3000,
        "word " * 2000,
        "a" + "*" * 5000,
        "```\n" + "line\n" * 1000 + "```",
        "<" * 4000,
    ],
)
@pytest.mark.parametrize("is_literal", [True, False])
def test_every_piece_fits(text: str, *, is_literal: bool) -> None:
    found = pieces(OutgoingMessage(text=text, is_literal=is_literal, speaker="A*" * 30))
    assert len(found) > 1
    for piece in found:
        assert 0 < len(piece.content.encode("utf-16-le")) // 2 <= MESSAGE_LENGTH


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00"])
def test_nothing_to_see_is_still_a_message(text: str) -> None:
    [piece] = pieces(OutgoingMessage(text=text))
    assert piece.content.strip()


def test_a_file_needs_no_words() -> None:
    file = File(name="a.txt", content_type="text/plain", content=b"a")
    [piece] = pieces(OutgoingMessage(text=""), [file])
    assert piece.content == ""
    assert create(piece)["attachments"] == [{"id": "0", "filename": "a.txt"}]


def test_a_scale_stands_in_even_rows() -> None:
    scale = [Button(action=f"nps:{n}", label=str(n)) for n in range(11)]
    rows = components([*scale, Button(action="nps:no", label="No, thanks. " * 9)])
    assert [len(row["components"]) for row in rows] == [3, 4, 4, 1]
    labels = [button["label"] for row in rows for button in row["components"]]
    assert labels[:11] == list(map(str, range(11)))
    assert len(labels[-1]) == 80
    assert labels[-1].endswith("…")
    crowded = [Button(action=f"a:{n}", label=str(n)) for n in range(9)]
    long = [Button(action=f"b:{n}", label=f"Button {n}") for n in range(15)]
    assert len(components([*long[:1], *crowded, *long[1:]])) == 5


def test_buttons_stand_in_rows_of_five() -> None:
    rows = components([Button(action=f"a{number}", label="x" * 100) for number in range(30)])
    assert [len(row["components"]) for row in rows] == [5] * 5
    assert rows[0]["components"][0]["label"] == "x" * 79 + "…"
    assert len(components([Button(action="a", label="1"), Button(action="a", label="2")])) == 1


@pytest.mark.parametrize(
    "button",
    [
        Button(action="admin:/settings set " + "x" * 200, label="Long"),
        Button(action="ñ" * 99, label="Long", asks=True),
        Button(action="x" * 90, label="Long", asks=True, prefill="Dear customer"),
        Button(action="#x", label="Looks like a short name"),
    ],
)
def test_a_long_action_travels_by_a_short_name(button: Button) -> None:
    [row] = components([button])
    [custom_id] = [shown["custom_id"] for shown in row["components"]]
    [(name, action)] = long_actions([button]).items()
    assert action == button.action
    assert custom_id.endswith(name)
    assert len(custom_id) <= 100
    assert (form_of(custom_id) or ("",))[0] == (name if button.asks else "")


def test_what_a_button_has_room_for_needs_no_name() -> None:
    assert (
        long_actions([Button(action="x" * 98, label="Long"), Button(action="human", label="x")])
        == {}
    )


@pytest.mark.parametrize(
    ("text", "shown"), [("A\ncase  x", "A case x"), ("", "…"), ("x" * 101, "x" * 99 + "…")]
)
def test_a_thread_has_a_short_name(text: str, shown: str) -> None:
    assert title(text) == shown


def test_a_nonce_fits_and_tells_pieces_apart() -> None:
    nonces = {nonce_of(key, number) for key in ("k", "k" * 99) for number in range(3)}
    assert len(nonces) == 6
    assert all(len(nonce) <= 25 for nonce in nonces)
    assert nonce_of("k", 0) == nonce_of("k", 0)


@pytest.mark.parametrize(
    "piece", ["\n", " ", "\n ", "a-", "a.", "a.b-", "*", "`", "\\", "1.\n", "[", "]("]
)
def test_no_text_holds_the_loop_up(piece: str) -> None:
    assert takes_linear_time(escape, piece, length=2_000)
    assert takes_linear_time(
        lambda text: write(parse(f"[{text}](https://shop.example/)")), piece, length=1_000
    )
