"""The alarms of a case: a pure function of the case and the office, by business time.

Verbs change fields of the case alone; whoever stores the plan sets the alarms that follow from it.
An alarm of the case as it was that is no longer set has rung, so it is not set again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.cases import Case, CaseStatus, Promise
from handoff.routing.office import Office

CASE_KINDS = frozenset(
    {
        AlarmKind.OFFER,
        AlarmKind.UNCLAIMED,
        AlarmKind.IDLE,
        AlarmKind.PROMISE,
        AlarmKind.SNOOZE,
        AlarmKind.FOLLOW_UP,
    }
)
"""Alarms that follow from a case; those of other kinds are left alone."""

FIRST, AGAIN = ROUNDS = ("first", "again")
"""``about`` of the alarms that ring twice: a reminder, then something is done."""

NEAR, OVER = "near", "over"
"""What of a promise an alarm is about: ``first_reply:near``."""


def alarms_of(case: Case, office: Office) -> tuple[Alarm, ...]:
    """Return all alarms that a case has from its beginning in its present stage on."""
    return (*_waiting(case, office), *_awaited(case, office), *_timed(case))


def set_for(
    case: Case, before: Case | None, office: Office, still_set: Iterable[Alarm]
) -> tuple[Alarm, ...]:
    """Return the alarms of a conversation whose case changes.

    ``still_set`` are those that are set in it, without one that rings now.
    """
    still = tuple(still_set)
    known = alarms_of(before, office) if before is not None else ()
    others = (alarm for alarm in still if alarm.kind not in CASE_KINDS or _is_of_past(alarm))
    own = (alarm for alarm in alarms_of(case, office) if alarm in still or alarm not in known)
    return (*others, *own)


def of_past(alarm: Alarm, case: Case) -> Alarm:
    """Keep a follow-up of a case while another one begins: its alarm names what it is about."""
    is_own = alarm.kind is AlarmKind.FOLLOW_UP and not alarm.about
    return replace(alarm, about=case.id) if is_own else alarm


def _is_of_past(alarm: Alarm) -> bool:
    return alarm.kind is AlarmKind.FOLLOW_UP and bool(alarm.about)


def _waiting(case: Case, office: Office) -> Iterator[Alarm]:
    """The alarms of a case that nobody has."""
    if case.status is not CaseStatus.QUEUED:
        return
    yield from _offered(case, office)
    if case.unclaimed < len(ROUNDS):
        since, minutes = case.queued_at or case.opened_at, office.pace.unclaimed_minutes
        about = ROUNDS[case.unclaimed]
        rounds = case.unclaimed + 1
        yield from _after(case, office, AlarmKind.UNCLAIMED, since, rounds * minutes, about)


def _offered(case: Case, office: Office) -> Iterator[Alarm]:
    """When an offer ends, or another try is made to find somebody: at the opening, if it is closed.

    Once patience is over nobody is looked for any more: the case is whoever's wants it.
    """
    since, is_over = case.offered_at, case.unclaimed >= len(ROUNDS)
    if since is None or not office.may_offer(case) or (case.offered_to is None and is_over):
        return
    opens_at = office.team_of(case).hours.next_opening(since)
    if case.offered_to is None and opens_at is not None and opens_at > since:
        yield Alarm(kind=AlarmKind.OFFER, at=opens_at)
        return
    yield from _after(case, office, AlarmKind.OFFER, since, office.pace.offer_minutes)


def _awaited(case: Case, office: Office) -> Iterator[Alarm]:
    """The alarms of an open case whose customer waits for a word, and of what was promised."""
    if not case.is_open:
        return
    if case.status is CaseStatus.CLAIMED and case.awaited_since is not None:
        for rounds, about in enumerate(ROUNDS, start=1):
            minutes = rounds * office.pace.idle_minutes
            yield from _after(case, office, AlarmKind.IDLE, case.awaited_since, minutes, about)
    for promise, due in case.due.items():
        if not is_kept(case, promise):
            yield from _promised(case, office, promise, due)


def _promised(case: Case, office: Office, promise: Promise, due: datetime) -> Iterator[Alarm]:
    team, share = office.team_of(case), office.pace.remind_share
    minutes = team.promised(case.priority).get(promise, 0.0)
    start = case.promised_at or case.opened_at
    near = team.hours.add_business_time(start, share * minutes)
    if near is not None and start < near < due:
        yield Alarm(kind=AlarmKind.PROMISE, at=near, about=f"{promise}:{NEAR}")
    if promise not in case.breached:
        yield Alarm(kind=AlarmKind.PROMISE, at=due, about=f"{promise}:{OVER}")


def _timed(case: Case) -> Iterator[Alarm]:
    """The alarms that an agent has set."""
    if case.status is CaseStatus.SNOOZED and case.snoozed_until is not None:
        yield Alarm(kind=AlarmKind.SNOOZE, at=case.snoozed_until)
    if case.follow_up_at is not None:
        yield Alarm(kind=AlarmKind.FOLLOW_UP, at=case.follow_up_at)


def _after(
    case: Case, office: Office, kind: AlarmKind, start: datetime, minutes: float, about: str = ""
) -> Iterator[Alarm]:
    """An alarm after so many business minutes; none for 0 and for a team that never opens."""
    at = office.team_of(case).hours.add_business_time(start, minutes) if minutes > 0 else None
    if at is not None:
        yield Alarm(kind=kind, at=at, about=about)


def is_kept(case: Case, promise: Promise) -> bool:
    """Whether a promise is kept by now: an agent has answered, or the case is closed."""
    return not case.is_open or (promise is Promise.FIRST_REPLY and is_answered(case))


def is_answered(case: Case) -> bool:
    """Whether an agent has answered since promises are counted."""
    since = case.promised_at or case.opened_at
    return case.replied_at is not None and case.replied_at >= since
