"""A case that nobody takes: others hear of it, the customer hears the truth, the bot may go on."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.texts import say
from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.cases import CaseEvent, CaseStatus, Priority
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.turns import Lane
from handoff.routing.hours import Hours
from handoff.routing.office import Office
from handoff.routing.teams import Team
from handoff.routing.weekly import parse_hours
from handoff.timing.alarms import alarms_of
from tests.handoff.kit import ANA, BEN, NOW, a_case, changes_nothing, in_lane
from tests.handoff.routing.kit import CLEO, a_board, a_seat, waiting_case, waits
from tests.handoff.timing.kit import (
    ALONE,
    BILLING,
    LED,
    OFFICE,
    PACE,
    an_alarm,
    changed_case,
    minutes,
    pings,
    ring,
    told_customer,
)

FIRST = an_alarm(AlarmKind.UNCLAIMED, "first", minutes(10))
AGAIN = an_alarm(AlarmKind.UNCLAIMED, "again", minutes(20))
WAITS = a_case(queued_at=NOW)


def with_bot(office: Office) -> Office:
    return replace(office, pace=replace(PACE, on_nobody="bot"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_customer_hears_that_we_look_on_with_their_place(language: str) -> None:
    case = replace(WAITS, language=language)
    before = waiting_case("R-0", 50)
    board = replace(a_board(case, before, waits=waits(4, 5, 6)), at=minutes(10))
    [told] = told_customer(ring(case, FIRST, view=board))
    place = say("timing.position", language, position=2)
    usual = say("timing.usual_minutes", language, minutes=5)
    assert told == f"{say('timing.still_looking', language)}\n\n{place} {usual}"


def test_the_lead_is_pinged_and_the_customer_told_once() -> None:
    plan = ring(WAITS, FIRST, LED)
    assert pings(plan) == ["ana"]
    assert changed_case(plan).unclaimed == 1
    assert plan.alarms is not None
    assert [alarm.about for alarm in plan.alarms] == ["again"]
    assert plan.audit is not None
    assert plan.audit.action == "unclaimed"


def test_the_overflow_team_gets_what_nobody_takes() -> None:
    roster = (a_seat(ANA, teams=("billing",)), a_seat(BEN, teams=("support",), is_lead=True))
    office = replace(OFFICE, roster=roster)
    case = replace(WAITS, team="billing", offered_to=ANA, offered_at=NOW)
    plan = ring(case, FIRST, office)
    after = changed_case(plan)
    assert (after.team, after.offered_to, after.queued_at) == ("support", BEN, NOW)
    assert set(pings(plan)) == {"ben"}
    later = replace(after, unclaimed=1)
    assert changed_case(ring(later, AGAIN, office)).team == "support"


def test_an_overflow_team_has_as_long_as_the_first_had() -> None:
    day = Hours(week=parse_hours("daily 12:00-18:00"))
    office = replace(OFFICE, teams=(replace(BILLING, hours=day), OFFICE.teams[1]))
    plan = ring(replace(WAITS, team="billing", queued_at=minutes(-600)), FIRST, office)
    assert changed_case(plan).team == "support"
    assert plan.alarms is not None
    again = [alarm.at for alarm in plan.alarms if alarm.about == "again"]
    assert again == [minutes(20)]


def test_an_overflow_team_that_is_closed_gets_nothing() -> None:
    closed = Team(
        name="support",
        hours=Hours(week=parse_hours("sat 10:00-11:00"), zone=ZoneInfo("Europe/Madrid")),
    )
    office = Office(teams=(BILLING, closed), pace=PACE)
    plan = ring(replace(WAITS, team="billing"), FIRST, office)
    assert changed_case(plan).team == "billing"


@pytest.mark.parametrize("office", [ALONE, with_bot(ALONE)])
def test_an_urgent_case_waits_on_whatever_is_set(office: Office) -> None:
    case = replace(WAITS, unclaimed=1, priority=Priority.URGENT)
    plan = ring(case, AGAIN, office)
    assert changed_case(plan).is_open
    assert plan.owner is None
    assert told_customer(plan) == [say("timing.message_taken", "en")]


def test_a_message_is_taken_and_it_waits_on() -> None:
    plan = ring(replace(WAITS, unclaimed=1), AGAIN, LED)
    after = changed_case(plan)
    assert (after.status, after.unclaimed) == (CaseStatus.QUEUED, 2)
    assert pings(plan) == ["ana"]
    assert plan.alarms == ()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_bot_goes_on_where_that_is_set_and_the_desk_keeps_the_message(language: str) -> None:
    case = replace(WAITS, unclaimed=1, language=language)
    plan = ring(case, AGAIN, with_bot(LED))
    after = changed_case(plan)
    assert (after.status, after.closed_by) == (CaseStatus.EXPIRED, CaseEvent.EXPIRE)
    assert plan.owner is not None
    assert plan.owner.kind is OwnerKind.BOT
    assert plan.memo is not None
    assert told_customer(plan) == [say("timing.expired_customer", language)]
    [shown] = in_lane(plan, Lane.DESK)
    assert shown.marks is CaseStatus.EXPIRED
    assert [button.action for button in shown.message.buttons] == ["case:reopen"]
    assert pings(plan) == ["ana"]
    assert plan.alarms == ()


@pytest.mark.parametrize("fields", [{"agent": BEN}, {"status": CaseStatus.EXPIRED}])
@pytest.mark.parametrize("alarm", [FIRST, AGAIN])
def test_who_has_somebody_needs_nothing(fields: dict[str, Any], alarm: Alarm) -> None:
    assert changes_nothing(ring(a_case(**fields), alarm, OFFICE))


def test_nobody_of_the_other_team_who_passed_is_offered_it() -> None:
    roster = (a_seat(BEN), a_seat(CLEO))
    case = replace(WAITS, team="billing", passed_by=(BEN.id,))
    assert changed_case(ring(case, FIRST, replace(OFFICE, roster=roster))).offered_to == CLEO


def test_time_counts_while_the_team_is_there() -> None:
    """On a Sunday nobody is told that we are still looking."""
    zone = ZoneInfo("Europe/Madrid")
    hours = Hours(week=parse_hours("mon-fri 09:00-18:00"), zone=zone)
    office = Office(teams=(Team(name="day", hours=hours),), pace=PACE)
    sunday = datetime(2026, 11, 29, 12, 0, tzinfo=zone)
    placed = office.placed(replace(WAITS, team="day"), a_board(), sunday)
    [alarm] = alarms_of(placed, office)
    assert (alarm.kind, alarm.about) == (AlarmKind.UNCLAIMED, "first")
    assert alarm.at == datetime(2026, 11, 30, 9, 10, tzinfo=zone)
