"""What is remembered of a person: facts, episodes, open threads, and how it is learnt.

Everything that is remembered is data about one owner: never an instruction, never an authority. What was
heard in a direct conversation belongs to the person; what was said in a shared place belongs to the group
of that place, and neither is ever read for the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from urllib.parse import quote, unquote

from bot.vocabulary.conversations import Conversation
from bot.vocabulary.messages import ConversationRef, Platform, Principal
from bot.vocabulary.mood import Feeling

VALUE_LENGTH = 200
"""Characters of a fact's value, at most: longer ones are no facts."""


class Slot(StrEnum):
    """What can be known of somebody: nothing else is."""

    LANGUAGE = "language"
    TONE = "tone"
    LENGTH = "length"
    LEVEL = "level"
    TIME_ZONE = "time_zone"
    PRODUCT = "product"
    PLAN = "plan"
    VERSION = "version"
    DEVICE = "device"
    SYSTEM = "system"
    ACCESS = "access"


class FactOrigin(StrEnum):
    """Who wrote a fact, the weakest first: a weaker origin never replaces a stronger one's word."""

    INFERRED = "inferred"
    STATED = "stated"
    AGENT = "agent"
    INTEGRATION = "integration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known of an owner.

    ``id`` follows from the message and the slot, so that the same message learnt twice is one fact.
    ``source`` is the id of the message that says so in ``place``, ``author_id`` the identity of whoever
    wrote that (``identity_of``, or ``Agent.id``). ``confidence`` in 0..1. ``replaced_at`` is set once
    a later one took its place: then it is history.
    """

    id: str
    slot: Slot
    value: str
    origin: FactOrigin
    source: str
    place: ConversationRef
    author_id: str
    at: datetime
    confidence: float = 1.0
    expires_at: datetime | None = None
    replaced_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What somebody promised the customer, who (a name), and until when if they said so."""

    text: str
    by: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A finished conversation or case as a short record, in people's own words.

    ``case`` is the id of the case if people had it, ``is_solved`` None when nobody knows. ``before`` and
    ``after`` are how the customer felt at its start and end. ``author_ids`` are the identities of who wrote.
    ``rejected`` are the documents whose answers they did not want, ``solved_by`` who solved it (a name).
    """

    id: str
    place: ConversationRef
    began_at: datetime
    ended_at: datetime
    language: str
    problem: str
    tried: tuple[str, ...] = ()
    resolution: str = ""
    is_solved: bool | None = None
    commitments: tuple[Commitment, ...] = ()
    before: Feeling = Feeling.NEUTRAL
    after: Feeling = Feeling.NEUTRAL
    case: str | None = None
    topic: str | None = None
    author_ids: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    solved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenThread:
    """What is not settled: a problem, or with ``due`` or ``by`` a promise of somebody.

    ``episode`` is the one that it comes from. ``raised_at`` is when the customer was last asked about it.
    """

    id: str
    about: str
    since: datetime
    place: ConversationRef
    episode: str
    by: str | None = None
    due: datetime | None = None
    raised_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All that is remembered of one owner, newest last; ``replaced`` are facts of before."""

    facts: tuple[Fact, ...] = ()
    replaced: tuple[Fact, ...] = ()
    episodes: tuple[Episode, ...] = ()
    threads: tuple[OpenThread, ...] = ()


class LessonKind(StrEnum):
    """What there is to learn from."""

    SAID = "said"
    CHANGED = "changed"
    TAKEN_BACK = "taken_back"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Something to learn from after the turn, stored with its plan.

    ``author_id`` is the identity of the customer whose message it is or of whom an agent
    (``noted_by``, an ``Agent.id``) has noted something, by ``slot``.
    """

    kind: LessonKind
    place: ConversationRef
    is_direct: bool
    author_id: str
    message_id: str
    text: str
    at: datetime
    language: str
    slot: Slot | None = None
    noted_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedFact:
    """A fact that a language model reads out of a message: ``quote`` are its exact words that say so."""

    slot: Slot
    value: str
    message_id: str
    quote: str


class FactWriter(Protocol):
    """Reads facts that customers state about themselves out of lessons, by a language model."""

    async def propose(self, lessons: Sequence[Lesson]) -> Sequence[ProposedFact]:
        """Return what the lessons, of one author and oldest first, say of that author now.

        What is secret in them is masked. Nothing that is proposed is trusted: quotes are looked up.
        Raises ``LearningDelayedError`` when it should be tried again.
        """
        ...


class Learner(Protocol):
    """Turns lessons into memory; it knows no store. What is secret it leaves out."""

    async def learn(self, memory: Memory, lessons: Sequence[Lesson], now: datetime) -> Memory:
        """Return the memory with what these lessons of its owner say, oldest first.

        Lessons learnt before change nothing. Raises ``LearningDelayedError`` when it should be tried again.
        """
        ...

    def conclude(
        self, memory: Memory, conversation: Conversation, since: datetime | None, now: datetime
    ) -> Memory:
        """Return the memory with the conversation's stretch after ``since`` as an episode."""
        ...

    def kept(self, memory: Memory, now: datetime) -> Memory:
        """Return what of a memory is still to be kept: nothing expired, nothing beyond the caps."""
        ...


class ConsentRule(StrEnum):
    """When memory is on: after the person switched it on, until they switch it off, or never."""

    OPT_IN = "opt-in"
    OPT_OUT = "opt-out"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What of a memory matters to one turn, within its budget; empty where nothing may be recalled."""

    facts: tuple[Fact, ...] = ()
    episodes: tuple[Episode, ...] = ()
    threads: tuple[OpenThread, ...] = ()
    again: Episode | None = None
    """The earlier episode that this question is about once more."""
    to_raise: OpenThread | None = None
    """The open thread that the customer should be asked about, if this is the moment."""

    def fact(self, slot: Slot) -> Fact | None:
        """Return what is known of a slot, the newest of several."""
        return next((fact for fact in reversed(self.facts) if fact.slot is slot), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryView:
    """What a person may see of their own memory: whether it is on, and the identities that are linked.

    ``told_at`` is when they were last told that there is a memory, or could be one.
    """

    is_on: bool
    memory: Memory
    linked: tuple[str, ...] = ()
    told_at: datetime | None = None


class LinkResult(StrEnum):
    """What came of a code that somebody typed."""

    LINKED = "linked"
    WRONG = "wrong"
    OWN = "own"
    TOO_OFTEN = "too_often"


class Memories(Protocol):
    """The memory as turns and customers reach it: always for the principal who acts.

    Each method may be run again for the same turn. All raise ``StateUnavailableError`` without Redis, and
    all but ``recall``, ``met`` and ``raised`` ``UnreadableMemoryError`` when what they need can't be decrypted.
    """

    async def recall(
        self, principal: Principal, place: ConversationRef, *, is_direct: bool, question: str
    ) -> Recalled:
        """Return what matters to a question: the person's own where it is direct, else the group's.

        That they wrote there is noted, as ``met`` does.
        """
        ...

    async def met(self, principal: Principal, place: ConversationRef, *, is_direct: bool) -> None:
        """Note that the person wrote somewhere, whatever is remembered: so that it can be erased."""
        ...

    async def view(self, principal: Principal) -> MemoryView:
        """Return all that is remembered of the person."""
        ...

    async def told(self, principal: Principal) -> None:
        """Note that the person was told that there is a memory, or could be one."""
        ...

    async def switch(self, principal: Principal, *, on: bool) -> bool:
        """Switch the person's memory on or off; False where the settings allow none."""
        ...

    async def drop(self, principal: Principal, item: str) -> bool:
        """Forget a fact, an episode or an open thread by its id; False when there is none."""
        ...

    async def raised(self, principal: Principal, thread: str) -> None:
        """Note that the customer was asked about an open thread."""
        ...

    async def export(self, principal: Principal) -> str:
        """Write all that is stored of the person as JSON text."""
        ...

    async def offer_code(self, principal: Principal) -> str | None:
        """Return a one-time code that joins another account to this person; None when asked too often."""
        ...

    async def redeem(self, principal: Principal, code: str) -> LinkResult:
        """Join this account to the person who was given the code."""
        ...

    async def unlink(self, principal: Principal) -> bool:
        """Give this account a person of its own again; False when it was linked to nobody."""
        ...


def identity_of(principal: Principal) -> str:
    """Return who acts as text, ``platform:tenant:user``; no two accounts share one."""
    return _as_identity(principal.platform.value, principal.tenant_id, principal.user_id)


def identity_at(place: ConversationRef, user_id: str) -> str:
    """Return who somebody is in a place, as ``identity_of`` says it."""
    return _as_identity(place.platform.value, place.tenant_id, user_id)


def _as_identity(*parts: str) -> str:
    return ":".join(quote(part, safe=" @.-_+#") for part in parts)


def principal_of(identity: str) -> Principal:
    """Read what ``identity_of`` wrote: whose it is, without any right.

    Raises:
        ValueError: It has not three parts, or names no known platform.
    """
    parts = [unquote(part) for part in identity.split(":")]
    if len(parts) != 3 or not all(parts):  # noqa: PLR2004
        raise ValueError("This is not platform:tenant:user.")
    platform, tenant_id, user_id = parts
    return Principal(platform=Platform(platform), tenant_id=tenant_id, user_id=user_id)
