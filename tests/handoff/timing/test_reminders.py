"""Who is reminded of what: customers who wait, promises, the end of a snooze, follow-ups."""

from dataclasses import replace

import pytest

from bot.texts import say
from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.cases import Case, CaseStatus, Promise
from bot.vocabulary.conversations import Owner, OwnerKind
from bot.vocabulary.turns import Lane
from handoff.timing.waking import woken_by_customer
from tests.builders import a_message, a_press
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
from tests.handoff.routing.kit import a_board
from tests.handoff.timing.kit import (
    ALONE,
    LED,
    OFFICE,
    STYLE,
    an_alarm,
    changed_case,
    minutes,
    pings,
    ring,
    says_customer,
    told_customer,
)

IDLE = an_alarm(AlarmKind.IDLE, "first", minutes(15))
IDLE_AGAIN = an_alarm(AlarmKind.IDLE, "again", minutes(30))
NEAR = an_alarm(AlarmKind.PROMISE, "first_reply:near", minutes(45))
OVER = an_alarm(AlarmKind.PROMISE, "first_reply:over", minutes(60))
DUE = {Promise.FIRST_REPLY: minutes(60), Promise.RESOLUTION: minutes(480)}
WAITED_FOR = a_case(ANA, awaited_since=NOW)


def test_the_agent_is_pinged_when_their_customer_waits() -> None:
    plan = ring(WAITED_FOR, IDLE)
    assert told_to_thread(plan) == [say("timing.waiting_desk", "en", agent="Ana", minutes=15)]
    assert pings(plan) == ["ana"]
    assert plan.case is None
    assert told_customer(plan) == []


def test_then_others_are_asked_and_the_customer_hears_it() -> None:
    plan = ring(WAITED_FOR, IDLE_AGAIN, OFFICE)
    after = changed_case(plan)
    assert (after.status, after.agent, after.awaited_since) == (CaseStatus.QUEUED, None, None)
    assert after.offered_to not in {None, ANA}
    assert plan.owner == Owner(kind=OwnerKind.QUEUE)
    assert told_customer(plan) == [say("timing.idle_customer", "en", agent="Ana")]


@pytest.mark.parametrize("alarm", [IDLE, IDLE_AGAIN])
@pytest.mark.parametrize("case", [a_case(ANA), a_case(), a_closed_case()])
def test_who_does_not_wait_reminds_nobody(case: Case, alarm: Alarm) -> None:
    assert changes_nothing(ring(case, alarm))


def test_a_promise_that_is_near_is_reminded_of_in_the_thread() -> None:
    case = a_case(offered_to=BEN, offered_at=NOW, due=DUE, promised_at=NOW)
    plan = ring(case, NEAR, OFFICE)
    [told] = told_to_thread(plan)
    assert told.startswith("⏰ First reply")
    assert pings(plan) == ["ben"]
    assert plan.case is None
    assert told_customer(plan) == []


def test_a_broken_promise_is_noted_audited_and_told_to_the_lead() -> None:
    plan = ring(a_case(BEN, due=DUE, promised_at=NOW), OVER, LED)
    assert changed_case(plan).breached == (Promise.FIRST_REPLY,)
    assert plan.audit is not None
    assert (plan.audit.action, plan.audit.detail) == ("breach", "first_reply")
    assert plan.audit.case == "R-1"
    assert pings(plan) == ["ana"]
    assert told_customer(plan) == []
    alone = ring(a_case(BEN, due=DUE), OVER, ALONE)
    assert pings(alone) == ["ben"]


@pytest.mark.parametrize(
    "case",
    [
        a_case(ANA, due=DUE, replied_at=NOW),
        a_case(ANA, due=DUE, breached=(Promise.FIRST_REPLY,)),
        a_case(ANA),
        replace(a_closed_case(), due=DUE),
    ],
)
@pytest.mark.parametrize("alarm", [NEAR, OVER])
def test_a_promise_that_is_kept_or_gone_reminds_nobody(case: Case, alarm: Alarm) -> None:
    assert changes_nothing(ring(case, alarm, OFFICE))


SNOOZED = a_case(ANA, status=CaseStatus.SNOOZED, snoozed_until=minutes(90))
WAKE = an_alarm(AlarmKind.SNOOZE, at=minutes(90))


def test_a_snooze_ends_for_its_agent() -> None:
    plan = ring(SNOOZED, WAKE)
    after = changed_case(plan)
    assert (after.status, after.agent, after.snoozed_until) == (CaseStatus.CLAIMED, ANA, None)
    assert pings(plan) == ["ana"]
    [shown] = in_lane(plan, Lane.DESK)
    assert shown.marks is CaseStatus.CLAIMED
    assert told_customer(plan) == []
    assert changes_nothing(ring(a_case(ANA), WAKE))


def test_who_is_gone_when_it_wakes_is_not_waited_for() -> None:
    plan = ring(SNOOZED, WAKE, OFFICE, view=replace(a_board(away=[ANA]), at=minutes(90)))
    assert changed_case(plan).status is CaseStatus.QUEUED
    assert changed_case(plan).offered_to not in {None, ANA}


def test_a_customer_who_writes_wakes_their_case() -> None:
    case, told = woken_by_customer(SNOOZED, [a_message("are you there?")], STYLE)
    assert case is not None
    assert (case.status, case.agent, case.snoozed_until) == (CaseStatus.CLAIMED, ANA, None)
    assert [item.message.notifies for item in told] == [("ana",)]
    assert woken_by_customer(SNOOZED, [a_press("rate:up")], STYLE) == (None, ())
    assert woken_by_customer(a_case(ANA), [a_message("hello")], STYLE) == (None, ())
    assert woken_by_customer(None, [a_message("hello")], STYLE) == (None, ())


@pytest.mark.parametrize("case", [a_case(ANA), a_closed_case()])
def test_a_follow_up_reminds_the_agent_even_after_the_end(case: Case) -> None:
    plan = ring(replace(case, follow_up_at=minutes(5)), an_alarm(AlarmKind.FOLLOW_UP))
    assert told_to_thread(plan) == [say("timing.follow_up_desk", "en", customer="Carla")]
    assert pings(plan) == ["ana"]
    assert changed_case(plan).follow_up_at is None
    assert changed_case(plan).status is case.status
    [shown] = in_lane(plan, Lane.DESK)
    assert shown.marks is None
    assert [one.action for one in shown.message.buttons] == (
        [] if case.is_open else ["case:reopen"]
    )


def test_what_was_left_while_nobody_was_there_is_told_as_that() -> None:
    case = a_case(status=CaseStatus.EXPIRED, follow_up_at=minutes(5))
    plan = ring(case, an_alarm(AlarmKind.FOLLOW_UP), LED)
    told = say("timing.left_message_desk", "en", customer="Carla", prefix="/")
    assert told_to_thread(plan) == [told]
    assert pings(plan) == ["ana"]


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (CaseStatus.RESOLVED, "timing.follow_up_desk"),
        (CaseStatus.EXPIRED, "timing.left_before_desk"),
    ],
)
def test_a_follow_up_of_an_earlier_case_comes_in_its_own_thread(
    status: CaseStatus, key: str
) -> None:
    earlier = a_case(ANA, id="R-0", thread=replace(THREAD, thread_id="t0"), status=status)
    alarm = an_alarm(AlarmKind.FOLLOW_UP, "R-0")
    plan = ring(a_case(BEN), alarm, past=(earlier,))
    [shown] = in_lane(plan, Lane.DESK)
    assert shown.message.text == say(key, "en", customer="Carla", case=r"R\-1")
    assert (shown.place, shown.message.notifies) == (earlier.thread, ("ana",))
    assert (plan.case, shown.message.buttons) == (None, ())
    assert changes_nothing(ring(a_case(BEN), alarm))


def test_an_alarm_about_nothing_changes_nothing() -> None:
    assert changes_nothing(ring(a_case(ANA), an_alarm(AlarmKind.DIGEST)))
    assert changes_nothing(ring(a_case(ANA), an_alarm(AlarmKind.FOLLOW_UP)))
    assert changes_nothing(ring(a_case(ANA), WAKE, history=(says_customer(),)))
