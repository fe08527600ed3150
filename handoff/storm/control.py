"""Which cases wait for their thread, and what becomes of the desk's plans about them meanwhile (pure).

A desk's channel takes a message every few seconds. When hundreds are handed over at once, as when a
model is down, their threads would be opened for hours, in no order, and whatever else is said there
would wait behind them. So beyond a few, a case is queued without a thread: nothing of it is lost, the
customer is told the truth, and its thread opens when its turn comes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.vocabulary.alarms import Alarm, AlarmKind, Bell
from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import Case, CaseStatus, Priority
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import Delivery, Lane, Plan

OpenThread = Callable[[Case, Conversation, datetime], tuple[Delivery, ...]]
"""Opens the thread of a case that has had none, with what was said up to now."""

PATIENCE = timedelta(seconds=90)
"""So long after its turn should have come a case opens its thread by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StormPace:
    """``threads`` that wait for the platform are too many; 0 for never.

    Every ``digest_seconds`` the desk is told who waits, and ``threads_a_digest`` of them get their
    threads: together as many messages as a Telegram group takes, 20 a minute.
    """

    threads: int = 10
    digest_seconds: float = 30.0
    threads_a_digest: int = 9

    def next_digest(self, now: datetime) -> datetime:
        """Return when the next digest is due: a time that all processes agree on."""
        number = now.timestamp() // self.digest_seconds + 1
        return datetime.fromtimestamp(number * self.digest_seconds, UTC)


def waiting(view: BoardView) -> list[Case]:
    """Return the cases that wait for their thread, in no order."""
    return [case for case in view.cases.values() if case.deferred]


def must_wait(case: Case, view: BoardView, pace: StormPace) -> bool:
    """Whether a new case has to wait for its thread: many do, or others do already.

    An urgent one never does.
    """
    if not pace.threads or case.priority is Priority.URGENT:
        return False
    if waiting(view):
        return True
    unopened = [other for other in view.cases.values() if _is_unopened(other)]
    return len(unopened) >= pace.threads


def deferred(
    plan: Plan, conversation: Conversation, view: BoardView, pace: StormPace, desk: ConversationRef
) -> Plan:
    """Let the case of a plan wait for its thread, and have the desk told of those that do.

    An alarm of its own sees to it even if the digests should end before its turn has come. A case that
    goes on in the thread that it had needs no other.
    """
    case = plan.case
    if case is None or case.status is not CaseStatus.QUEUED or case.thread is not None:
        return plan
    if not must_wait(case, view, pace):
        return plan
    set_already = conversation.alarms if plan.alarms is None else plan.alarms
    rounds = len(waiting(view)) // max(1, pace.threads_a_digest) + 1
    latest = view.at + timedelta(seconds=rounds * pace.digest_seconds) + PATIENCE
    digest = Alarm(kind=AlarmKind.DIGEST, at=pace.next_digest(view.at))
    return replace(
        _without_thread(plan),
        case=replace(case, deferred=True),
        alarms=(*set_already, Alarm(kind=AlarmKind.OPEN, at=latest)),
        bells=(*plan.bells, Bell(conversation=desk, alarm=digest)),
    )


def completed(plan: Plan, conversation: Conversation, now: datetime, opens: OpenThread) -> Plan:
    """Complete a plan about a case that waits for its thread.

    Whoever takes it gets the thread at once, and so does what has become urgent; while it waits,
    nothing is said into a thread that is not there: it can be read there once it is.
    """
    case = plan.case or conversation.case
    if case is None or not case.deferred:
        return plan
    if case.status is CaseStatus.QUEUED and case.priority is not Priority.URGENT:
        return _without_thread(plan)
    if not case.is_open:
        return replace(_without_thread(plan), case=replace(case, deferred=False))
    return opened(plan, case, conversation, now, opens)


def opened(
    plan: Plan, case: Case, conversation: Conversation, now: datetime, opens: OpenThread
) -> Plan:
    """Open the thread of a case before whatever a plan says in it."""
    said = replace(conversation, history=(*conversation.history, *plan.history))
    case = replace(case, deferred=False)
    return replace(plan, case=case, deliveries=(*opens(case, said, now), *plan.deliveries))


def _without_thread(plan: Plan) -> Plan:
    """Leave out what is for the case's own thread."""
    kept = (one for one in plan.deliveries if one.lane is not Lane.DESK or one.place is not None)
    return replace(plan, deliveries=tuple(kept))


def _is_unopened(case: Case) -> bool:
    return case.status is CaseStatus.QUEUED and case.thread is None
