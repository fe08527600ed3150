"""An offer that nobody takes goes on; the case of who does not go on is offered to others."""

from dataclasses import replace

import pytest

from bot.texts import say
from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.conversations import OwnerKind, Speaker
from handoff.saying.style import DeskStyle
from tests.handoff.kit import ANA, BEN, NOW, a_case, changes_nothing, told_to_thread
from tests.handoff.routing.kit import CLEO, a_board
from tests.handoff.timing.kit import (
    ALONE,
    OFFICE,
    an_alarm,
    changed_case,
    minutes,
    pings,
    ring,
    told_customer,
)

OVER = an_alarm(AlarmKind.OFFER, at=minutes(5))
OFFERED = a_case(team="billing", queued_at=NOW, offered_to=ANA, offered_at=NOW, offers=1)


def test_what_one_does_not_take_is_offered_to_the_next_who_is_pinged() -> None:
    plan = ring(OFFERED, OVER, OFFICE)
    case = changed_case(plan)
    assert case.offered_to in {BEN, CLEO}
    assert (case.offers, case.offered_at, case.passed_by) == (2, minutes(5), (ANA.id,))
    assert case.offered_to is not None
    assert pings(plan) == [case.offered_to.name.lower()]
    assert told_customer(plan) == []


def test_everybody_is_asked_once_then_all() -> None:
    case, alarm = OFFERED, OVER
    asked = [ANA]
    for _ in range(2):
        case = changed_case(ring(case, alarm, OFFICE))
        assert case.offered_to is not None
        asked.append(case.offered_to)
        alarm = an_alarm(AlarmKind.OFFER, at=minutes(5, alarm.at))
    assert {agent.id for agent in asked} == {ANA.id, BEN.id, CLEO.id}
    last = ring(case, alarm, OFFICE)
    assert changed_case(last).offered_to is None
    assert told_to_thread(last) == [say("timing.open_to_all_desk", "en", prefix="/")]
    assert last.alarms is not None
    assert AlarmKind.OFFER not in {one.kind for one in last.alarms}


def test_who_is_away_is_passed_over() -> None:
    plan = ring(OFFERED, OVER, OFFICE, view=replace(a_board(away=[BEN]), at=minutes(5)))
    assert changed_case(plan).offered_to == CLEO


def test_an_offer_that_was_taken_is_over() -> None:
    assert changes_nothing(ring(a_case(BEN), OVER, OFFICE))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_case_of_who_leaves_is_offered_to_others_and_the_customer_hears_it(
    language: str,
) -> None:
    case = a_case(ANA, team="billing", language=language)
    plan = ring(case, an_alarm(AlarmKind.AGENT_LEFT, ANA.id), OFFICE)
    after = changed_case(plan)
    assert after.status is CaseStatus.QUEUED
    assert after.agent is None
    assert after.offered_to in {BEN, CLEO}
    assert plan.owner is not None
    assert plan.owner.kind is OwnerKind.QUEUE
    assert told_customer(plan) == [say("timing.left_customer", language, agent="Ana")]
    assert plan.history[0].speaker is Speaker.MARKER
    assert plan.audit is not None
    assert (plan.audit.action, plan.audit.actor) == ("reoffer", "Relevo")
    assert plan.alarms is not None
    assert {one.kind for one in plan.alarms} == {AlarmKind.OFFER, AlarmKind.UNCLAIMED}


def test_no_name_is_told_where_agents_have_none() -> None:
    style = DeskStyle(language="en", agents_as="brand", brand="Casa Lumbre")
    left = an_alarm(AlarmKind.AGENT_LEFT, ANA.id)
    [told] = told_customer(ring(a_case(ANA), left, ALONE, style=style))
    assert "Casa Lumbre" in told
    assert "Ana" not in told
    [told] = told_customer(ring(a_case(ANA), left, style=replace(style, brand="")))
    assert "our team" in told


def test_an_offer_to_who_leaves_goes_on_and_what_sleeps_is_left_alone() -> None:
    left = an_alarm(AlarmKind.AGENT_LEFT, ANA.id)
    assert changed_case(ring(OFFERED, left, OFFICE)).offered_to != ANA
    asleep = a_case(ANA, status=CaseStatus.SNOOZED, snoozed_until=minutes(60))
    assert changes_nothing(ring(asleep, left, OFFICE))
    assert changes_nothing(ring(a_case(BEN), left, OFFICE))
    assert changes_nothing(ring(a_case(ANA, status=CaseStatus.RESOLVED), left, OFFICE))
