"""Links are those that Telegram takes, and none of them hides a name that could notify someone."""

import re

import pytest

from adapters.telegram.render import MOST_UNITS, Piece, render
from bot.vocabulary.messages import Link, OutgoingMessage

NO_LINKS = {
    "[guide](http://wiki/page)": "guide (http://wiki/page)",
    "**[guide](https://localhost:8080/a)**": "guide (https://localhost:8080/a)",
    "[a **b**](http://intranet/)": "a b (http://intranet/)",
    "<http://wiki/page>": "http://wiki/page",
}


def pieces(text: str, *, in_group: bool = False, sources: tuple[Link, ...] = ()) -> list[Piece]:
    message = OutgoingMessage(text=text, sources=sources)
    return list(render(message, in_group=in_group, has_files=False))


def links(piece: Piece) -> list[str | None]:
    return [entity.url for entity in piece.entities if entity.type == "text_link"]


@pytest.mark.parametrize("text", NO_LINKS)
def test_an_address_without_a_dot_stands_beside_its_words(text: str) -> None:
    """Telegram refuses such a link, and with it the whole message."""
    [piece] = pieces(text)
    assert (piece.text, links(piece)) == (NO_LINKS[text], [])


@pytest.mark.parametrize("url", ["https://shop.example/a", "http://10.0.0.7/", "http://[::1]:80/"])
def test_other_addresses_are_links(url: str) -> None:
    [piece] = pieces(f"[guide]({url})", sources=(Link(title="Care", url=url),))
    assert (piece.text, links(piece)) == ("guide\n\n› Care", [url, url])


def test_a_source_without_a_dot_tells_its_address() -> None:
    [piece] = pieces(
        "See",
        sources=(Link(title="Care", url="http://wiki/care"), Link(title="", url="http://wiki/x")),
    )
    assert (piece.text, links(piece)) == ("See\n\n› Care (http://wiki/care)\n› http://wiki/x", [])


NAMES = {
    "[@ana_ruiz](https://shop.example/)": "＠ana_ruiz",
    "[ask @**ana_ruiz**](https://shop.example/)": "ask ＠ana_ruiz",
    "[`@ana_ruiz`](https://shop.example/)": "＠ana_ruiz",
    "[help@shop.example](https://shop.example/)": "help@shop.example",
}


@pytest.mark.parametrize("text", NAMES)
def test_names_in_links_are_respelt_in_groups(text: str) -> None:
    """Telegram may drop the link and keep its words, in which it then looks for names."""
    [piece] = pieces(text, in_group=True)
    assert (piece.text, links(piece)) == (NAMES[text], ["https://shop.example/"])
    [private] = pieces(text)
    assert private.text == NAMES[text].replace("＠", "@")


def test_names_in_sources_too() -> None:
    source = Link(title="By @ana_ruiz", url="https://shop.example/")
    [piece] = pieces("See", in_group=True, sources=(source,))
    assert piece.text == "See\n\n› By ＠ana_ruiz"
    [unlinked] = pieces("See", in_group=True, sources=(Link(title="By @ana_ruiz"),))
    assert [entity.type for entity in unlinked.entities] == ["code"]


def test_sources_fit_however_long_their_addresses_are() -> None:
    for url in (f"https://shop.example/{'x' * 9000}", f"http://wiki/{'x' * 9000}"):
        for title in ("", "Care"):
            found = pieces("See", sources=(Link(title=title, url=url),) * 8)
            assert all(len(piece.text) <= MOST_UNITS for piece in found)
            assert re.search("Care|http", found[-1].text)
