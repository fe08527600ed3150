"""What agents promised, heard in English and Spanish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.promises import MOST, promised, promises_in
from tests.handoff.kit import a_line

PROMISES = [
    "I'll send you a new one.",
    "I’ll write to the carrier today.",
    "We will refund you by Friday.",
    "We are going to replace the pan.",
    "I'm going to call you tomorrow.",
    "Your parcel will arrive on Friday.",
    "You'll get the money within five days.",
    "I promise that it won't happen again.",
    "Te enviaré la etiqueta hoy.",
    "Mañana te llamamos.",
    "Te vamos a devolver el dinero.",
    "Le mandaremos otra sartén.",
    "El paquete llegará el viernes.",
    "Voy a mandarte la factura.",
    "Esta tarde te escribo.",
    "Recibirás el reembolso en cinco días.",
]

NONE = [
    "Hello, this is Ana.",
    "How can I help you?",
    "Will it arrive on Friday?",
    "We'll see what the carrier says.",
    "Vamos a ver qué ha pasado.",
    "¿Te lo envío otra vez?",
    "I sent it yesterday.",
    "Thank you for your patience.",
    "La tienda está abierta hasta las ocho.",
    "Gracias por escribir.",
    "I would not worry.",
    "We'll be happy to help you again.",
    "You will have to pay a deposit.",
    "I will also need your address.",
]


@pytest.mark.parametrize("text", PROMISES)
def test_a_promise_is_heard(text: str) -> None:
    assert promises_in(f"Hello. {text} Bye.") == [text]


@pytest.mark.parametrize("text", NONE)
def test_other_words_promise_nothing(text: str) -> None:
    assert promises_in(text) == []


def test_the_last_ones_are_kept_and_each_once() -> None:
    lines = [a_line(f"I'll send number {number}.") for number in (1, 2, 3, 4, 4)]
    assert promised(lines) == tuple(f"I'll send number {number}." for number in (2, 3, 4))
    assert len(promised(lines)) == MOST


@given(st.text(max_size=200))
def test_any_text_is_heard_without_an_error(text: str) -> None:
    assert all(sentence in text for sentence in promises_in(text))
