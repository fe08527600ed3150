"""Personal data stays here: what is masked, what comes back, and that nothing invented does."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.texts.personal import find_personal
from knowledge.guards.masking import Masking, has_placeholder
from tests.linear_time import takes_linear_time

DATA = Path(__file__).parents[4] / "shared" / "data" / "pii" / "texts.jsonl"
KINDS_OF_DATA = {
    "CREDIT_CARD": "CARD",
    "EMAIL_ADDRESS": "EMAIL",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP",
    "PHONE_NUMBER": "PHONE",
}
MASKED = {
    "write to ana.ruiz+shop@mail.example.com please": "write to <EMAIL_1> please",
    "card 4111 1111 1111 1111, 12/29": "card <CARD_1>, 12/29",
    "order 12 4111111111111111": "order 12 <CARD_1>",
    "IBAN ES91 2100 0418 4502 0005 1332 is mine": "IBAN <IBAN_1> is mine",
    "iban de89370400440532013000.": "iban <IBAN_1>.",
    "call +34 612 345 678 or (555) 123-4567 x12": "call <PHONE_1> or <PHONE_2>",
    "mi móvil es 612345678": "mi móvil es <PHONE_1>",
    "DNI 12345678Z, NIE X1234567-L": "DNI <ID_1>, NIE <ID_2>",
    "ssn 123-45-6789": "ssn <ID_1>",
    "from 192.168.10.20 and 2001:db8::8a2e:370:7334": "from <IP_1> and <IP_2>",
    "my password is hunter2!": "my password is <SECRET_1>",
    "Contraseña: gato-azul": "Contraseña: <SECRET_1>",
    "mi clave es Perro123, ayuda": "mi clave es <SECRET_1>, ayuda",
    "key sk-abcdefghijklmnop1234": "key <SECRET_1>",
    "Authorization: Bearer abc.def-ghi_jkl": "Authorization: Bearer <SECRET_1>",
    "a@b.example a@b.example c@d.example": "<EMAIL_1> <EMAIL_1> <EMAIL_2>",
    "card 4111\u00a01111\u00a01111\u00a01111": "card <CARD_1>",
    "card 4111\u200b111111111111.": "card <CARD_1>.",
    "card \uff14111\u20111111\u20131111\u22121111": "card <CARD_1>",
    "card 4111\t1111\x0b1111\u20281111.": "card <CARD_1>.",
    "tel\t+34\t612\t345\t678": "tel\t<PHONE_1>",
    "\u202a+34 612\u202f345\u202f678\u202c ok": "\u202a<PHONE_1>\u202c ok",
    "ana\uff20mail.example": "<EMAIL_1>",
    "<EMAIL\u200b_1> and a@b.example": "<MARK_1> and <EMAIL_1>",
    "<EMAIL_1> is not a@b.example": "<MARK_1> is not <EMAIL_1>",
}
LEFT = (
    "order 12345678 of 2026-05-01 for 1.234.567,89 €",
    "my password is not working",
    "version 2.4.6 and LNK2019 and 12:30:45",
    "card 4111 1111 1111 1112",
    "ES91 2100 0418 4502 0005 1333",
    "DNI 12345678A",
    "open from 10-12 and 14-18",
    "std::vector and ::",
    "01/02/2026 - 03.04.2026",
)
HOSTILE = (
    *("a", "1 ", "+", "1-", "A1", "a.", "a@", "1", "es12", "(1", "ES91 ", "password: "),
    *(":", "a:", "<EMAIL_1>", "-----BEGIN PRIVATE KEY-----", "0.", "é", "sk-"),
)


@pytest.mark.parametrize("text", MASKED)
def test_what_has_a_form_is_masked(text: str) -> None:
    masking = Masking()
    assert masking.mask(text, own=True) == MASKED[text]
    assert masking.restore(MASKED[text]) == text


@pytest.mark.parametrize("text", LEFT)
def test_what_only_looks_like_it_is_left(text: str) -> None:
    assert Masking().mask(text, own=True) == text


def test_a_key_in_a_block_is_masked_whole() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----"
    assert Masking().mask(f"see {key} there", own=True) == "see <SECRET_1> there"


def test_only_what_the_customer_typed_comes_back() -> None:
    masking = Masking()
    assert masking.mask("of others: x@y.example", own=False) == "of others: <EMAIL_1>"
    assert masking.mask("mine: me@y.example", own=True) == "mine: <EMAIL_2>"
    written = "Ask <EMAIL_1>, <EMAIL_2>, <EMAIL_3> or <CARD_1>"
    assert masking.restore(written) == "Ask <EMAIL_1>, me@y.example, <EMAIL_3> or <CARD_1>"
    assert masking.without_own("<EMAIL_1> or <EMAIL_2>") == "<EMAIL_1> or "
    assert masking.own_mail == {"me@y.example"}
    masking.mask("password: https://y.example/x", own=True)
    assert masking.own_mail == {"me@y.example"}, "an address of a page needs permission"
    masking.mask("x@y.example", own=True)
    assert masking.restore("<EMAIL_1>") == "x@y.example", "now the customer has typed it as well"


def test_a_placeholder_is_noticed() -> None:
    assert has_placeholder("see <CARD_3>")
    assert not has_placeholder("see <CARD> or <b>")


@given(st.lists(st.sampled_from([*MASKED, *LEFT, *HOSTILE]) | st.text(), max_size=6))
def test_what_is_masked_can_be_put_back(parts: list[str]) -> None:
    masking, text = Masking(), " ".join(parts)
    assert masking.restore(masking.mask(text, own=True)) == text


@settings(max_examples=40)
@given(st.emails(), st.text(alphabet="abc ,\n", max_size=20))
def test_an_address_of_mail_never_leaves(address: str, around: str) -> None:
    masked = Masking().mask(f"{around} {address} {around}", own=True)
    local, _, domain = address.rpartition("@")
    assert f"{local[-1]}@{domain}" not in masked


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_holds_it_up(piece: str) -> None:
    assert takes_linear_time(lambda text: Masking().mask(text, own=True), piece, length=1_000)


@pytest.mark.skipif(not DATA.is_file(), reason="the shared data is not here")
def test_most_of_the_labelled_data_is_found() -> None:
    """``python -m benchmarks masking`` shows the figures by kind."""
    found = wanted = 0
    for line in DATA.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        hits = find_personal(row["text"])
        for span in row["spans"]:
            if span["type"] in KINDS_OF_DATA:
                wanted += 1
                found += any(a <= span["start"] and b >= span["end"] for a, b, _ in hits)
    assert found >= 0.97 * wanted > 100
