"""Whatever a model writes becomes harmless CommonMark, and what was harmless stays what it was."""

import re
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.markup.tree import Anchor, Code, CodeBlock, Text, parse
from knowledge.guards.links import LinkRules
from knowledge.guards.safe_text import LONGEST, safe_text
from tests.hostile.payloads import GOALS
from tests.linear_time import takes_linear_time

RULES = LinkRules.of(
    ["shop.example", "*.help.example"],
    ["https://docs.other.org/a(b)", "https://docs.other.org/devolución", "me@mail.example"],
)
KEPT = (
    "Refunds take **5 days**.",
    "# Returns\n\nPack it, then:\n\n1. print the label\n2. stick it on\n   - the *big* side\n\n> soon",
    "```python\nprint('a')\n```",
    "| a | b |\n| --- | --- |\n| 1 | 2 |",
    "Go to [returns](https://shop.example/returns_x?a=1).",
    "See https://shop.example/a or shop.example.",
    "[a](https://eu.help.example/x) and https://docs.other.org/a(b)",
    "snake_case, 2.4.6, 3 < 4, a & b, 5.00 €, 10% off, C++, #1",
    "Use `relevo.toml` and Settings > Account.",
    "Write to me@mail.example or help@shop.example.",
    "Familie 👨‍👩‍👧 ❤️ नमस्ते क्‍ष",
    "and/or 24/7 km/h e.g. U.S.",
    "**Note:** call +34 600 100 200\n-5 °C is too cold\n#1 is best",
    "1. first\n2. second\n\nThen ~3 days, a_b, (see below) [sic] and 2 > 1.",
    "- one\n- two: `x = 1`\n\n---------- is no line",
)
WRITTEN = {
    "[ok](https://evil.com)": "ok",
    "![seen](https://evil.com/p.png) hi": "seen hi",
    "see https://evil.com/a?b=c.": "see evil[.]com.",
    "<https://evil.com/x>": "evil[.]com",
    "evil.com, www.evil.co.uk/x": "evil[.]com, www[.]evil[.]co[.]uk",
    "a@evil.com": "a[@]evil[.]com",
    "see www.evil.hamburg, please": "see www[.]evil[.]hamburg, please",
    "**evil**.com": "evil[.]com",
    "[ref][1]\n\n[1]: https://evil.com": "ref",
    "[shop.example](https://shop.example@evil.com/)": "shop.example",
    "[https://bank.com](https://shop.example/x)": "[shop.example](https://shop.example/x)",
    "[bank.example](https://shop.example/x)": "[shop.example](https://shop.example/x)",
    "[a ] b](https://shop.example/x)": "[a ] b\\](https://shop.example/x)",
    "[a \\] b](https://shop.example/x)": "[a \\] b](https://shop.example/x)",
    "[read me.md](https://shop.example/x)": "[read `me.md`](https://shop.example/x)",
    "https://shop.example/r?to=https://evil.com": "shop[.]example",
    "@everyone, @here and @ana": "everyone, here and ana",
    "<@U1> <!channel> <@&1> &lt;@U2&gt;hi": "hi",
    "`@everyone` stays": "`everyone` stays",
    "say /erase now": "say `/erase` now",
    "say /erase`x` or **README.md**`y`": "say `/erase` `x` or **`README.md`**`y`",
    "read README.md": "read `README.md`",
    "Done.Next one": "Done. Next one",
    "<b>bold</b> <!-- x -->": "bold",
    "<script>x</script>": "",
    "e\u202ev\u200bi\U000e0041l": "evil",
    "`curl https://evil.com/x`": "`curl evil[.]com`",
    "[x](javascript:alert)": "[x\\](alert)",
    "tg://resolve?domain=x slack://user": "",
    "@tg://resolve?domain=x": "",
    "a@slack://user \u00e9tg://user **b**": "**b**",
    "@https://evil.com/x": "evil[.]com",
    "@here tg://a\n b] slack://user": "here\nb\\]",
    "a\n\\- b\n\\# c\n1\\. d": "a\n\\- b\n\\# c\n1\\. d",
    "[a](https://docs.other.org/devolución)": "[a](https://docs.other.org/devoluci%C3%B3n)",
    "https://evil.com/x| a | b |\n| --- | --- |": "evil[.]com a | b |\n\\| --- | --- |",
    "a\n:-|\t-": "a\n\\:-|\t-",
    "[a](<https://shop.example/a b>)": "[a](https://shop.example/a%20b)",
}
HOSTILE = (
    *("a", "@", "a@", "a.", "<", "</", "<a ", "[.]", "`", "_", "~", "http://", "a:", "/a ", "&a;"),
    *(".", "\u200d", "] ", "- ", "é ", "!"),
)


@pytest.mark.parametrize("text", KEPT)
def test_what_is_harmless_stays(text: str) -> None:
    assert safe_text(text, RULES) == text


@pytest.mark.parametrize("text", WRITTEN)
def test_what_could_do_harm_is_written_so_that_it_can_not(text: str) -> None:
    assert safe_text(text, RULES) == WRITTEN[text]


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*GOALS, *KEPT, *WRITTEN, *HOSTILE]) | st.text(), max_size=5))
def test_no_text_gets_through(parts: list[str]) -> None:
    written = safe_text("".join(parts), RULES)
    assert safe_text(written, RULES) == written, "it is harmless already"
    assert all(RULES.allows(url) for url in _urls(parse(written)))
    assert not re.search(r"(?:://|www\.)evil\.com|@(?:everyone|here)|<[@!#]", written)
    words = re.sub(r"https://shop\.example/\S+", "", "\n".join(_words(parse(written))))
    assert not re.search(r"evil\.com(?!\w)", words)


@given(st.text())
def test_letters_and_digits_are_not_lost(text: str) -> None:
    plain = "".join(c for c in text if c.isalnum() and c.isascii())
    assert safe_text(plain, RULES) == plain


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_holds_it_up(piece: str) -> None:
    assert takes_linear_time(lambda text: safe_text(text, RULES), piece, length=400)


def test_a_text_that_no_model_would_write_is_cut() -> None:
    assert len(safe_text("word " * LONGEST, RULES)) <= LONGEST


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("https://shop.example/a", True),
        ("http://SHOP.example", True),
        ("https://a.b.help.example/", True),
        ("https://help.example/", False),
        ("https://shop.example.evil.com/", False),
        ("https://shop.example:8443/", False),
        ("https://user@shop.example/", False),
        ("https://shop.example\\@evil.com", False),
        ("https://sh\u043ep.example/", False),
        ("ftp://shop.example/", False),
        ("https://docs.other.org/a(b)", True),
        ("https://docs.other.org/a", False),
        ("https://docs.other.org/devolución/", True),
        ("https://docs.other.org/devoluci%C3%B3n", True),
        ("https://docs.other.org/devoluci\u043en", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_listed_addresses_are_allowed(url: str, *, verdict: bool) -> None:
    assert RULES.allows(url) is verdict


def _urls(value: object) -> list[str]:
    """The addresses of all links in a tree."""
    if isinstance(value, tuple):
        return [url for item in cast("tuple[object, ...]", value) for url in _urls(item)]
    if isinstance(value, Text | Code | CodeBlock):
        return []
    own = [value.url] if isinstance(value, Anchor) else []
    inside: list[object] = [getattr(value, name, ()) for name in ("of", "items", "head", "rows")]
    return [*own, *(url for part in inside for url in _urls(part))]


def _words(value: object) -> list[str]:
    """The running text of a tree, without code, which no platform makes links in."""
    if isinstance(value, tuple):
        return [words for item in cast("tuple[object, ...]", value) for words in _words(item)]
    if isinstance(value, Text):
        return [value.text]
    inside: list[object] = [getattr(value, name, ()) for name in ("of", "items", "head", "rows")]
    return [words for part in inside for words in _words(part)]
