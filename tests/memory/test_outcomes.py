"""Whether a conversation ended well, by the customer's last words and by the case."""

import pytest

from bot.memory.outcomes import of_case, of_words
from bot.vocabulary.cases import CaseEvent, CaseStatus
from bot.vocabulary.conversations import Memo
from tests.linear_time import takes_linear_time
from tests.memory.kit import a_case, later

SOLVED = [
    "thanks, that worked!",
    "It works now",
    "ok it's fixed, thank you",
    "great, problem solved",
    "gracias, ya funciona",
    "solucionado, gracias",
    "ahora sí me va",
    "perfecto, gracias",
]
UNSOLVED = [
    "no, it still doesn't work",
    "that didn't help",
    "same error again",
    "it's not working",
    "still waiting",
    "no funciona",
    "sigue sin funcionar",
    "sigue igual",
    "el mismo error",
    "no me ha llegado",
]
UNTOLD = ["ok", "I'll try that later", "vale, luego lo miro", "what is your address?", ""]


@pytest.mark.parametrize("text", SOLVED)
def test_what_worked_is_heard(text: str) -> None:
    assert of_words(["it does not work", text], Memo(unsure=1)) is True


@pytest.mark.parametrize("text", UNSOLVED)
def test_what_did_not_is_heard(text: str) -> None:
    assert of_words(["thanks, that worked", text], Memo()) is False


@pytest.mark.parametrize("text", UNTOLD)
def test_what_tells_nothing_leaves_it_open(text: str) -> None:
    assert of_words([text], Memo()) is None


@pytest.mark.parametrize("memo", [Memo(unsure=1), Memo(rejections=1), Memo(waiting_since=later())])
def test_a_question_without_a_good_answer_is_not_solved(memo: Memo) -> None:
    assert of_words(["ok"], memo) is False


@pytest.mark.parametrize(
    ("status", "event", "is_solved"),
    [
        (CaseStatus.RESOLVED, CaseEvent.RESOLVE, True),
        (CaseStatus.RESOLVED, CaseEvent.RETURN, None),
        (CaseStatus.RESOLVED, CaseEvent.MERGE, None),
        (CaseStatus.EXPIRED, CaseEvent.EXPIRE, False),
        (CaseStatus.CLAIMED, None, None),
    ],
)
def test_a_case_tells_by_how_it_was_closed(
    status: CaseStatus, event: CaseEvent | None, *, is_solved: bool | None
) -> None:
    assert of_case(a_case(status=status, closed_by=event)) is is_solved


@pytest.mark.parametrize("piece", ["is a ", "not ", "sigue sin ", "no me ha ", "ya me "])
def test_no_text_holds_it_up(piece: str) -> None:
    assert takes_linear_time(lambda text: of_words([text], Memo()), piece, length=2_000)
