"""How soon a case wants a person: by its reason, the customer's mood and tier, and its wait."""

from collections.abc import Collection
from datetime import datetime

from bot.vocabulary.cases import Case, CaseReason, Priority
from bot.vocabulary.mood import Concern, Feeling

_LEVELS = {
    priority: place
    for place, priority in enumerate(
        (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT)
    )
}

_AT_LEAST: dict[str, Priority] = {
    CaseReason.SELF_HARM: Priority.URGENT,
    CaseReason.DANGER: Priority.URGENT,
    CaseReason.THREAT: Priority.URGENT,
    CaseReason.LEGAL: Priority.HIGH,
    CaseReason.VULNERABLE: Priority.HIGH,
    CaseReason.CANCELLATION: Priority.HIGH,
    CaseReason.MOOD: Priority.HIGH,
}
"""A reason, or the concern of the same name → what a case has at least."""


def priority_of(
    *,
    reason: CaseReason,
    feeling: Feeling = Feeling.NEUTRAL,
    concern: Concern | None = None,
    tier: str | None = None,
    raised_tiers: Collection[str] = (),
) -> Priority:
    """Tell the priority of a case when it is opened.

    A concern counts beside the reason, as a customer may ask for a person and threaten with a lawyer.
    ``raised_tiers`` are those whose customers come one level higher; danger alone is urgent.
    """
    found = [Priority.NORMAL, _AT_LEAST.get(reason, Priority.NORMAL)]
    if concern is not None:
        found.append(_AT_LEAST.get(concern, Priority.NORMAL))
    if feeling is Feeling.ANGRY:
        found.append(Priority.HIGH)
    if tier is not None and tier in raised_tiers:
        found.append(Priority.HIGH)
    return max(found, key=level)


def level(priority: Priority) -> int:
    """Return a priority as a number that grows with it."""
    return _LEVELS[priority]


def pressing(case: Case, now: datetime, *, growing_minutes: float) -> float:
    """Return how much a case presses: its level, and one more for each so many minutes of waiting.

    So even the least case comes first one day. With 0 minutes the wait counts nothing.
    """
    if growing_minutes <= 0:
        return float(level(case.priority))
    waited = (now - (case.queued_at or case.opened_at)).total_seconds()
    return level(case.priority) + max(waited, 0.0) / (60 * growing_minutes)
