"""What the duties of the desk's clock share: what they see, and how they speak."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.texts import say
from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.people import Agent
from bot.vocabulary.receipts import silent
from bot.vocabulary.turns import AlarmTurn, AuditEntry, Delivery, Plan
from handoff.routing.office import Office
from handoff.routing.teams import Team, pinged
from handoff.saying.plans import to_customer, to_desk
from handoff.saying.style import DeskStyle

RELEVO = "relevo"
"""Who acts when the clock does, for the audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """An alarm that rings about a case, and all that is needed to see to it."""

    turn: AlarmTurn
    case: Case
    style: DeskStyle
    office: Office
    view: BoardView

    @property
    def now(self) -> datetime:
        """The server's time."""
        return self.turn.at

    @property
    def team(self) -> Team:
        """The team whose the case is."""
        return self.office.team_of(self.case)

    @property
    def language(self) -> str:
        """The customer's language."""
        return self.turn.conversation.memo.language or self.case.language

    def silent(self, reason: str) -> Plan:
        """Change nothing; the receipt says why."""
        return silent(self.turn, reason)

    def tell_thread(
        self,
        key: str,
        *actions: str,
        notifies: Agent | None = None,
        marks: CaseStatus | None = None,
        **values: object,
    ) -> Delivery:
        """Tell the thread, and ping somebody; ``marks`` is how the case stands from then on."""
        told = to_desk(
            f"timing.{key}", self.style.language, *actions, prefix=self.style.prefix, **values
        )
        ids = pinged(notifies, self.case.thread) if notifies else ()
        return replace(told, message=replace(told.message, notifies=ids), marks=marks)

    def tell_customer(self, key: str, **values: object) -> Delivery:
        """Tell the customer, in their language."""
        return to_customer(f"timing.{key}", self.language, with_bot=True, **values)

    def shown_name(self, agent: Agent) -> str:
        """Return the name that the customer reads for an agent."""
        return self.style.speaker(agent) or say("handoff.our_team", self.language)

    def audit(self, action: str, detail: str = "") -> AuditEntry:
        """Note what the clock did."""
        return AuditEntry(
            at=self.now,
            actor_id=RELEVO,
            actor="Relevo",
            action=action,
            case=self.case.id,
            detail=detail,
        )
