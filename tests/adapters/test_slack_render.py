"""What Relevo says, as Slack's blocks: every kind of markup, buttons, sources, names."""

import json
from typing import Any

import pytest

from adapters.slack.render import ASKS, FormWanted, form, pieces
from bot.texts import LANGUAGES, catalogue
from bot.vocabulary.messages import Button, Link, OutgoingMessage
from tests.platforms.slack import spec

THUMBS = (Button(action="rate:up", label="👍"), Button(action="rate:down", label="👎"))


def blocks(text: str, **more: Any) -> list[dict[str, Any]]:
    [piece] = pieces(OutgoingMessage(text=text, **more), may_name=False)
    assert list(spec.wrong_blocks(list(piece.blocks))) == []
    return list(piece.blocks)


def rich(text: str, **more: Any) -> list[dict[str, Any]]:
    return blocks(text, **more)[0]["elements"]


def words(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def wanted(action: str) -> FormWanted:
    return FormWanted(
        trigger_id="t",
        user_id="U1",
        action=action,
        label="An exceedingly long label of a button",
        place="{}",
    )


def line(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("Plain.", [line(words("Plain."))]),
        ("One.\n\nTwo\nlines.", [line(words("One.\n\nTwo\nlines."))]),
        (
            "# Head\nA **bold _both_** ~~no~~ `code`.",
            [
                line(
                    words("Head", bold=True),
                    words("\n\nA "),
                    words("bold ", bold=True),
                    words("both", bold=True, italic=True),
                    words(" "),
                    words("no", strike=True),
                    words(" "),
                    words("code", code=True),
                    words("."),
                )
            ],
        ),
        (
            "See [the **guide**](https://x.example/a_b).",
            [
                line(
                    words("See "),
                    {"type": "link", "url": "https://x.example/a_b", "text": "the guide"},
                    words("."),
                )
            ],
        ),
        ("[x](javascript:alert(1))", [line(words("[x](javascript:alert(1))"))]),
        ("<!channel> <@U1> @here", [line(words("<!channel> <@U1> @here"))]),
        (
            "```py\nx = 1\n```",
            [{"type": "rich_text_preformatted", "elements": [words("x = 1")]}],
        ),
        ("> said\n> so", [{"type": "rich_text_quote", "elements": [words("said\nso")]}]),
        ("---", [line(words("———"))]),
        (
            "| a | bb |\n|---|---|\n| ccc | d |",
            [{"type": "rich_text_preformatted", "elements": [words("a    bb\n-------\nccc  d")]}],
        ),
    ],
)
def test_markup_becomes_rich_text(text: str, elements: list[dict[str, Any]]) -> None:
    found = rich(text)
    if text.startswith("[x]"):
        assert "javascript" not in str([it for it in found[0]["elements"] if it["type"] == "link"])
    else:
        assert found == elements


def test_lists_keep_their_numbers_and_their_depth() -> None:
    first, inner, rest, after = rich("Before\n\n3. three\n   - deep\n4. four\n\nAfter")[1:]
    assert (first["style"], first["offset"], first["indent"]) == ("ordered", 2, 0)
    assert first["elements"] == [line(words("three"))]
    assert (inner["style"], inner["indent"]) == ("bullet", 1)
    assert (rest["style"], rest["offset"]) == ("ordered", 3)
    assert rest["elements"] == [line(words("four"))]
    assert after == line(words("\nAfter"))


def test_what_a_list_can_not_hold_becomes_lines() -> None:
    [found] = rich("- one\n\n  > quoted\n\n  ```\n  code\n  ```\n")
    assert found["elements"] == [line(words("one\nquoted\n"), words("code", code=True))]


def test_literal_words_are_no_markup() -> None:
    text = "**not bold** <!here> &amp; [x](https://x.example)\n\n- no list"
    assert rich(text, is_literal=True) == [line(words(text))]


def test_the_text_for_notifications_is_escaped() -> None:
    [piece] = pieces(OutgoingMessage(text="**<!channel>** & <@U1>"), may_name=False)
    assert piece.text == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    payload = piece.payload()
    assert payload["parse"] == "none"
    assert (payload["link_names"], payload["unfurl_links"], payload["unfurl_media"]) == (
        False,
        False,
        False,
    )


def test_buttons_have_ids_of_their_own_and_say_whether_they_ask() -> None:
    asked = Button(action="case:reply", label="Reply", asks=True)
    row = blocks("Card.", buttons=(Button(action="case:claim", label="x" * 90), asked))[1]
    claim, reply = row["elements"]
    assert (claim["value"], reply["value"]) == ("case:claim", "case:reply")
    assert not claim["action_id"].startswith(f"{ASKS}:")
    assert reply["action_id"].startswith(f"{ASKS}:")
    assert len(claim["text"]["text"]) == 75


def test_both_thumbs_become_slacks_feedback_buttons() -> None:
    human = Button(action="human", label="Talk to a person")
    actions, feedback = blocks("Well?", buttons=(*THUMBS, human))[1:]
    assert [it["value"] for it in actions["elements"]] == ["human"]
    [element] = feedback["elements"]
    assert element["type"] == "feedback_buttons"
    assert element["positive_button"]["value"] == "rate:up"
    assert element["negative_button"]["value"] == "rate:down"


def test_one_thumb_alone_is_a_button() -> None:
    assert [it["type"] for it in blocks("Well?", buttons=THUMBS[:1])] == ["rich_text", "actions"]


def test_sources_are_links_only_when_they_are_safe() -> None:
    links = (
        Link(title="Care", url="https://x.example/care"),
        Link(title="<!here>", url="javascript:alert(1)"),
        Link(title="Book"),
    )
    found = rich("See.", sources=links)[1]
    assert [item["elements"][0] for item in found["elements"]] == [
        {"type": "link", "url": "https://x.example/care", "text": "Care"},
        words("<!here>"),
        words("Book"),
    ]


def test_only_the_first_piece_names_and_only_the_last_has_buttons() -> None:
    message = OutgoingMessage(
        text="word " * 2000, speaker="Ana", buttons=(Button(action="a", label="A"),)
    )
    found = pieces(message, may_name=False, title="Case 7")
    assert len(found) > 2
    kinds = [[block["type"] for block in piece.blocks] for piece in found]
    assert kinds[0] == ["header", "rich_text"]
    assert kinds[-1] == ["rich_text", "actions"]
    assert all(kind == ["rich_text"] for kind in kinds[1:-1])
    assert found[0].blocks[1]["elements"][0] == line(words("Ana", bold=True))
    named = pieces(message, may_name=True)
    assert {piece.username for piece in named} == {"Ana"}


def test_a_text_full_of_styles_is_cut_before_slack_refuses_it() -> None:
    text = "**a** *b* `c` [d](https://x.example/d) " * 400
    found = pieces(OutgoingMessage(text=text, buttons=THUMBS), may_name=False, title="t" * 150)
    assert len(found) > 2
    assert all(len(json.dumps(piece.blocks)) < 12_500 for piece in found)


@pytest.mark.parametrize("name", ["<!channel>\u202e", " ", "\u2066", "x" * 300, "a\nb\x00"])
def test_a_name_can_not_turn_a_line_around(name: str) -> None:
    [piece] = pieces(OutgoingMessage(text="Hi.", speaker=name), may_name=True)
    assert piece.username
    assert len(piece.username) <= 80
    assert not set(piece.username) & set("\u202e\u2066\x00")


def test_the_longest_title_fits() -> None:
    [piece] = pieces(OutgoingMessage(text="Card."), may_name=False, title="t" * 400)
    assert list(spec.wrong_blocks(list(piece.blocks))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_is_one_that_slack_takes(language: str) -> None:
    view = form(wanted("case:reply"), language=language)
    assert list(spec.wrong_blocks(view)) == []
    assert len(view["submit"]["text"]) <= 24
    assert "initial_value" not in view["blocks"][0]["element"]


@pytest.mark.parametrize("verb", ["reply", "snooze", "transfer", "assign", "unheard_of"])
def test_each_form_asks_for_what_its_verb_wants(verb: str) -> None:
    view = form(wanted(f"case:{verb}:7"), language="es")
    known = catalogue().get(f"verbs.asks_{verb}", {"es": wanted(verb).label})
    assert view["blocks"][0]["label"]["text"] == known["es"]
    assert view["title"]["text"] == "An exceedingly long lab…"


def test_a_form_begins_with_a_text_that_fits() -> None:
    view = form(wanted("case:edit:1"), language="en", prefill="a\x00" * 4000)
    assert view["blocks"][0]["element"]["initial_value"] == "a" * 3000
    assert list(spec.wrong_blocks(view)) == []


def test_a_scale_stands_in_a_row_of_its_own() -> None:
    steps = tuple(Button(action=f"nps:{n}", label=str(n)) for n in range(11))
    no = Button(action="nps:no", label="No, thanks")
    rows = blocks("Would you recommend us?", buttons=(*steps, no))[1:]
    assert [len(row["elements"]) for row in rows] == [11, 1]
    assert list(spec.wrong_blocks(rows)) == []
    many = tuple(Button(action=f"a:{n}", label=f"Button {n}") for n in range(40))
    assert [len(row["elements"]) for row in blocks("?", buttons=many)[1:]] == [20, 20]
