"""A turn: what one batch of messages became, and everything that it changes.

The engine hands a ``Turn`` to the behaviour and gets a ``Plan`` back; it then stores the whole plan
in one step or, when the conversation has changed hands meanwhile, none of it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.vocabulary.alarms import Alarm, Bell
from bot.vocabulary.board import AgentPresence
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, Owner, OwnerKind
from bot.vocabulary.gaps import Gap
from bot.vocabulary.knowledge import Source
from bot.vocabulary.memory import Lesson
from bot.vocabulary.messages import ConversationRef, IncomingMessage, OutgoingMessage, Principal
from bot.vocabulary.mood import Feeling
from bot.vocabulary.rollout import Evidence
from bot.vocabulary.surveys import Rating


class Decision(StrEnum):
    """What the escalation policy chose."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    OFFER_HUMAN = "offer_human"
    HAND_OVER = "hand_over"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """How an accepted message ended. Exactly one for each (P2)."""

    ANSWERED = "answered"
    CLARIFIED = "clarified"
    HANDED_OVER = "handed_over"
    RELAYED = "relayed"
    DEGRADED = "degraded"
    COMMANDED = "commanded"
    NOTED = "noted"
    WITHDRAWN = "withdrawn"
    RATE_LIMITED = "rate_limited"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Messages of one conversation that are handled together, oldest first, and its state.

    ``answer_ids`` are the platform's ids of the bot's last answer, one for each part, where a button
    or a thumb was pressed; else empty.
    """

    id: str
    conversation: Conversation
    messages: tuple[IncomingMessage, ...]
    attempt: int = 1
    answer_ids: frozenset[str] = frozenset()
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskTurn:
    """One message that an agent wrote in a case's thread, and the customer's conversation.

    ``at`` is the server's time, by which undo windows run: two turns of one case may be handled by two
    processes whose clocks differ. ``started_at`` is this process's, for how long the turn takes.
    ``error`` says why it could not be handled, try after try: then it is only to be told so.
    """

    id: str
    message: IncomingMessage
    conversation: Conversation
    at: datetime
    started_at: datetime
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTurn:
    """An alarm that rings in a conversation; ``at`` is the server's time, as in ``DeskTurn``."""

    id: str
    alarm: Alarm
    conversation: Conversation
    at: datetime
    started_at: datetime


class Lane(StrEnum):
    """Where a delivery goes: each lane of a conversation is delivered in order."""

    CUSTOMER = "customer"
    DESK = "desk"


class Change(StrEnum):
    """What a delivery does to an earlier one."""

    EDIT = "edit"
    RETRACT = "retract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message to be shown once the plan is stored.

    With ``opens_thread`` (the thread's title) the desk lane begins with a new thread for the case, in
    ``channel`` if that is not the desk's own.
    ``fenced`` marks words of the AI: they are withheld when the conversation changed hands before
    they were shown. ``marks`` is how the case stands from then on, shown on its thread.

    ``origin`` is the id of the message by which an agent sent these words, and ``hold_seconds`` how
    long they can be changed before they are shown. ``Change.EDIT`` puts ``message`` in the place of
    what has the same origin, ``Change.RETRACT`` takes that back, whether it was shown or still waits.

    ``if_refused`` is what the case's thread reads when the platform refuses the delivery for good.

    ``place`` is where it is shown instead of its lane's own place, such as another case's thread; it
    keeps its turn in the lane all the same. ``shows`` are the ids of a customer's messages that the
    desk gets to see by it.
    """

    lane: Lane
    message: OutgoingMessage
    opens_thread: str | None = None
    channel: ConversationRef | None = None
    fenced: bool = False
    marks: CaseStatus | None = None
    origin: str | None = None
    hold_seconds: float = 0.0
    change: Change | None = None
    if_refused: OutgoingMessage | None = None
    place: ConversationRef | None = None
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One action that somebody took: who (``Agent.id``), what (a verb), on which case, or where.

    ``place`` is the conversation in which an admin acted.
    """

    at: datetime
    actor_id: str
    actor: str
    action: str
    case: str
    detail: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Why a turn ended as it did: one record, shown to agents and admins (P8).

    ``reasons`` are plain words in the order in which they weighed; ``duration_ms`` is handling time
    from the start of the turn to its plan. ``feeling`` and ``mood_level`` are those of the customer's
    ``MoodCurve`` by then, None while nothing is known of it. ``author_id`` is the identity of the customer
    whose turn it was, or whose case it is about; None where that is not known. ``topic`` is what it was
    about, as an operator has named it.
    """

    turn_id: str
    at: datetime
    conversation: str
    question: str
    language: str
    decision: Decision | None
    outcome: Outcome
    confidence: float | None
    reasons: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    considered: tuple[Source, ...] = ()
    owner: OwnerKind = OwnerKind.BOT
    epoch: int = 0
    duration_ms: float = 0.0
    feeling: Feeling | None = None
    mood_level: float | None = None
    author_id: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that a turn changes, stored in one step.

    ``owner``, ``memo`` and ``case`` are None where they stay as they are. ``amends`` replaces
    earlier lines of the history (message id, new text; None when it was taken back): the customer's
    own in a customer's turn, agents' replies and notes in an agent's. ``gap`` is what the knowledge
    lacked.

    ``alarms`` takes the place of all that are set in the conversation; None leaves them, but for the
    one that rings. ``bells`` are set in other conversations once the plan is stored. ``presence`` is
    what an agent said of being there, ``rating`` what a customer answered, ``audit`` who did what.

    ``lessons`` is what an agent has noted of the customer; what customers wrote is learnt from anyway.
    ``erases`` is whose data is to be erased everywhere, soon after the plan is stored and shown.
    ``evidence`` is what was seen of how well the bot does.
    """

    outcome: Outcome
    receipt: Receipt
    deliveries: tuple[Delivery, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    amends: tuple[tuple[str, str | None], ...] = ()
    owner: Owner | None = None
    memo: Memo | None = None
    case: Case | None = None
    gap: Gap | None = None
    alarms: tuple[Alarm, ...] | None = None
    bells: tuple[Bell, ...] = ()
    presence: AgentPresence | None = None
    rating: Rating | None = None
    audit: AuditEntry | None = None
    lessons: tuple[Lesson, ...] = ()
    erases: Principal | None = None
    evidence: tuple[Evidence, ...] = ()


ShowDraft = Callable[[str], Awaitable[None]]
"""Shows the customer the beginning of a reply (CommonMark) while it is being written.

It may be called as often as the text grows. The plan's first delivery takes its place; once the bot
has lost the word nothing more is shown, and what was shown is taken away. It may raise an error then,
which ends the turn: let it pass.
"""


async def unseen(text: str) -> None:
    """Show a draft to nobody."""
    del text


class TurnHandler(Protocol):
    """The behaviour behind the engine. Each method may be run again for the same turn."""

    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        """Handle what a customer wrote; ``show`` lets them see the reply grow."""
        ...

    async def desk_turn(self, turn: DeskTurn) -> Plan:
        """Handle what an agent wrote in the thread of a case."""
        ...

    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        """Handle an alarm that rings."""
        ...

    def dead_letter(self, turn: Turn, error: str) -> Plan:
        """Say what becomes of messages that failed three times: a human is told."""
        ...


class ReceiptReader(Protocol):
    """Reads receipts back for agents and admins."""

    async def latest(self, conversation: ConversationRef, limit: int) -> Sequence[Receipt]:
        """Return the newest receipts of a conversation, newest first."""
        ...
