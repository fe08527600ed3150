"""An offer that ends, and a case whose agent does not go on: who is asked next."""

from dataclasses import replace

from bot.vocabulary.cases import Case, CaseEvent, CaseStatus
from bot.vocabulary.conversations import Owner, OwnerKind
from bot.vocabulary.folding import bot_line
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import Delivery, Plan
from handoff.routing.teams import same_agent
from handoff.saying.plans import QUEUED_BUTTONS, changed, marker
from handoff.timing.duty import Duty


def offer_over(duty: Duty) -> Plan:
    """Offer a case that was not taken to the next agent; when none is left, to all."""
    if duty.case.status is not CaseStatus.QUEUED:
        return duty.silent("the case no longer waits")
    return _offered_on(duty, "offered to the next agent")


def agent_left(duty: Duty) -> Plan:
    """Offer the case of an agent who does not go on to others; ``Alarm.about`` is the agent's id.

    One that sleeps with them stays theirs until it wakes: they may be back by then.
    """
    case, agent_id = duty.case, duty.turn.alarm.about
    if case.status is CaseStatus.SNOOZED:
        return duty.silent("the case sleeps until later")
    if case.agent is not None and case.is_open and same_agent(case.agent.id, agent_id):
        return reoffered(duty, case.agent, "left")
    is_offered = case.offered_to is not None and same_agent(case.offered_to.id, agent_id)
    if is_offered and case.status is CaseStatus.QUEUED:
        return _offered_on(duty, "the agent to whom it was offered left")
    return duty.silent("the agent no longer has the case")


def reoffered(duty: Duty, agent: Agent, why: str) -> Plan:
    """Take a case from an agent and offer it to others; ``why`` is ``left`` or ``idle``."""
    waits = replace(
        changed(duty.case, CaseEvent.REOFFER),
        queued_at=duty.now,
        snoozed_until=None,
        awaited_since=None,
        passed_by=(*duty.case.passed_by, agent.id),
    )
    case = duty.office.offered(waits, duty.view, duty.now)
    told = duty.tell_customer(f"{why}_customer", agent=duty.shown_name(agent))
    shown = duty.tell_thread(
        f"{why}_desk", *QUEUED_BUTTONS, marks=CaseStatus.QUEUED, agent=agent.name
    )
    return replace(
        duty.silent(f"{agent.name} does not go on: {why}"),
        deliveries=(told, shown, *offer_told(duty, case)),
        history=(
            marker("timing.marker_reoffered", duty.style.language, agent=agent.name),
            bot_line(told.message),
        ),
        owner=Owner(kind=OwnerKind.QUEUE),
        case=case,
        audit=duty.audit("reoffer", f"{agent.id} {why}"),
    )


def offer_told(duty: Duty, case: Case) -> tuple[Delivery, ...]:
    """Tell the thread to whom a case is offered now, and ping them."""
    if case.offered_to is None:
        return ()
    return (duty.tell_thread("offered_desk", notifies=case.offered_to, agent=case.offered_to.name),)


def _offered_on(duty: Duty, reason: str) -> Plan:
    before = duty.case.offered_to
    passed = duty.case.passed_by if before is None else (*duty.case.passed_by, before.id)
    case = duty.office.offered(replace(duty.case, passed_by=passed), duty.view, duty.now)
    told = offer_told(duty, case)
    if before is not None and case.offered_to is None:
        told = (duty.tell_thread("open_to_all_desk"),)
    return replace(duty.silent(reason), deliveries=told, case=case)
