"""A case: one hand-over with its life, and the only steps that it can take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.vocabulary.errors import InvalidTransitionError
from bot.vocabulary.messages import ConversationRef, Principal
from bot.vocabulary.mood import Feeling
from bot.vocabulary.people import Agent
from bot.vocabulary.rollout import Trial


class CaseStatus(StrEnum):
    """Where a case stands. ``SNOOZED`` sleeps with its agent, ``EXPIRED`` is one that nobody took."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    EXPIRED = "expired"


CLOSED = frozenset({CaseStatus.RESOLVED, CaseStatus.EXPIRED})
"""The bot has the word again."""


class CaseEvent(StrEnum):
    """What can happen to a case.

    ``ASSIGN`` gives it to an agent, ``TRANSFER`` to another team's queue, ``REOFFER`` takes it from
    an agent who does not go on. ``WAKE`` ends a snooze. ``MERGE`` ends it in favour of another case.
    """

    CLAIM = "claim"
    ASSIGN = "assign"
    RELEASE = "release"
    TRANSFER = "transfer"
    REOFFER = "reoffer"
    SNOOZE = "snooze"
    WAKE = "wake"
    RESOLVE = "resolve"
    RETURN = "return"
    CANCEL = "cancel"
    MERGE = "merge"
    EXPIRE = "expire"
    REOPEN = "reopen"


class CaseReason(StrEnum):
    """Why a human was asked in, as a category that can be counted.

    The last ones are named like the ``Concern`` that they follow from.
    """

    REQUESTED = "requested"
    LOW_CONFIDENCE = "low_confidence"
    REJECTED = "rejected"
    REPEATED = "repeated"
    MOOD = "mood"
    TOPIC = "topic"
    COST = "cost"
    FAILURE = "failure"
    SELF_HARM = "self_harm"
    DANGER = "danger"
    THREAT = "threat"
    LEGAL = "legal"
    VULNERABLE = "vulnerable"
    COMPLAINT = "complaint"
    CANCELLATION = "cancellation"


class Priority(StrEnum):
    """How soon a case wants a person."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Promise(StrEnum):
    """What a team promises about time: a first reply, and a resolution."""

    FIRST_REPLY = "first_reply"
    RESOLUTION = "resolution"


_MOVES: dict[CaseEvent, tuple[tuple[CaseStatus, ...], CaseStatus]] = {
    CaseEvent.CLAIM: ((CaseStatus.QUEUED, CaseStatus.SNOOZED), CaseStatus.CLAIMED),
    CaseEvent.ASSIGN: (
        (CaseStatus.QUEUED, CaseStatus.CLAIMED, CaseStatus.SNOOZED),
        CaseStatus.CLAIMED,
    ),
    CaseEvent.RELEASE: ((CaseStatus.CLAIMED, CaseStatus.SNOOZED), CaseStatus.QUEUED),
    CaseEvent.TRANSFER: (
        (CaseStatus.QUEUED, CaseStatus.CLAIMED, CaseStatus.SNOOZED),
        CaseStatus.QUEUED,
    ),
    CaseEvent.REOFFER: ((CaseStatus.CLAIMED, CaseStatus.SNOOZED), CaseStatus.QUEUED),
    CaseEvent.SNOOZE: ((CaseStatus.CLAIMED,), CaseStatus.SNOOZED),
    CaseEvent.WAKE: ((CaseStatus.SNOOZED,), CaseStatus.CLAIMED),
    CaseEvent.EXPIRE: ((CaseStatus.QUEUED,), CaseStatus.EXPIRED),
    CaseEvent.REOPEN: ((CaseStatus.RESOLVED, CaseStatus.EXPIRED), CaseStatus.QUEUED),
} | {
    event: ((CaseStatus.QUEUED, CaseStatus.CLAIMED, CaseStatus.SNOOZED), CaseStatus.RESOLVED)
    for event in (CaseEvent.RESOLVE, CaseEvent.RETURN, CaseEvent.CANCEL, CaseEvent.MERGE)
}

TRANSITIONS: dict[tuple[CaseStatus, CaseEvent], CaseStatus] = {
    (status, event): after for event, (before, after) in _MOVES.items() for status in before
}
"""Where a case stands, and what happens to it → where it stands then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One hand-over of a customer's conversation to the desk.

    ``customer`` is the name of whoever asked and ``customer_id`` their id on the conversation's
    platform, for others may write in a shared conversation (``is_shared``); None where it was not
    noted. ``thread`` is where agents work on it, None until the platform has opened it. ``closed_by``
    is the event that ended it, ``resolution`` what the agent said of how. Times are aware UTC.

    ``team`` is the name of the team whose it is, None without teams; ``offered_to`` the agent to whom
    it was offered, ``offers`` how often it was. ``tier`` is the customer's, ``topic`` what it is about,
    ``feeling`` how the customer felt. ``links`` are the ids of cases that belong to it.

    ``due`` says until when what was promised must be done, ``promised_at`` from when on that counts,
    ``replied_at`` when an agent first answered since then, ``breached`` which promises were broken.
    ``snoozed_until`` ends a snooze, ``follow_up_at`` is when the agent wants to be reminded,
    ``follow_up_about`` of what, also after the end. ``reopened`` counts.

    ``queued_at`` is since when it waits in its queue, or waited there last; ``offered_at`` when it was
    offered to whom it is offered now; ``passed_by`` are the ids of agents who did not go on with it;
    ``unclaimed`` is how often nobody took it in time. ``awaited_since`` is since when the customer waits
    for the agent who has it, None while they don't. ``deferred`` says that its thread waits for its turn,
    because too many are to be opened at once. ``trial`` is the matter that it is about, where the bot was
    asked before.
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
    resolution: str = ""
    team: str | None = None
    offered_to: Agent | None = None
    offers: int = 0
    priority: Priority = Priority.NORMAL
    tier: str | None = None
    topic: str | None = None
    feeling: Feeling = Feeling.NEUTRAL
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    due: Mapping[Promise, datetime] = field(default_factory=dict[Promise, datetime])
    replied_at: datetime | None = None
    breached: tuple[Promise, ...] = ()
    snoozed_until: datetime | None = None
    follow_up_at: datetime | None = None
    follow_up_about: str = ""
    reopened: int = 0
    queued_at: datetime | None = None
    offered_at: datetime | None = None
    passed_by: tuple[str, ...] = ()
    unclaimed: int = 0
    promised_at: datetime | None = None
    awaited_since: datetime | None = None
    is_shared: bool = False
    deferred: bool = False
    trial: Trial | None = None

    @property
    def is_open(self) -> bool:
        """Whether people still work on it."""
        return self.status not in CLOSED

    def is_reopened_by(self, later: "Case | None") -> bool:
        """Whether a later state of this case is that it was taken up once more."""
        return later is not None and later.id == self.id and later.reopened > self.reopened

    def may_be_left_by(self, principal: Principal | None) -> bool:
        """Whether somebody in the customer's conversation may end the case and go on with the bot.

        An admin may as well, who is looked up for that.
        """
        if principal is None:
            return False
        return self.customer_id in {principal.user_id, None}


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
