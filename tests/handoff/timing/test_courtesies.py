"""A customer who only says thanks waits for nobody."""

import pytest

from handoff.timing.courtesies import asks_nothing


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "ok, thank you so much",
        "Got it. Thanks a lot, bye",
        "¡Muchas gracias! Muy amable",
        "vale, perfecto",
        "De acuerdo, hasta luego",
        "👍",
        "🙏 gracias",
        "",
    ],
)
def test_courtesies(text: str) -> None:
    assert asks_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "thanks, but where is it",
        "ok?",
        "??",
        "¿vale",
        "yes",
        "no",
        "sí",
        "gracias por nada",
        "photo.jpg",
        "7431",
        "hello",
    ],
)
def test_what_waits_for_an_answer(text: str) -> None:
    assert not asks_nothing(text)
