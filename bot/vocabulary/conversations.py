"""A conversation as it is stored: who has the word, what was said, what one turn leaves for the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.vocabulary.alarms import Alarm
from bot.vocabulary.cases import Case
from bot.vocabulary.copilot import Draft
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.mood import MoodCurve
from bot.vocabulary.people import Agent
from bot.vocabulary.rollout import Arm, Trial
from bot.vocabulary.surveys import Survey


class OwnerKind(StrEnum):
    """Who may speak to the customer (P5)."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The one speaker of a conversation; ``agent`` is set for ``OwnerKind.AGENT``."""

    kind: OwnerKind = OwnerKind.BOT
    agent: Agent | None = None


class Speaker(StrEnum):
    """Whose words a line of the history holds."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    NOTE = "note"
    MARKER = "marker"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One line of a conversation. Notes never reach the customer; markers show changes of hands.

    ``author_id`` is the ``Agent.id`` of an agent's line, the identity (``identity_of``) of a customer's,
    None in lines from before it was noted: a name is never proof of identity.
    """

    speaker: Speaker
    name: str
    text: str
    at: datetime
    message_id: str | None = None
    author_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A document that the customer may have meant, by the words on its button."""

    doc_id: str
    label: str


class MemoryStep(StrEnum):
    """What is done to a memory only after a yes: it can't be undone, or gives something away."""

    FORGET = "forget"
    UNLINK = "unlink"
    ERASE = "erase"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryQuestion:
    """A step that somebody was asked to confirm, by their user id in ``by``.

    ``about`` is whose memory it is (``identity_of``) where an admin was asked; empty for one's own.
    """

    step: MemoryStep
    by: str
    at: datetime
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """What one turn leaves for the next ones of the same conversation.

    ``unsure`` and ``rejections`` count in a row; a good answer sets both back to 0. ``question`` is
    the last real question, ``cited`` the documents of its answer, ``answered`` the id of the person
    who got it or was offered a human instead, ``rejected`` the documents that the customer did not
    want. ``offered`` says that the last reply offered a human, ``followed_up`` is the last message
    whose edit got a new answer (a second edit gets none). ``rated`` are the messages whose thumbs have counted, newest last.
    ``window_began`` (aware UTC) and ``window_turns`` count what came in the present minute;
    ``limited`` says that it was too much.

    ``mood`` is how the customer felt up to now, ``repeats`` how often in a row they asked the same again,
    ``waiting_since`` when they put the question that has found no good answer yet. ``cost`` is what
    models have cost in this conversation. ``drafts`` are the last ones that the copilot wrote, newest
    last. ``survey`` is what they were asked last, ``nps_asked_at`` when they were last asked whether
    they recommend us, ``suggested`` the case after which something useful was suggested and
    ``suggested_at`` when.
    ``humans_said`` is what agents told them in the last case, oldest first. ``choices`` are the documents
    of which the last reply asked back which is meant. ``raised`` are the open threads that they were
    asked about here, newest last, ``asked_about`` the one that the last reply asked about.
    ``memory_asked`` is the step that the last reply asked to confirm; ``memory_told`` says that they
    know of the memory, or were told that they can have one.

    ``trial`` is the last question as a matter of its own, ``arms`` who answers which topic here as far as
    that was drawn, ``shadow`` what the bot would have said while people answer: it is shown to nobody.
    """

    language: str | None = None
    question: str = ""
    cited: tuple[str, ...] = ()
    answered: str | None = None
    rejected: tuple[str, ...] = ()
    unsure: int = 0
    rejections: int = 0
    offered: bool = False
    greeted: bool = False
    followed_up: str | None = None
    rated: tuple[str, ...] = ()
    window_began: datetime | None = None
    window_turns: int = 0
    limited: bool = False
    mood: MoodCurve = field(default_factory=MoodCurve)
    repeats: int = 0
    waiting_since: datetime | None = None
    cost: float = 0.0
    drafts: tuple[Draft, ...] = ()
    survey: Survey | None = None
    nps_asked_at: datetime | None = None
    suggested: str | None = None
    suggested_at: datetime | None = None
    humans_said: tuple[HistoryLine, ...] = ()
    choices: tuple[Choice, ...] = ()
    raised: tuple[str, ...] = ()
    asked_about: str | None = None
    memory_asked: MemoryQuestion | None = None
    memory_told: bool = False
    trial: Trial | None = None
    arms: Mapping[str, Arm] = field(default_factory=dict[str, Arm])
    shadow: Draft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation as it stood when a turn began.

    ``epoch`` grows with each change of owner. ``case`` is the open or last case, ``past`` are those that
    were closed before it, newest first and bounded. ``alarms`` are set and have not rung.
    """

    ref: ConversationRef
    owner: Owner = Owner()
    epoch: int = 0
    memo: Memo = Memo()
    history: tuple[HistoryLine, ...] = ()
    case: Case | None = None
    past: tuple[Case, ...] = ()
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case and what is known of its customer's conversation by now."""

    case: Case
    memo: Memo


class CaseFileReader(Protocol):
    """Reads cases back with all that a desk of its own can show of them."""

    async def file_of(self, thread: ConversationRef) -> CaseFile | None:
        """Return the open or last case of the customer whose case this thread was opened for.

        None when the thread is not (yet) known as a case's thread.
        """
        ...
