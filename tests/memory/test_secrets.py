"""What is never remembered is recognised, in English and Spanish, and masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.memory.secrets import MASK, is_secret, masked
from tests.linear_time import takes_linear_time

WITH_A_FORM = [
    ("charge my card 4111 1111 1111 1111 again", "4111"),
    ("cobradlo en la 4111-1111-1111-1111", "4111"),
    ("4111\u00a01111\u200b1111\u00a01111", "4111"),
    ("my IBAN is DE89 3704 0044 0532 0130 00", "DE89"),
    ("mi cuenta es ES91 2100 0418 4502 0005 1332", "ES91"),
    ("my password is hunter2!", "hunter2"),
    ("mi contraseña es gatoazul", "gatoazul"),
    ("the PIN is 4821", "4821"),
    ("token: ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_"),
    ("my SSN is 536-22-8765", "536"),
    ("mi DNI es 12345678Z", "12345678"),
    ("mi pasaporte es AAB123456", "AAB"),
    ("call me at +44 20 7946 0958", "7946"),
    ("llámame al 612 345 678", "612"),
    ("write to jane.doe@example.com", "jane"),
    ("I live at 24 Baker Street, London", "Baker"),
    ("vivo en la calle Mayor 24, 3º B", "Mayor"),
    ("my address is Rosewood Cottage", "Rosewood"),
]
NOBODYS_BUSINESS = [
    "I have diabetes, so it must stay cold",
    "Tengo diabetes y debe llegar frío",
    "I'm pregnant, is it safe?",
    "estoy embarazada de cinco meses",
    "I was diagnosed with something bad",
    "soy sordo de un oído",
    "I'm gay and your form has no field for us",
    "soy lesbiana",
    "I'm Muslim, is the gelatine fine?",
    "soy católico practicante",
    "I vote for the Greens",
    "estoy afiliado a un sindicato",
    "I'm black and your filter does not see me",
    "soy gitana",
    "my daughter Emma is 9",
    "mi hijo de 7 años lo compró",
    "I'm a refugee",
    "my salary is 2000 a month",
]
HARMLESS = [
    "my order arrived late and the box was open",
    "you disabled my account without a word",
    "the diagnostics page shows error 42",
    "the installation aborted at 99 %",
    "I want the black one, not the white one",
    "mi password no funciona",
    "my password is not accepted any more",
    "are the roller blinds in stock?",
    "la fecha de entrega era el martes",
    "I'm on the Pro plan with version 4.2",
    "the straight cable, please",
    "¿cuál es el plan más barato?",
]


@pytest.mark.parametrize(("text", "secret"), WITH_A_FORM)
def test_what_has_a_form_is_masked(text: str, secret: str) -> None:
    assert is_secret(text)
    assert secret not in masked(text)
    assert MASK in masked(text)


@pytest.mark.parametrize("text", NOBODYS_BUSINESS)
def test_what_is_nobodys_business_is_masked_as_a_whole(text: str) -> None:
    assert is_secret(text)
    assert masked(f"Hello there. {text}").strip().startswith("Hello there.")
    assert masked(text).strip(" .,") == MASK or text.endswith("?")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_stays(text: str) -> None:
    assert masked(text) == text
    assert not is_secret(text)


def test_only_the_sentence_that_holds_it_goes() -> None:
    text = "The pump stopped. I have diabetes. Please send another one by Friday!"
    assert masked(text) == f"The pump stopped. {MASK} Please send another one by Friday!"


@given(st.text(max_size=300))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@pytest.mark.parametrize(
    "piece",
    ["1 ", "a", "calle a ", "i am ", "my ", "ab_", "soy un ", "pin a b ", "a.b@", "1 a ", "•••  "],
)
def test_no_text_holds_it_up(piece: str) -> None:
    assert takes_linear_time(masked, piece, length=1_500)
