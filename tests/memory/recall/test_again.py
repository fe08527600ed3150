"""When a question counts as the same problem as before, and when it does not."""

import pytest

from bot.memory.recall.recaller import Recaller
from bot.vocabulary.memory import Memory
from tests.memory.recall.kit import NOW, episode, recalled

SYNC = episode("The app does not sync my photos since the update", 12, is_solved=False)
REFUND = episode("I want a refund for order 4471, the lamp was broken", 30, is_solved=True)
FACTURA = episode("No puedo descargar la factura de octubre", 20, language="es")
EARLIER = (REFUND, FACTURA, SYNC)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("my photos don't sync since the last update", SYNC),
        ("The app does not sync my photos again", SYNC),
        ("photos not syncing again", SYNC),
        ("I still can't download... no puedo descargar la factura de octubre", FACTURA),
        ("otra vez no puedo descargar la factura", FACTURA),
        ("no se descarga la factura de octubre", FACTURA),
    ],
)
def test_the_same_problem_is_recognised(question: str, wanted: object) -> None:
    found = recalled(question, *EARLIER)
    assert found.again == wanted
    assert found.episodes[0] == wanted


@pytest.mark.parametrize(
    "question",
    [
        "how do I delete photos from the app",
        "the app does not start",
        "how do I update the app",
        "I want a refund for order 9920, the chair is too small",
        "where is my order",
        "¿cómo cambio la dirección de la factura?",
        "it happened again",
        "otra vez lo mismo",
        "hello again!",
        "photos",
        "",
    ],
)
def test_another_question_is_not(question: str) -> None:
    assert recalled(question, *EARLIER).again is None


def test_of_two_that_are_alike_the_later_is_meant() -> None:
    older, newer = (episode("The router restarts every night", days) for days in (90, 3))
    assert recalled("the router restarts every night", newer, older).again == newer


def test_nothing_is_the_same_as_a_case_without_a_problem() -> None:
    memory = Memory(episodes=(episode("", resolution="Sent a new lamp and a voucher"),))
    assert Recaller().recall(memory, "Sent a new lamp and a voucher", NOW).again is None
