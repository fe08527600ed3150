"""Who asks people in everywhere at once waits behind all others, but is never refused."""

from dataclasses import replace
from datetime import timedelta

from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import Case, CaseReason, Priority
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.turns import Turn
from handoff.desk.chat import ChatDesk
from handoff.desk.flooding import OFTEN_ELSEWHERE, is_everywhere, quieted
from tests.builders import a_conversation, a_message
from tests.handoff.kit import ANA, NOW, a_case

CASE = a_case(customer_id="carla", opened_at=NOW)


class Shown:
    """A board that shows these cases."""

    def __init__(self, *cases: Case) -> None:
        self._view = BoardView(at=NOW, cases={case.id: case for case in cases})

    def view(self) -> BoardView:
        return self._view


def others(count: int, **fields: object) -> list[Case]:
    return [
        replace(CASE, id=f"R-{number}0", conversation=a_conversation(f"c{number}"), **fields)
        for number in range(count)
    ]


def opened(reason: CaseReason, *cases: Case) -> Case:
    conversation = Conversation(ref=a_conversation("new"))
    turn = Turn(id="t1", conversation=conversation, messages=(a_message("help"),), started_at=NOW)
    request = HandoverRequest(reason=reason, reasons=("x",), language="en", question="help")
    case = ChatDesk(language="en", board=Shown(*cases)).hand_over(turn, request).case
    assert case is not None
    return case


def test_many_open_cases_of_one_person_at_once_are_a_flood() -> None:
    few, many = others(OFTEN_ELSEWHERE - 1), others(OFTEN_ELSEWHERE)
    assert not is_everywhere(CASE, Shown(*few).view())
    assert is_everywhere(CASE, Shown(*many).view())
    assert not is_everywhere(replace(CASE, customer_id=None), Shown(*many).view())
    assert not is_everywhere(replace(CASE, customer_id="dani"), Shown(*many).view())


def test_old_ones_and_those_of_other_people_are_none() -> None:
    old = others(OFTEN_ELSEWHERE, opened_at=NOW - timedelta(hours=2))
    assert not is_everywhere(CASE, Shown(*old).view())
    another = others(OFTEN_ELSEWHERE, customer_id="dani")
    assert not is_everywhere(CASE, Shown(*another).view())


def test_a_flood_is_kept_quietly_and_danger_never_counts_as_one() -> None:
    many = others(OFTEN_ELSEWHERE)
    assert opened(CaseReason.REQUESTED, *many).priority is Priority.LOW
    assert opened(CaseReason.DANGER, *many).priority is Priority.URGENT
    assert opened(CaseReason.REQUESTED).priority is Priority.NORMAL


def test_who_is_quieted_is_offered_to_nobody() -> None:
    case = quieted(replace(CASE, offered_to=ANA, offered_at=NOW, priority=Priority.HIGH))
    assert (case.priority, case.offered_to, case.offered_at) == (Priority.LOW, None, None)
