"""Values to JSON and back, for everything that Redis keeps."""

from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.vocabulary.alarms import Alarm, Bell
from bot.vocabulary.board import AgentPresence, Wait
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import HistoryLine, Memo, Owner
from bot.vocabulary.gaps import Gap
from bot.vocabulary.memory import Lesson
from bot.vocabulary.messages import ConversationRef, IncomingMessage, OutgoingMessage
from bot.vocabulary.rollout import Evidence
from bot.vocabulary.surveys import Rating
from bot.vocabulary.turns import AuditEntry, Change, Lane, Receipt

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDelivery:
    """A delivery as it waits in its lane.

    ``id`` is the idempotency key towards the platform; ``source`` the customer's conversation whose
    lane this is; ``epoch`` the epoch under which its words were written; ``not_before`` is Unix time
    by the server's clock and ends the window in which an agent can change them. The rest is as in
    ``Delivery``.
    """

    id: str
    source: ConversationRef
    lane: Lane
    message: OutgoingMessage
    opens_thread: str | None = None
    channel: ConversationRef | None = None
    fenced: bool = False
    epoch: int = 0
    events: tuple[str, ...] = ()
    marks: CaseStatus | None = None
    origin: str | None = None
    change: Change | None = None
    not_before: float | None = None
    if_refused: OutgoingMessage | None = None
    place: ConversationRef | None = None
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEnd:
    """Stands among the gaps of a conversation: how many minutes a case took from opening to end.

    Below zero are those between an end and the opening again: they are taken off.
    """

    ended: str
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNews:
    """What a stored plan means for other places, until it is passed on.

    ``case`` says that the conversation's case is to be seen as it stands then; the rest is as in
    ``Plan`` and ``BoardView``.
    """

    id: str
    conversation: ConversationRef
    case: bool = False
    wait: Wait | None = None
    presence: AgentPresence | None = None
    bells: tuple[Bell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trodden:
    """A conversation in which somebody wrote, and whether nobody else was there."""

    place: ConversationRef
    is_direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredErasure:
    """Whose data is to be erased: ``identity`` as ``identity_of`` says it.

    ``asked_at`` is Unix time by the server's clock; what came later stays. ``place`` is the conversation in
    which it was asked, and confirmed before it is done; None when that was elsewhere.

    Once it has begun, ``person`` is who that is, with all ``accounts`` and ``places``: it must be able to
    go on when nothing else is left that says so. ``is_again`` is the look at what was on its way.
    """

    identity: str
    asked_at: float
    place: str | None = None
    has_begun: bool = False
    person: str | None = None
    accounts: tuple[str, ...] = ()
    places: tuple[Trodden, ...] = ()
    is_again: bool = False


RETRACTED = "retracted"
"""Stands in the place of changed words that were taken back."""

incoming = TypeAdapter(IncomingMessage)
outgoing = TypeAdapter(OutgoingMessage)
delivery = TypeAdapter(StoredDelivery)
history_line = TypeAdapter(HistoryLine)
memo = TypeAdapter(Memo)
owner = TypeAdapter(Owner)
case = TypeAdapter(Case)
alarm = TypeAdapter(Alarm)
alarms = TypeAdapter(tuple[Alarm, ...])
presence = TypeAdapter(AgentPresence)
wait = TypeAdapter(Wait)
news = TypeAdapter(StoredNews)
audit = TypeAdapter(AuditEntry)
rating = TypeAdapter(Rating)
evidence = TypeAdapter(Evidence)
lesson = TypeAdapter(Lesson)
erasure = TypeAdapter(StoredErasure)
receipt = TypeAdapter(Receipt)
gap = TypeAdapter(Gap)
case_end = TypeAdapter(CaseEnd)
gap_or_end = TypeAdapter[Gap | CaseEnd](Gap | CaseEnd)


def loads(adapter: TypeAdapter[Value], text: str) -> Value:
    """Read a value from JSON text.

    Raises:
        ValueError: The text is something else; what it says is not repeated, for people wrote it.
    """
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        places = {".".join(map(str, item["loc"])) or "text" for item in error.errors()}
        raise ValueError(f"A stored value can't be read: {', '.join(sorted(places))}.") from None


def dumps(adapter: TypeAdapter[Value], value: Value) -> str:
    """Write a value as JSON text."""
    return adapter.dump_json(value).decode()
