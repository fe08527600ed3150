"""A case: one hand-over with its life, and the only steps that it can take."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.vocabulary.errors import InvalidTransitionError
from bot.vocabulary.messages import ConversationRef, Principal
from bot.vocabulary.people import Agent


class CaseStatus(StrEnum):
    """Where a case stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


class CaseEvent(StrEnum):
    """What can happen to a case."""

    CLAIM = "claim"
    RELEASE = "release"
    RESOLVE = "resolve"
    RETURN = "return"
    CANCEL = "cancel"


class CaseReason(StrEnum):
    """Why a human was asked in, as a category that can be counted."""

    REQUESTED = "requested"
    LOW_CONFIDENCE = "low_confidence"
    REJECTED = "rejected"
    FAILURE = "failure"


TRANSITIONS: dict[tuple[CaseStatus, CaseEvent], CaseStatus] = {
    (CaseStatus.QUEUED, CaseEvent.CLAIM): CaseStatus.CLAIMED,
    (CaseStatus.QUEUED, CaseEvent.RESOLVE): CaseStatus.RESOLVED,
    (CaseStatus.QUEUED, CaseEvent.RETURN): CaseStatus.RESOLVED,
    (CaseStatus.QUEUED, CaseEvent.CANCEL): CaseStatus.RESOLVED,
    (CaseStatus.CLAIMED, CaseEvent.RELEASE): CaseStatus.QUEUED,
    (CaseStatus.CLAIMED, CaseEvent.RESOLVE): CaseStatus.RESOLVED,
    (CaseStatus.CLAIMED, CaseEvent.RETURN): CaseStatus.RESOLVED,
    (CaseStatus.CLAIMED, CaseEvent.CANCEL): CaseStatus.RESOLVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One hand-over of a customer's conversation to the desk.

    ``customer`` is the name of whoever asked and ``customer_id`` their id on the conversation's
    platform, for others may write in a shared conversation; None where it was not noted. ``thread``
    is where agents work on it, None until the platform has opened it. ``closed_by`` is the event that
    ended it. Times are aware UTC.
    """

    id: str
    conversation: ConversationRef
    customer: str
    language: str
    status: CaseStatus
    reason: CaseReason
    opened_at: datetime
    changed_at: datetime
    customer_id: str | None = None
    agent: Agent | None = None
    thread: ConversationRef | None = None
    closed_by: CaseEvent | None = None

    @property
    def is_open(self) -> bool:
        """Whether people still work on it."""
        return self.status is not CaseStatus.RESOLVED

    def may_be_left_by(self, principal: Principal | None) -> bool:
        """Whether somebody in the customer's conversation may end the case and go on with the bot."""
        if principal is None:
            return False
        return principal.is_admin or self.customer_id in {principal.user_id, None}


def next_status(status: CaseStatus, event: CaseEvent) -> CaseStatus:
    """Look up where an event leads.

    Raises:
        InvalidTransitionError: The status does not allow the event.
    """
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise InvalidTransitionError(f"A {status} case can't be changed by {event}.") from None


class CaseReader(Protocol):
    """Reads cases back for a desk that shows more than its messages."""

    async def of_thread(self, thread: ConversationRef) -> Case | None:
        """Return the open or last case of the customer whose case this thread was opened for.

        None when the thread is not (yet) known as a case's thread.
        """
        ...
