"""Who is there, and the next case."""

from dataclasses import replace

import pytest

from bot.texts import say
from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.board import Presence
from bot.vocabulary.cases import Case, CaseStatus, Priority
from bot.vocabulary.conversations import Owner, OwnerKind
from bot.vocabulary.turns import Lane
from handoff.agents.verbs import AgentVerbs
from handoff.saying.style import DeskStyle
from tests.handoff.kit import (
    ANA,
    BEN,
    NOW,
    THREAD,
    a_case,
    a_closed_case,
    changes_nothing,
    in_lane,
    told_to_thread,
)
from tests.handoff.world import Board, another_case, does, rings, verbs

ELSEWHERE = replace(THREAD, thread_id="t9")


def test_the_next_case_is_the_most_urgent_one_of_one_s_team() -> None:
    desk = verbs(
        another_case(2, team="support", offered_to=None),
        another_case(3, team="support", priority=Priority.HIGH),
        another_case(4, team="billing", priority=Priority.URGENT),
        another_case(5, team="support", priority=Priority.URGENT, offered_to=BEN),
        another_case(6, team="support", priority=Priority.URGENT, passed_by=(ANA.id,)),
        another_case(7, BEN, team="support", priority=Priority.URGENT),
        another_case(8, team="support", priority=Priority.URGENT, thread=None),
    )
    plan = does("/next", a_closed_case(), desk=desk, place=ELSEWHERE)
    assert changes_nothing(plan)
    assert "R\\-3" in told_to_thread(plan)[0]
    [bell] = plan.bells
    assert str(bell.conversation) == str(another_case(3).conversation)
    assert (bell.alarm.kind, bell.alarm.at) == (AlarmKind.TAKE, NOW)
    assert plan.audit is not None
    assert (plan.audit.action, plan.audit.case) == ("next", "R-3")


def test_where_the_bell_rings_the_case_is_theirs_and_they_are_called() -> None:
    waiting = another_case(2, team="support")
    plan = does("next", a_case(ANA), desk=verbs(waiting))
    taken = rings(plan.bells[0].alarm, waiting)
    assert taken.case is not None
    assert (taken.case.status, taken.case.agent) == (CaseStatus.CLAIMED, ANA)
    assert taken.owner == Owner(kind=OwnerKind.AGENT, agent=ANA)
    [shown] = in_lane(taken, Lane.DESK)
    assert (shown.message.notifies, shown.marks) == (("ana",), CaseStatus.CLAIMED)
    [told] = in_lane(taken, Lane.CUSTOMER)
    assert told.message.text == say("handoff.claimed_customer", "en", agent="Ana")
    assert taken.audit is not None
    assert (taken.audit.actor_id, taken.audit.action) == (ANA.id, "claim")


@pytest.mark.parametrize(
    "case",
    [
        another_case(2, BEN),
        another_case(2, status=CaseStatus.RESOLVED),
        another_case(2, team="billing"),
        another_case(2, offered_to=BEN),
    ],
)
def test_a_case_that_is_somebody_else_s_by_then_stays_theirs(case: Case) -> None:
    alarm = Alarm(kind=AlarmKind.TAKE, at=NOW, about=f"{ANA.id} Ana")
    plan = rings(alarm, case)
    assert changes_nothing(plan)
    assert plan.deliveries == ()


def test_nothing_waits() -> None:
    plan = does("/next", a_case(ANA))
    assert told_to_thread(plan) == [say("verbs.nothing_waits", "en")]
    assert (plan.bells, plan.audit) == ((), None)


def test_who_goes_away_leaves_each_open_case() -> None:
    mine = [another_case(2, ANA), another_case(3, ANA, status=CaseStatus.SNOOZED)]
    offered = another_case(6, offered_to=ANA)
    desk = verbs(*mine, offered, another_case(4, BEN), another_case(5))
    plan = does("/away", a_case(ANA), desk=desk)
    assert plan.presence is not None
    assert (plan.presence.agent_id, plan.presence.presence) == (ANA.id, Presence.AWAY)
    rung = {str(bell.conversation) for bell in plan.bells}
    assert rung == {str(case.conversation) for case in (a_case(ANA), *mine, offered)}
    assert {(bell.alarm.kind, bell.alarm.about) for bell in plan.bells} == {
        (AlarmKind.AGENT_LEFT, ANA.id)
    }
    assert plan.case is None
    assert plan.audit is not None
    assert (plan.audit.action, plan.audit.detail) == ("away", "4")


@pytest.mark.parametrize("words", ["/back", "/disponible", "I'm back!", "He vuelto."])
def test_who_comes_back_says_so_anywhere(words: str) -> None:
    plan = does(words, a_closed_case(), place=ELSEWHERE)
    assert plan.presence is not None
    assert plan.presence.presence is Presence.AVAILABLE
    assert plan.bells == ()


def test_without_a_roster_who_takes_a_case_is_known_from_then_on() -> None:
    desk = AgentVerbs(DeskStyle(language="en"), board=Board())
    plan = does("/claim", a_case(), desk=desk)
    assert plan.presence is not None
    assert (plan.presence.agent_id, plan.presence.presence) == (ANA.id, Presence.AVAILABLE)
    assert does("/claim", a_case()).presence is None, "a roster knows its people"
    gone = AgentVerbs(DeskStyle(language="en"), board=Board(away=[ANA]))
    assert does("/claim", a_case(), desk=gone).presence is None, "what they said stands"
    found = does("/assign Ana", a_case(BEN), name="Ben", desk=gone)
    assert found.case is not None
    assert found.case.agent == ANA
