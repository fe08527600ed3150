"""What follows from each plan: who waits for whom, when a promise was kept, which alarms are set."""

from dataclasses import replace
from typing import Any

from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.cases import Case, CaseEvent, CaseStatus
from bot.vocabulary.conversations import Conversation, HistoryLine, Speaker
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import AlarmTurn, Outcome, Plan
from handoff.saying.plans import changed
from handoff.timing.alarms import alarms_of
from handoff.timing.settling import settled
from tests.handoff.kit import ANA, BEN, NOW, a_case, a_closed_case, a_line, a_note
from tests.handoff.timing.kit import (
    ALONE,
    OFFICE,
    a_stay,
    an_alarm,
    changed_case,
    minutes,
    says_customer,
)

LATER = minutes(7)


def a_plan(case: Case | None = None, *history: HistoryLine, **fields: Any) -> Plan:
    ring = an_alarm(AlarmKind.OPEN)
    turn = AlarmTurn(id="t", alarm=ring, conversation=a_stay(a_case()), at=NOW, started_at=NOW)
    receipt = receipt_of(turn, outcome=Outcome.NOTED, language="en", question="", reasons=())
    return Plan(outcome=Outcome.NOTED, receipt=receipt, case=case, history=history, **fields)


def after(plan: Plan, conversation: Conversation) -> Case:
    return changed_case(settled(plan, conversation, ALONE, LATER))


def claimed(case: Case) -> Case:
    return changed(case, CaseEvent.CLAIM, ANA)


def test_who_takes_a_case_is_waited_for() -> None:
    waits = a_case(unclaimed=1, passed_by=(BEN.id,))
    case = after(a_plan(claimed(waits)), a_stay(waits, says_customer()))
    assert (case.awaited_since, case.unclaimed, case.passed_by) == (LATER, 0, ())
    answered = after(a_plan(claimed(waits), a_line()), a_stay(waits, says_customer()))
    assert (answered.awaited_since, answered.replied_at) == (None, LATER)


def test_a_follow_up_of_an_earlier_case_is_kept_when_another_one_begins() -> None:
    followed = replace(a_closed_case(), follow_up_at=minutes(90))
    stays = a_stay(followed, alarms=alarms_of(followed, ALONE))
    plan = settled(a_plan(a_case(id="R-2")), stays, ALONE, LATER)
    assert an_alarm(AlarmKind.FOLLOW_UP, "R-1", minutes(90)) in (plan.alarms or ())
    later = a_stay(a_case(id="R-2"), alarms=plan.alarms or ())
    plan = settled(a_plan(a_case(ANA, id="R-2")), later, ALONE, LATER)
    assert an_alarm(AlarmKind.FOLLOW_UP, "R-1", minutes(90)) in (plan.alarms or ())


def test_the_first_answer_is_noted_once() -> None:
    case = a_case(ANA, awaited_since=NOW)
    answered = after(a_plan(None, a_line()), a_stay(case, says_customer()))
    assert (answered.replied_at, answered.awaited_since) == (LATER, None)
    early = replace(case, replied_at=NOW)
    assert after(a_plan(None, a_line()), a_stay(early)).replied_at == NOW


def test_a_case_that_is_opened_again_is_promised_anew() -> None:
    closed = a_case(ANA, status=CaseStatus.RESOLVED, team="billing", opened_at=NOW, replied_at=NOW)
    again = replace(claimed(changed(closed, CaseEvent.REOPEN)), due={}, promised_at=None)
    plan = settled(a_plan(again), a_stay(closed), OFFICE, LATER)
    case = changed_case(plan)
    assert case.promised_at == LATER
    assert case.due == OFFICE.promise(case, LATER)
    assert plan.alarms is not None
    assert "first_reply:over" in {alarm.about for alarm in plan.alarms}
    answered = settled(a_plan(None, a_line()), a_stay(case), OFFICE, minutes(9))
    assert changed_case(answered).replied_at == minutes(9)


def test_a_note_answers_nobody() -> None:
    case = a_case(ANA, awaited_since=NOW)
    plan = a_plan(None, a_note())
    assert settled(plan, a_stay(case, says_customer()), ALONE, LATER) == plan


def test_a_customer_waits_from_their_first_unanswered_word_on() -> None:
    case = a_case(ANA, replied_at=NOW)
    asked = after(a_plan(None, says_customer()), a_stay(case, a_line()))
    assert asked.awaited_since == LATER
    again = settled(
        a_plan(None, says_customer()), a_stay(asked, says_customer()), ALONE, minutes(9)
    )
    assert again.case is None


def test_who_only_says_thanks_waits_for_nobody() -> None:
    case = a_case(ANA, replied_at=NOW)
    thanked = settled(a_plan(None, says_customer("Thanks!")), a_stay(case, a_line()), ALONE, LATER)
    assert thanked.case is None
    asked = after(a_plan(None, says_customer("and when?")), a_stay(case, a_line()))
    again = settled(
        a_plan(None, says_customer("thanks")),
        a_stay(asked, a_line(), says_customer("and when?")),
        ALONE,
        minutes(9),
    )
    assert again.case is None


def test_a_case_that_wakes_is_waited_for_from_then_on() -> None:
    asleep = a_case(ANA, status=CaseStatus.SNOOZED, awaited_since=NOW)
    woken = changed(asleep, CaseEvent.WAKE, ANA)
    assert after(a_plan(woken), a_stay(asleep, says_customer())).awaited_since == LATER
    assert after(a_plan(woken), a_stay(asleep, a_line())).awaited_since is None


def test_what_is_closed_waits_for_nobody() -> None:
    case = a_case(ANA, awaited_since=NOW)
    closed = settled(a_plan(changed(case, CaseEvent.RESOLVE, ANA)), a_stay(case), ALONE, LATER)
    assert changed_case(closed).awaited_since is None
    assert closed.alarms == ()


def test_alarms_follow_the_case_and_keep_the_others() -> None:
    case = a_case(queued_at=NOW)
    nps, asked = an_alarm(AlarmKind.NPS, "R-0"), an_alarm(AlarmKind.CSAT, "R-1")
    conversation = a_stay(case, says_customer(), alarms=(*alarms_of(case, ALONE), nps))
    plan = settled(a_plan(claimed(case)), conversation, ALONE, LATER)
    assert plan.alarms == (nps, *alarms_of(changed_case(plan), ALONE))
    own = settled(a_plan(claimed(case), alarms=(asked,)), conversation, ALONE, LATER)
    assert own.alarms is not None
    assert {alarm.kind for alarm in own.alarms} == {AlarmKind.CSAT, AlarmKind.IDLE}


def test_the_alarm_that_rings_is_gone() -> None:
    case = a_case(queued_at=NOW)
    rung = alarms_of(case, ALONE)[0]
    conversation = a_stay(case, alarms=(rung,))
    plan = settled(a_plan(replace(case, tags=("x",))), conversation, ALONE, LATER, rung)
    assert plan.alarms == ()


def test_a_new_case_has_all_its_alarms() -> None:
    old = a_case(ANA, id="R-0", status=CaseStatus.RESOLVED)
    new = a_case(id="R-2", queued_at=NOW)
    plan = settled(a_plan(new), a_stay(old), ALONE, NOW)
    assert plan.alarms == alarms_of(new, ALONE)
    first = settled(a_plan(new), Conversation(ref=new.conversation), ALONE, NOW)
    assert first.alarms == alarms_of(new, ALONE)


def test_a_plan_beside_any_case_is_left_alone() -> None:
    plan = a_plan(None, says_customer())
    nobody = Conversation(ref=a_case().conversation)
    assert settled(plan, nobody, ALONE, NOW) == plan
    assert plan.history[0].speaker is Speaker.CUSTOMER
