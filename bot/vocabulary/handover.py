"""The sockets for handing over: when a human is asked in, and the desk where humans work."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.vocabulary.cases import Case, CaseReason
from bot.vocabulary.knowledge import Answer, Source
from bot.vocabulary.memory import Episode, Recalled
from bot.vocabulary.mood import Heard, MoodCurve
from bot.vocabulary.rollout import Trial
from bot.vocabulary.turns import AlarmTurn, Decision, DeskTurn, Plan, Turn


class Failure(StrEnum):
    """What did not work."""

    KNOWLEDGE = "knowledge"
    HANDLING = "handling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the escalation policy weighs for one turn.

    ``wish`` holds the words that asked for a human. ``confidence`` is None when nothing was
    found or looked up. ``unsure`` and ``rejections`` count in a row and include this turn, ``repeats``
    how often in a row the same was asked again. ``topic`` is a forbidden one that was touched.

    ``best_source`` is the score of the best passage found, ``choices`` how many documents are about
    equally near, none when the customer was asked back already; ``chosen`` says that the customer has
    named the document which the answer is from.

    ``concern`` is what a person should know of, ``mood`` how the customer felt up to this turn.
    ``subject`` names what it is about and ``team`` whose that is, ``tier`` is the customer's; each is None
    where it is not known. ``language`` is the customer's. ``cost`` is what models have cost in this
    conversation, in the currency of the settings; ``waited_minutes`` how long the customer has been at
    it since their first unanswered question. ``again`` is the earlier episode that it is about once more.
    """

    wish: str | None = None
    concern: Heard | None = None
    mood: MoodCurve | None = None
    repeats: int = 0
    subject: str | None = None
    team: str | None = None
    tier: str | None = None
    language: str = "en"
    cost: float = 0.0
    waited_minutes: float = 0.0
    rejected: bool = False
    confidence: float | None = None
    best_source: float | None = None
    choices: int = 0
    chosen: bool = False
    unsure: int = 0
    rejections: int = 0
    failure: Failure | None = None
    topic: str | None = None
    again: Episode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The policy's decision, its reasons in words, and its category when a human is asked in.

    ``offers`` says that an answer comes with the offer of a person.
    """

    decision: Decision
    reasons: tuple[str, ...]
    case_reason: CaseReason | None = None
    offers: bool = False


class EscalationPolicy(Protocol):
    """Decides from signals alone: pure, no clock, no store."""

    def decide(self, signals: Signals) -> Verdict:
        """Choose whether to answer, clarify, offer a human or hand over."""
        ...

    def is_sure(self, signals: Signals) -> bool:
        """Whether what was found is sure enough to be said, whatever else asks for a person."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRequest:
    """Why a human is asked in, and what the bot knows so far.

    ``question`` is what the customer wants in their words. ``answer`` is the bot's draft with its
    sources, if it has one. ``internal`` are sources that agents alone may see, for the desk and for
    nothing that a customer reads. ``amends`` as in ``Plan``. ``mood`` is how the customer felt up to now,
    ``concern`` what a person must know of; ``subject`` and ``tier`` as in ``Signals``. ``recalled`` is what
    is remembered where this conversation happens: the customer's own, or in a shared place the group's.
    ``trial`` is the matter that it is about.
    """

    reason: CaseReason
    reasons: tuple[str, ...]
    language: str
    question: str
    answer: Answer | None = None
    internal: tuple[Source, ...] = ()
    amends: tuple[tuple[str, str | None], ...] = ()
    mood: MoodCurve = field(default_factory=MoodCurve)
    concern: Heard | None = None
    subject: str | None = None
    tier: str | None = None
    recalled: Recalled = field(default_factory=Recalled)
    trial: Trial | None = None


class Desk(Protocol):
    """Where humans take over: each method turns an event into the plan of what it changes."""

    def hand_over(self, turn: Turn, request: HandoverRequest) -> Plan:
        """Open a case: the desk gets the briefing, the customer hears who is coming."""
        ...

    def relay(self, turn: Turn, language: str, *, concern: Heard | None = None) -> Plan:
        """Show what a customer wrote, changed or took back in the thread of the open case.

        ``concern`` is what a person must know of; one that is urgent makes the case so.
        """
        ...

    def cancel(self, turn: Turn, language: str) -> Plan:
        """Close the case because the customer goes on with the bot."""
        ...

    async def agent_turn(self, turn: DeskTurn) -> Plan:
        """Do what an agent asks in a case's thread, or keep it as a private note."""
        ...

    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        """Do what is to be done in a conversation now that an alarm rings."""
        ...

    def with_refusals(self, plan: Plan, case: Case | None) -> Plan:
        """Let the thread of a case hear of each message that a platform refuses for good.

        ``case`` is the conversation's as it stood before the plan.
        """
        ...
