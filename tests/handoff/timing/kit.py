"""Builds the office, the alarms and the turns of the desk's clock for tests in one line each."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import Case, CaseStatus, Priority, Promise
from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, Owner, OwnerKind, Speaker
from bot.vocabulary.turns import AlarmTurn, Lane, Plan
from handoff.desk.clock import DeskClock
from handoff.routing.office import Office, Pace
from handoff.routing.teams import Team
from handoff.saying.style import DeskStyle
from handoff.timing.settling import settled
from tests.handoff.kit import ANA, NOW, in_lane
from tests.handoff.routing.kit import ROSTER, a_board, a_seat

PACE = Pace(unclaimed_minutes=10, offer_minutes=5, idle_minutes=15)
PROMISES = {Priority.NORMAL: {Promise.FIRST_REPLY: 60.0, Promise.RESOLUTION: 480.0}}
BILLING = Team(name="billing", promises=PROMISES, overflow="support")
SUPPORT = Team(name="support")
OFFICE = Office(teams=(BILLING, SUPPORT), roster=ROSTER, pace=PACE)
ALONE = Office(pace=PACE)
LED = Office(roster=(a_seat(ANA, is_lead=True), *ROSTER[1:]), pace=PACE)
STYLE = DeskStyle(language="en")


def minutes(count: float, since: datetime = NOW) -> datetime:
    return since + timedelta(minutes=count)


def an_alarm(kind: AlarmKind, about: str = "", at: datetime = NOW) -> Alarm:
    return Alarm(kind=kind, at=at, about=about)


def a_stay(case: Case, *history: HistoryLine, alarms: tuple[Alarm, ...] = ()) -> Conversation:
    """Build the conversation of a case."""
    kinds = {CaseStatus.QUEUED: OwnerKind.QUEUE}
    kind = kinds.get(case.status, OwnerKind.AGENT) if case.is_open else OwnerKind.BOT
    owner = Owner(kind=kind, agent=case.agent if kind is OwnerKind.AGENT else None)
    return Conversation(
        ref=case.conversation,
        owner=owner,
        case=case,
        history=history,
        memo=Memo(language=case.language),
        alarms=alarms,
    )


def says_customer(text: str = "hello?") -> HistoryLine:
    return HistoryLine(speaker=Speaker.CUSTOMER, name="Carla", text=text, at=NOW)


def ring(
    case: Case,
    alarm: Alarm,
    office: Office = ALONE,
    *,
    view: BoardView | None = None,
    style: DeskStyle = STYLE,
    **fields: Any,
) -> Plan:
    """Let an alarm of a case ring, as the desk does."""
    at = max(alarm.at, NOW)
    conversation = replace(a_stay(case, alarms=(alarm,)), **fields)
    turn = AlarmTurn(id="turn1", alarm=alarm, conversation=conversation, at=at, started_at=at)
    clock = DeskClock(style, office, {})
    plan = clock.ring(turn, view or replace(a_board(), at=at))
    return settled(plan, conversation, office, at, alarm)


def told_customer(plan: Plan) -> list[str]:
    return [delivery.message.text for delivery in in_lane(plan, Lane.CUSTOMER)]


def pings(plan: Plan) -> list[str]:
    return [one for delivery in in_lane(plan, Lane.DESK) for one in delivery.message.notifies]


def changed_case(plan: Plan) -> Case:
    assert plan.case is not None
    return plan.case
