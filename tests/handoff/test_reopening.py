"""A customer who needs people again goes back into the same case, and nobody can force pings."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.texts import say
from bot.vocabulary.board import AgentPresence, BoardView, Presence
from bot.vocabulary.cases import Case, CaseEvent, CaseReason, CaseStatus, Priority
from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, OwnerKind, Speaker
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.turns import Lane, Plan, Turn
from handoff.aftercare import Aftercare
from handoff.desk.flooding import OFTEN
from handoff.desk.reopening import Reopening
from handoff.routing.office import Office
from handoff.routing.teams import Seat
from handoff.saying.style import DeskStyle
from tests.builders import a_conversation, a_customer, a_message
from tests.handoff.kit import (
    ANA,
    BEN,
    NOW,
    a_case,
    a_line,
    an_opening,
    in_lane,
    told_to_thread,
)

STYLE = DeskStyle(language="en", aftercare=Aftercare(reopen_hours=72))
LATER = NOW + timedelta(hours=5)
CARLA = a_customer("Carla").user_id


def closed(**fields: Any) -> Case:
    values: dict[str, Any] = {
        "status": CaseStatus.RESOLVED,
        "closed_by": CaseEvent.RESOLVE,
        "customer_id": CARLA,
        "agent": ANA,
    }
    return a_case(**(values | fields))


def wants(reason: CaseReason = CaseReason.REQUESTED, question: str = "it", **fields: Any) -> Any:
    values: dict[str, Any] = {
        "reason": reason,
        "reasons": ("asked for a human",),
        "language": "en",
        "question": question,
    }
    return HandoverRequest(**(values | fields))


def spoken(speaker: Speaker, text: str) -> HistoryLine:
    return HistoryLine(speaker=speaker, name="Carla", text=text, at=NOW)


STRETCH = (
    spoken(Speaker.CUSTOMER, "my parcel with the copper pan never came"),
    an_opening(),
    a_line("We send another one."),
    spoken(Speaker.MARKER, "back with the bot: resolved"),
)


def again(  # noqa: PLR0913 - what it depends on
    case: Case | None,
    request: HandoverRequest | None = None,
    *,
    text: str = "I want a person again",
    view: BoardView | None = None,
    now: Any = LATER,
    history: tuple[HistoryLine, ...] = STRETCH,
    past: tuple[Case, ...] = (),
    author: str = "Carla",
    office: Office | None = None,
    style: DeskStyle = STYLE,
) -> Plan | None:
    conversation = Conversation(
        ref=a_conversation(), case=case, history=history, past=past, memo=Memo(language="en")
    )
    turn = Turn(
        id="turn9",
        conversation=conversation,
        messages=(a_message(text, author=a_customer(author)),),
        started_at=now,
    )
    reopening = Reopening(style=style, office=office or Office())
    return reopening.reopened(turn, request or wants(), view or BoardView(at=now), now)


def test_the_same_case_waits_again_in_its_thread() -> None:
    plan = again(closed(resolution="sent"))
    assert plan is not None
    assert plan.case is not None
    assert (plan.case.id, plan.case.status, plan.case.reopened) == ("R-1", CaseStatus.QUEUED, 1)
    assert (plan.case.thread, plan.case.queued_at) == (closed().thread, LATER)
    assert plan.owner is not None
    assert plan.owner.kind is OwnerKind.QUEUE
    opening, relay = in_lane(plan, Lane.DESK)
    assert opening.opens_thread is None
    assert opening.marks is CaseStatus.QUEUED
    assert opening.message.text.startswith("↻ **Opened again** because: asked for a human")
    assert relay.message.text == "I want a person again"
    assert plan.history[0].text == "I want a person again"


def test_it_is_offered_first_to_who_had_it_and_the_customer_hears_so() -> None:
    plan = again(closed())
    assert plan is not None
    assert plan.case is not None
    assert (plan.case.offered_to, plan.case.offered_at) == (ANA, LATER)
    [told] = in_lane(plan, Lane.CUSTOMER)
    assert told.message.text == say("after.asked_again_customer", "en", agent="Ana")
    assert in_lane(plan, Lane.DESK)[0].message.notifies == ("ana",)


def test_who_had_it_is_known_by_their_words_where_the_customer_left() -> None:
    plan = again(closed(agent=None, closed_by=CaseEvent.CANCEL))
    assert plan is not None
    assert plan.case is not None
    assert plan.case.offered_to == ANA


def test_who_is_away_is_not_asked_first() -> None:
    away = AgentPresence(agent_id=ANA.id, name="Ana", presence=Presence.AWAY, at=NOW)
    view = BoardView(at=LATER, presence={ANA.id: away})
    plan = again(closed(), view=view)
    assert plan is not None
    assert plan.case is not None
    assert plan.case.offered_to is None
    [told] = in_lane(plan, Lane.CUSTOMER)
    assert told.message.text == say("after.asked_again_brand", "en")
    roster = Office(roster=(Seat(agent=ANA), Seat(agent=BEN)))
    other = again(closed(), view=view, office=roster)
    assert other is not None
    assert other.case is not None
    assert other.case.offered_to == BEN


def test_as_a_brand_nobody_is_named() -> None:
    plan = again(closed(), style=replace(STYLE, agents_as="brand", brand="Casa"))
    assert plan is not None
    assert "Ana" not in in_lane(plan, Lane.CUSTOMER)[0].message.text


def test_what_bot_and_customer_said_since_is_shown() -> None:
    since = (spoken(Speaker.CUSTOMER, "is it *there*?"), spoken(Speaker.BOT, "I don't know"))
    plan = again(closed(), history=(*STRETCH, *since))
    assert plan is not None
    shown = told_to_thread(plan)[0]
    assert r"- Carla: is it \*there\*?" in shown
    assert "copper" not in shown


@pytest.mark.parametrize(
    ("question", "goes_on"),
    [
        ("where is the parcel with my pan", True),
        ("the copper pan still has not come", True),
        ("do you have gift cards for weddings", False),
        ("?", False),
    ],
)
def test_without_a_wish_only_the_same_matter_goes_on(question: str, goes_on: bool) -> None:  # noqa: FBT001
    unsure = wants(CaseReason.LOW_CONFIDENCE, question)
    plan = again(closed(), unsure, text=question)
    assert (plan is not None) is goes_on
    if plan is not None:
        told = in_lane(plan, Lane.CUSTOMER)[0].message.text
        assert told == say("handoff.queued_low_confidence", "en")


@pytest.mark.parametrize(
    "case",
    [
        None,
        a_case(ANA, customer_id=CARLA),
        closed(thread=None),
        closed(closed_by=CaseEvent.MERGE),
        closed(customer_id="dani"),
        closed(changed_at=NOW - timedelta(days=3)),
    ],
    ids=["none", "open", "no thread", "merged", "another's", "too old"],
)
def test_what_cannot_go_on_makes_room_for_a_new_case(case: Case | None) -> None:
    assert again(case) is None


@pytest.mark.parametrize("reason", [CaseReason.SELF_HARM, CaseReason.DANGER, CaseReason.THREAT])
def test_danger_begins_a_case_of_its_own(reason: CaseReason) -> None:
    assert again(closed(), wants(reason, "the copper pan burns my house")) is None


def test_an_expired_case_goes_on_as_well() -> None:
    plan = again(closed(status=CaseStatus.EXPIRED, closed_by=CaseEvent.EXPIRE, agent=None))
    assert plan is not None


def test_its_priority_never_falls_by_being_opened_again() -> None:
    plan = again(closed(priority=Priority.HIGH))
    assert plan is not None
    assert plan.case is not None
    assert plan.case.priority is Priority.HIGH
    legal = again(closed(), wants(CaseReason.LEGAL, "the copper pan, my lawyer"))
    assert legal is not None
    assert legal.case is not None
    assert legal.case.priority is Priority.HIGH


def test_who_asks_again_and_again_pings_nobody_and_opens_no_threads() -> None:
    case = closed(reopened=OFTEN - 1, changed_at=LATER)
    plan = again(case, wants(CaseReason.LOW_CONFIDENCE, "gift cards for weddings"))
    assert plan is not None
    assert plan.case is not None
    assert plan.case.priority is Priority.LOW
    assert all(not delivery.message.notifies for delivery in plan.deliveries)
    assert all(delivery.opens_thread is None for delivery in plan.deliveries)
    [told] = in_lane(plan, Lane.CUSTOMER)
    assert told.message.text == say("after.asked_often", "en")


def test_many_cases_within_an_hour_count_as_well_but_danger_is_never_too_often() -> None:
    lately = tuple(closed(id=f"R-{number}", changed_at=LATER) for number in range(OFTEN))
    gifts = wants(CaseReason.LOW_CONFIDENCE, "gift cards for weddings")
    assert again(lately[0], gifts, past=lately[1:]) is not None
    old = tuple(replace(case, changed_at=NOW) for case in lately)
    assert again(old[0], gifts, past=old[1:]) is None
    danger = again(lately[0], wants(CaseReason.DANGER, "fire"), past=lately[1:])
    assert danger is not None
    assert danger.case is not None
    assert danger.case.priority is Priority.URGENT
    assert any(delivery.message.notifies for delivery in danger.deliveries)
