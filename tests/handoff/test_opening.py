"""How a case begins: team, priority and offer, what the customer hears, and what happens at night."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.texts import say
from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import Case, CaseReason, CaseStatus, Priority
from bot.vocabulary.conversations import Conversation, Owner, OwnerKind, Speaker
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.turns import Lane, Plan, Turn
from handoff.desk.chat import ChatDesk
from handoff.routing.hours import Hours
from handoff.routing.office import Office
from handoff.routing.teams import Team, Topic
from handoff.routing.weekly import parse_hours
from tests.builders import a_conversation, a_message
from tests.handoff.kit import ANA, BEN, NOW, THREAD, a_case, in_lane, told_to_thread
from tests.handoff.routing.kit import CLEO, ROSTER, a_board, cases_of, waiting_case, waits
from tests.handoff.timing.kit import BILLING, PACE, pings, told_customer

MADRID = ZoneInfo("Europe/Madrid")
DAY = Team(name="day", hours=Hours(week=parse_hours("mon-fri 09:00-18:00"), zone=MADRID))
TOPICS = (Topic(name="billing", words=("refund",)),)
OFFICE = Office(
    teams=(DAY, replace(BILLING, topics=("billing",))), roster=ROSTER, topics=TOPICS, pace=PACE
)
NIGHT = datetime(2026, 11, 26, 21, 0, tzinfo=UTC)


@dataclass(frozen=True)
class FixedBoard:
    """A board that shows what it was given."""

    shown: BoardView

    def view(self) -> BoardView:
        return self.shown


def hand_over(
    view: BoardView,
    office: Office = OFFICE,
    *,
    question: str = "my lamp is broken",
    before: Case | None = None,
    **fields: Any,
) -> Plan:
    values: dict[str, Any] = {
        "reason": CaseReason.REQUESTED,
        "reasons": ("asked",),
        "language": "en",
        "question": question,
    }
    conversation = Conversation(ref=a_conversation(), case=before)
    turn = Turn(
        id="turn1", conversation=conversation, messages=(a_message(question),), started_at=view.at
    )
    desk = ChatDesk(language="en", office=office, board=FixedBoard(view))
    return desk.hand_over(turn, HandoverRequest(**(values | fields)))


def case_of(plan: Plan) -> Case:
    assert plan.case is not None
    return plan.case


def at_night(office: Office = OFFICE, **fields: Any) -> Plan:
    return hand_over(replace(a_board(), at=NIGHT), office, **fields)


def with_bot(office: Office) -> Office:
    return replace(office, pace=replace(PACE, on_nobody="bot"))


def test_a_case_goes_to_its_team_and_is_offered_with_a_ping() -> None:
    board = a_board(*cases_of(ANA, 1), *cases_of(CLEO, 2))
    plan = hand_over(board, question="where is my refund?", tier="gold")
    case = case_of(plan)
    assert (case.team, case.topic, case.tier) == ("billing", "billing", "gold")
    assert case.offered_to == BEN
    assert pings(plan) == ["ben"]
    assert told_to_thread(plan)[-1] == say("timing.offered_desk", "en", agent="Ben", prefix="/")
    assert plan.alarms is not None
    assert {alarm.kind for alarm in plan.alarms} == {
        AlarmKind.OFFER,
        AlarmKind.UNCLAIMED,
        AlarmKind.PROMISE,
    }


def test_the_customer_hears_their_place_and_what_was_usual() -> None:
    board = a_board(
        waiting_case("R-1", 4, team="billing"), waits=waits(3, 4, 5, 6, 7, team="billing")
    )
    plan = hand_over(board, question="a refund")
    place = say("timing.position", "en", position=2)
    usual = say("timing.usual_minutes", "en", minutes=5)
    text = f"{say('handoff.queued_requested', 'en')}\n\n{place} {usual}"
    assert told_customer(plan) == [text]
    assert [line.text for line in plan.history if line.speaker is Speaker.BOT] == [text]


def test_without_a_board_nothing_is_said_of_a_queue() -> None:
    conversation = Conversation(ref=a_conversation())
    turn = Turn(id="t", conversation=conversation, messages=(a_message("?"),), started_at=NOW)
    request = HandoverRequest(
        reason=CaseReason.REQUESTED, reasons=("asked",), language="en", question="?"
    )
    for desk in (ChatDesk(language="en"), ChatDesk(language="en", board=FixedBoard(UNREAD))):
        plan = desk.hand_over(turn, request)
        assert case_of(plan).opened_at > datetime(2026, 1, 1, tzinfo=UTC)
        assert told_customer(plan)[0].startswith(say("handoff.queued_requested", "en"))
    assert told_customer(ChatDesk(language="en").hand_over(turn, request)) == [
        say("handoff.queued_requested", "en")
    ]


UNREAD = BoardView(at=datetime.fromtimestamp(0, UTC))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "we open tomorrow at 9:00 (Europe/Madrid)"),
        ("es", "abrimos mañana a las 9:00 (Europe/Madrid)"),
    ],
)
def test_at_night_the_message_is_taken_and_the_truth_told(language: str, words: str) -> None:
    plan = at_night(language=language)
    case = case_of(plan)
    assert (case.status, case.offered_to) == (CaseStatus.QUEUED, None)
    [told] = told_customer(plan)
    assert words in told.replace("\\", "")
    assert plan.owner == Owner(kind=OwnerKind.QUEUE)
    assert plan.alarms is not None
    [opens] = [alarm.at for alarm in plan.alarms if alarm.kind is AlarmKind.OFFER]
    assert opens == datetime(2026, 11, 27, 9, 0, tzinfo=MADRID)


def test_at_night_the_bot_goes_on_where_that_is_set_and_the_desk_keeps_the_message() -> None:
    plan = at_night(with_bot(OFFICE))
    case = case_of(plan)
    assert case.status is CaseStatus.EXPIRED
    assert plan.owner == Owner()
    assert plan.receipt.owner is OwnerKind.BOT
    assert plan.receipt.reasons[-1] == say("timing.reason_nobody_there", "en")
    [told] = told_customer(plan)
    assert "left your message" in told
    assert "9:00" in told
    opening, written, kept = in_lane(plan, Lane.DESK)
    assert opening.opens_thread is not None
    assert written.message.text == "my lamp is broken"
    assert kept.marks is CaseStatus.EXPIRED
    assert case.follow_up_at == datetime(2026, 11, 27, 9, 0, tzinfo=MADRID)
    assert plan.alarms is not None
    assert [alarm.kind for alarm in plan.alarms] == [AlarmKind.FOLLOW_UP]
    said = [line.text for line in plan.history if line.speaker is Speaker.BOT]
    assert said == [told]


def test_when_everybody_is_away_it_is_as_at_night() -> None:
    away = a_board(away=[ANA, BEN, CLEO])
    assert say("timing.nobody", "en") in told_customer(hand_over(away))[0]
    left = hand_over(away, with_bot(OFFICE))
    assert case_of(left).status is CaseStatus.EXPIRED
    assert case_of(left).follow_up_at is None


@pytest.mark.parametrize("reason", [CaseReason.SELF_HARM, CaseReason.DANGER, CaseReason.THREAT])
def test_an_emergency_is_never_left_to_the_bot(reason: CaseReason) -> None:
    plan = at_night(with_bot(OFFICE), reason=reason)
    assert case_of(plan).priority is Priority.URGENT
    assert case_of(plan).is_open
    assert plan.owner == Owner(kind=OwnerKind.QUEUE)
    assert "9:00" in told_customer(plan)[0]


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_writes_on_hears_once_how_it_stands(language: str) -> None:
    waits_on = replace(waiting_case("R-9", 2), team="day", language=language)
    conversation = Conversation(
        ref=a_conversation(), case=waits_on, owner=Owner(kind=OwnerKind.QUEUE)
    )
    turn = Turn(
        id="t", conversation=conversation, messages=(a_message("hello?"),), started_at=NIGHT
    )
    board = FixedBoard(replace(a_board(waits_on), at=NIGHT))
    desk = ChatDesk(language="en", office=OFFICE, board=board)
    [told] = told_customer(desk.relay(turn, language))
    assert told.startswith(say("handoff.still_queued", language))
    assert "9:00 (Europe/Madrid)" in told


def test_who_asks_again_goes_on_with_their_case_and_hears_their_place() -> None:
    before = a_case(
        ANA, status=CaseStatus.RESOLVED, thread=THREAD, changed_at=NOW, customer_id="carla"
    )
    plan = hand_over(a_board(), Office(pace=PACE), before=before)
    case = case_of(plan)
    assert (case.id, case.status, case.reopened) == (before.id, CaseStatus.QUEUED, 1)
    assert say("timing.next", "en") in told_customer(plan)[0]
    assert plan.alarms is not None
    assert AlarmKind.UNCLAIMED in {alarm.kind for alarm in plan.alarms}
