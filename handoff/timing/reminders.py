"""Reminders in the thread: a customer who waits, a promise, the end of a snooze, a follow-up."""

from dataclasses import replace

from bot.texts import say
from bot.vocabulary.cases import Case, CaseEvent, CaseStatus, Promise
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import Plan
from handoff.routing.choosing import is_there
from handoff.saying.dates import in_words
from handoff.saying.plans import CLAIMED_BUTTONS, changed
from handoff.timing.alarms import FIRST, NEAR, is_kept
from handoff.timing.duty import Duty
from handoff.timing.offers import reoffered


def idle(duty: Duty) -> Plan:
    """Ping the agent whose customer waits; the second time offer the case to others."""
    case = duty.case
    if case.status is not CaseStatus.CLAIMED or case.agent is None or case.awaited_since is None:
        return duty.silent("the customer does not wait for an agent")
    if duty.turn.alarm.about != FIRST:
        return reoffered(duty, case.agent, "idle")
    minutes = duty.team.hours.business_minutes(case.awaited_since, duty.now)
    told = duty.tell_thread(
        "waiting_desk", notifies=case.agent, agent=case.agent.name, minutes=round(minutes)
    )
    return replace(duty.silent("the customer waits for the agent"), deliveries=(told,))


def promise(duty: Duty) -> Plan:
    """Remind of a promise that is near, or note that it is broken and tell the lead."""
    name, _, stage = duty.turn.alarm.about.partition(":")
    promised = Promise(name)
    due = duty.case.due.get(promised)
    if due is None or is_kept(duty.case, promised) or promised in duty.case.breached:
        return duty.silent("the promise is kept, or no longer stands")
    what = say(f"timing.promise_{promised}", duty.style.language)
    if stage == NEAR:
        when = in_words(due, duty.now, duty.team.hours.zone, duty.style.language)
        told = duty.tell_thread("promise_near_desk", notifies=_whose(duty), what=what, when=when)
        return replace(duty.silent(f"{promised} is due soon"), deliveries=(told,))
    told = duty.tell_thread(
        "promise_over_desk", notifies=duty.office.lead_of(duty.team) or _whose(duty), what=what
    )
    return replace(
        duty.silent(f"{promised} is overdue"),
        deliveries=(told,),
        case=replace(duty.case, breached=(*duty.case.breached, promised)),
        audit=duty.audit("breach", promised),
    )


def snooze(duty: Duty) -> Plan:
    """Wake a case for its agent; when they are away by now, for others."""
    case = duty.case
    if case.status is not CaseStatus.SNOOZED:
        return duty.silent("the case no longer sleeps")
    if case.agent is not None and not is_there(case.agent, duty.view):
        return reoffered(duty, case.agent, "left")
    told = duty.tell_thread(
        "woken_desk",
        *CLAIMED_BUTTONS,
        notifies=case.agent,
        marks=CaseStatus.CLAIMED,
        agent=case.agent.name if case.agent else "",
    )
    woken = replace(changed(case, CaseEvent.WAKE, case.agent), snoozed_until=None)
    return replace(duty.silent("the snooze is over"), deliveries=(told,), case=woken)


def follow_up(duty: Duty) -> Plan:
    """Remind the agent of a case, which may be closed by now; ``Alarm.about`` is an earlier one's id."""
    case = duty.case
    if duty.turn.alarm.about:
        return _follow_up_of_past(duty, duty.turn.alarm.about)
    if case.follow_up_at is None:
        return duty.silent("nobody wants to be reminded")
    is_left = case.status is CaseStatus.EXPIRED
    key = "left_message_desk" if is_left else _wanted(case)
    actions = () if case.is_open else ("reopen",)
    told = duty.tell_thread(
        key, *actions, notifies=_whose(duty), customer=case.customer, about=case.follow_up_about
    )
    return replace(
        duty.silent("a follow-up is due"),
        deliveries=(told,),
        case=replace(case, follow_up_at=None, follow_up_about=""),
    )


def _follow_up_of_past(duty: Duty, case_id: str) -> Plan:
    """Remind in the thread of an earlier case, which another one has followed since."""
    past = next((one for one in duty.turn.conversation.past if one.id == case_id), None)
    if past is None or past.thread is None:
        return duty.silent("the case is long forgotten")
    then = replace(duty, case=past)
    key = "left_before_desk" if past.status is CaseStatus.EXPIRED else _wanted(past)
    told = then.tell_thread(
        key,
        notifies=_whose(then),
        customer=past.customer,
        about=past.follow_up_about,
        case=duty.case.id,
    )
    told = replace(told, place=past.thread)
    return replace(duty.silent("a follow-up of an earlier case is due"), deliveries=(told,))


def _wanted(case: Case) -> str:
    return "follow_up_about_desk" if case.follow_up_about else "follow_up_desk"


def _whose(duty: Duty) -> Agent | None:
    """Return who is to see to a case: who has it, is offered it, or leads its team."""
    return duty.case.agent or duty.case.offered_to or duty.office.lead_of(duty.team)
