"""Completes what a turn changes in a case: who waits for whom, and the alarms that follow from it."""

from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from bot.vocabulary.alarms import Alarm
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import Conversation, HistoryLine, Speaker
from bot.vocabulary.turns import Plan
from handoff.routing.office import Office
from handoff.timing.alarms import is_answered, of_past, set_for
from handoff.timing.courtesies import asks_nothing

_TALKING = {Speaker.CUSTOMER, Speaker.AGENT}


def settled(
    plan: Plan, conversation: Conversation, office: Office, now: datetime, rung: Alarm | None = None
) -> Plan:
    """Complete a plan, whoever made it; ``rung`` is the alarm that it answers.

    Agents' words to the customer are seen in the plan's history. One that changes nothing of a case
    is left as it is.
    """
    before = _same(conversation.case, plan)
    case = plan.case or before
    if case is None:
        return plan
    if before is not None and not before.is_open and case.is_open and case.promised_at is None:
        case = replace(case, due=office.promise(case, now), promised_at=now)
    after = _heard(case, before, (*conversation.history, *plan.history), plan, now)
    if plan.case is None and after == before:
        return plan
    still_set = conversation.alarms if plan.alarms is None else plan.alarms
    still = [alarm for alarm in still_set if alarm != rung]
    if conversation.case is not None and before is None:
        still = [of_past(alarm, conversation.case) for alarm in still]
    alarms = set_for(after, before, office, still)
    return replace(plan, case=after, alarms=alarms)


def _same(case: Case | None, plan: Plan) -> Case | None:
    """Return the case as it was, unless the plan opens another one."""
    return case if plan.case is None or (case and case.id == plan.case.id) else None


def _heard(
    case: Case,
    before: Case | None,
    history: tuple[HistoryLine, ...],
    plan: Plan,
    now: datetime,
) -> Case:
    """Note when an agent first answered, and since when the customer waits for their agent."""
    speakers = {line.speaker for line in plan.history}
    if Speaker.AGENT in speakers and case.agent is not None and not is_answered(case):
        case = replace(case, replied_at=now)
    if case.status is not CaseStatus.CLAIMED:
        return replace(case, awaited_since=None) if case.awaited_since else case
    is_new = before is None or before.agent != case.agent or before.status is not case.status
    if is_new:
        case = replace(case, awaited_since=None, unclaimed=0, passed_by=())
    if not (is_new or speakers & _TALKING):
        return case
    waits_since = (case.awaited_since or now) if _waits(history) else None
    return replace(case, awaited_since=waits_since)


def _waits(history: tuple[HistoryLine, ...]) -> bool:
    """Whether the customer has said more than thanks since an agent last spoke."""
    talk = [line for line in history if line.speaker in _TALKING]
    unanswered = takewhile(lambda line: line.speaker is Speaker.CUSTOMER, reversed(talk))
    return any(not asks_nothing(line.text) for line in unanswered)
