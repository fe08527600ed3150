"""Who asks people in again and again: their cases are kept, quietly, and nobody is refused a person.

A customer who forces hand-overs would else ping agents and open threads without end.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import Case, CaseReason, Priority
from bot.vocabulary.conversations import Conversation

OFTEN = 4
"""From so many hand-overs of one conversation within ``OFTEN_HOURS`` on, it is quiet."""

OFTEN_ELSEWHERE = 6
"""The same for one person's open cases in other conversations."""

OFTEN_HOURS = 1

PRESSING = frozenset({CaseReason.SELF_HARM, CaseReason.DANGER, CaseReason.THREAT})
"""These are never too often."""


def is_often(conversation: Conversation, now: datetime) -> bool:
    """Whether people were asked into a conversation again and again within a short time."""
    cases = [case for case in (conversation.case, *conversation.past) if case is not None]
    recent = [case for case in cases if _is_recent(case.changed_at, now)]
    return sum(1 + case.reopened for case in recent) >= OFTEN


def is_everywhere(case: Case, view: BoardView) -> bool:
    """Whether whoever needs people here has asked them into many other conversations lately."""
    others = [
        other
        for other in view.cases.values()
        if other.id != case.id
        and _is_recent(other.opened_at, view.at)
        and _person(other) == _person(case)
    ]
    return case.customer_id is not None and len(others) >= OFTEN_ELSEWHERE


def quieted(case: Case) -> Case:
    """Return a case that waits behind all others and is offered to nobody."""
    return replace(case, priority=Priority.LOW, offered_to=None, offered_at=None)


def _is_recent(at: datetime, now: datetime) -> bool:
    return now - at <= timedelta(hours=OFTEN_HOURS)


def _person(case: Case) -> tuple[str, str, str | None]:
    place = case.conversation
    return place.platform, place.tenant_id, case.customer_id
