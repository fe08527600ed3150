"""Counts what plans came to, day by day, in the plan's own step: numbers alone, of nobody.

A time is counted in the bin of its size, so that what half of them took at most can be told later.
"""

from datetime import date, datetime
from math import ceil, log

from bot.engine.keys import DAY_SECONDS, DAYS_KEPT, ConversationKeys, day
from bot.engine.plans.writes import Writes
from bot.vocabulary.cases import CLOSED, Case, CaseEvent, CaseStatus
from bot.vocabulary.conversations import Conversation, OwnerKind, Speaker
from bot.vocabulary.turns import Outcome, Plan

GROWTH = 1.08
"""The upper end of a bin is this much above its lower end: a time is told to 4 % or better."""

SERVED = frozenset({CaseEvent.RESOLVE, CaseEvent.RETURN})
"""How a case ends that people have worked on."""

_ANSWERED = {Outcome.ANSWERED: "answered", Outcome.HANDED_OVER: "handed_over"}


def bin_of(seconds: float) -> int:
    """Return the bin of a time; 0 is for up to a second."""
    return ceil(log(seconds, GROWTH)) if seconds > 1 else 0


def seconds_of(number: int) -> float:
    """Return the time for which a bin stands: its geometric middle."""
    return GROWTH ** (number - 0.5) if number else 0.5


def count_turn(
    writes: Writes,
    keys: ConversationKeys,
    plan: Plan,
    conversation: Conversation,
    *,
    messages: int,
) -> None:
    """Count what became of a customer's messages."""
    names = {"messages": messages, "turns": 1, f"outcome:{plan.outcome}": 1}
    about = [f"platform:{conversation.ref.platform}"]
    topic = _topic(plan, conversation)
    if topic:
        about.append(f"topic:{topic}")
    for prefix in about:
        names |= {f"{prefix}:messages": messages, f"{prefix}:turns": 1}
        if plan.outcome in _ANSWERED:
            names[f"{prefix}:{_ANSWERED[plan.outcome]}"] = 1
    if _is_first_today(plan, conversation):
        names["conversations"] = 1
        if conversation.owner.kind is not OwnerKind.BOT:
            names["with_people"] = 1
    _count(writes, keys, plan, names)


def count_case(
    writes: Writes, keys: ConversationKeys, plan: Plan, conversation: Conversation
) -> None:
    """Count what becomes of a case, and how long that took."""
    case, before = plan.case, conversation.case
    if case is None:
        return
    known = before if before is not None and before.id == case.id else None
    names = {**_changes(case, known), **_times(case, known)}
    if _comes_to_people(case, known) and not _had_people(plan, conversation):
        names["with_people"] = 1
    _count(writes, keys, plan, names)


def count_action(writes: Writes, keys: ConversationKeys, plan: Plan) -> None:
    """Count what an agent or an admin did, by its verb."""
    if plan.audit is not None:
        _count(writes, keys, plan, {f"action:{plan.audit.action}": 1})


def _count(writes: Writes, keys: ConversationKeys, plan: Plan, names: dict[str, int]) -> None:
    if not names:
        return
    key = day(keys.partition, _day(plan).isoformat())
    for name, number in names.items():
        writes.add("HINCRBY", key, name, number)
    writes.add("EXPIRE", key, DAYS_KEPT * DAY_SECONDS)


def _day(plan: Plan) -> date:
    return plan.receipt.at.date()


def _topic(plan: Plan, conversation: Conversation) -> str | None:
    """What a turn is about: as it was found, or as the case that it belongs to has it."""
    case = plan.case or conversation.case
    known = case.topic if case is not None and case.is_open else None
    return plan.receipt.topic or known


def _is_first_today(plan: Plan, conversation: Conversation) -> bool:
    """Whether the customer says something for the first time on this day."""
    said = any(line.speaker is Speaker.CUSTOMER for line in plan.history)
    return said and _first_line(plan, conversation) is None


def _first_line(plan: Plan, conversation: Conversation) -> datetime | None:
    """When the customer first wrote on this day, before this turn."""
    lines = (line for line in conversation.history if line.speaker is Speaker.CUSTOMER)
    return next((line.at for line in lines if line.at.date() == _day(plan)), None)


def _comes_to_people(case: Case, known: Case | None) -> bool:
    return case.is_open and (known is None or not known.is_open)


def _had_people(plan: Plan, conversation: Conversation) -> bool:
    """Whether people had a part in the conversation on this day already, and that was counted."""
    first, today = _first_line(plan, conversation), _day(plan)
    last = (conversation.case,) if conversation.case is not None else ()
    return any(
        case.opened_at.date() == today
        or (first is not None and case.changed_at.date() == today and first < case.changed_at)
        for case in (*last, *conversation.past)
    )


def _changes(case: Case, known: Case | None) -> dict[str, int]:
    if known is None:
        return {"opened": 1, f"reason:{case.reason}": 1}
    if _comes_to_people(case, known):
        return {"reopened": 1}
    if case.status in CLOSED and known.is_open:
        return {"closed": 1, f"ended:{case.closed_by or CaseEvent.EXPIRE}": 1}
    return {}


def _times(case: Case, known: Case | None) -> dict[str, int]:
    """Return the times that have just ended, in their bins."""
    if known is None:
        return {}
    times: dict[str, float] = {}
    waited = (known.status, case.status) == (CaseStatus.QUEUED, CaseStatus.CLAIMED)
    if waited:
        times["claim"] = _seconds(known.queued_at or known.opened_at, case.changed_at)
    if case.replied_at is not None and known.replied_at is None:
        times["reply"] = _seconds(_begun(case), case.replied_at)
    if case.closed_by in SERVED and case.status in CLOSED and known.is_open:
        times["done"] = _seconds(_begun(case), case.changed_at)
    return {f"{name}:{bin_of(seconds)}": 1 for name, seconds in times.items()}


def _begun(case: Case) -> datetime:
    """Since when a customer waits for people; a case that was opened again begins anew."""
    return (case.promised_at or case.opened_at) if case.reopened else case.opened_at


def _seconds(begin: datetime, end: datetime) -> float:
    return max(0.0, (end - begin).total_seconds())
