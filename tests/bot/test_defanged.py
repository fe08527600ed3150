"""Links that people wrote are none any more, and still readable."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.defanged import defanged
from tests.linear_time import takes_linear_time


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://evil.example/x?y=1", "see hxxps[:]//evil[.]example/x?y=1"),
        ("HTTP://1.2.3.4/x", "hxxp[:]//1[.]2[.]3[.]4/x"),
        ("www.evil.es, now", "www[.]evil[.]es, now"),
        ("go to t.me/evil.", "go to t[.]me/evil."),
        ("evil.com.", "evil[.]com."),
        ("tg://resolve?x", "tg[:]//resolve?x"),
        ("http://a.com/http://b.com", "hxxp[:]//a[.]com/hxxp[:]//b[.]com"),
        ("_https://evil.com", "_hxxps[:]//evil[.]com"),
        ("a1.b1.c1.d1.e1.f1.g1.h1.i1.evil.com", None),
        ("..evil.com", "..evil[.]com"),
        ("-evil.com", "-evil[.]com"),
        ("evil。com", "evil[.]com"),
        ("evil.xn--p1ai/x", "evil[.]xn--p1ai/x"),
        ("1.2.3.4:80/x in version 1.2.3.4", "1[.]2[.]3[.]4:80/x in version 1.2.3.4"),
        ("me@shop.com", "me@shop.com"),
        ("label.png costs 1.50 e.g. today...", "label.png costs 1.50 e.g. today..."),
        ("nothing to see", "nothing to see"),
    ],
)
def test_an_address_is_no_link(text: str, shown: str | None) -> None:
    assert defanged(text) == (shown or text.replace(".", "[.]"))


@pytest.mark.parametrize(
    "piece", ["a", "a.", "-a.", "a-", ".", "1.", "http://", "a.b", "evil.com", "_"]
)
def test_a_long_text_holds_nobody_up(piece: str) -> None:
    assert takes_linear_time(defanged, piece, length=2_000)


@given(st.text(alphabet="htps:/.aé-_ @1\n", max_size=80))
def test_whatever_is_written_no_scheme_and_no_host_is_left(text: str) -> None:
    shown = defanged(text)
    assert not re.search(r"https?://", shown)
    assert defanged(shown) == shown or "://" in shown
