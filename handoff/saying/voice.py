"""What the desk says: to the thread in the agents' language, to the customer in theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.texts import say
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.people import Agent
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import AuditEntry, Delivery, Lane, Outcome, Plan, Receipt
from handoff.gestures import Act
from handoff.routing.teams import pinged
from handoff.saying.plans import to_customer, to_desk
from handoff.saying.style import DeskStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskVoice:
    """Finds the words for what agents do, in the style of the desk."""

    style: DeskStyle

    def tell_thread(
        self,
        act: Act,
        key: str,
        *actions: str,
        marks: CaseStatus | None = None,
        notifies: Agent | None = None,
        **values: object,
    ) -> Delivery:
        """Tell the thread what an agent did; ``marks`` is how the case stands from then on.

        ``notifies`` is an agent who is to be pinged; one of another platform can't be.
        """
        told = self._in_thread(key, actions, {"agent": act.agent.name, **values})
        ids = pinged(notifies, act.case.thread) if notifies else ()
        message = replace(told.message, notifies=ids) if ids else told.message
        return replace(told, message=message, marks=marks)

    def tell_customer(
        self, act: Act, event: str, *, name: str | None = None, with_bot: bool = False
    ) -> Delivery:
        """Tell the customer what an agent did: the agent by name, or only the team they are of."""
        return self.customer_hears(
            event, act.language, name=name or act.agent.name, with_bot=with_bot
        )

    def customer_hears(
        self, event: str, language: str, *, name: str, with_bot: bool = False
    ) -> Delivery:
        """Tell the customer, in their language, what happened: whose name it is, or only the team."""
        if self.style.shows_names:
            return to_customer(f"{event}_customer", language, with_bot=with_bot, agent=name)
        team = self.style.brand or say("handoff.our_team", language)
        return to_customer(f"{event}_brand", language, with_bot=with_bot, team=team)

    def say(self, act: Act, key: str, *actions: str, **values: object) -> Plan:
        """Answer in the thread alone and change nothing; the verbs build on this."""
        reason = key.rpartition(".")[2].removesuffix("_desk")
        plan = self.silent(act, reason.replace("_", " "))
        return replace(plan, deliveries=(self._in_thread(key, actions, values),))

    def shown(self, act: Act, *messages: OutgoingMessage) -> Plan:
        """Show something in the thread that stands in no catalogue, and change nothing."""
        deliveries = tuple(Delivery(lane=Lane.DESK, message=message) for message in messages)
        return replace(self.silent(act, act.gesture.verb), deliveries=deliveries)

    def done(
        self,
        act: Act,
        key: str,
        *actions: str,
        case: Case,
        marks: CaseStatus | None = None,
        detail: str = "",
        **values: object,
    ) -> Plan:
        """Change the case alone and tell the thread; ``detail`` is for the audit."""
        told = self._in_thread(key, actions, {"agent": act.agent.name, **values})
        plan = self.silent(act, key.rpartition(".")[2].replace("_", " "))
        told = replace(told, marks=marks)
        return replace(plan, deliveries=(told,), case=case, audit=audit_of(act, detail))

    def ask(self, act: Act) -> Plan:
        """Ask for the words that a verb needs behind it."""
        verb = act.gesture.verb
        question = say(f"verbs.asks_{verb}", self.style.language)
        usage = say(f"verbs.usage_{verb}", self.style.language)
        return self.say(act, "verbs.missing_words", verb=verb, question=question, usage=usage)

    def not_here(self, act: Act) -> Plan:
        """Tell an agent that the thread's case is closed, or goes on in another thread."""
        here = act.message.conversation
        is_past = any(case.thread == here for case in act.turn.conversation.past)
        if is_past or act.is_here or not act.case.is_open:
            return self.say(act, "closed_desk")
        return self.say(act, "verbs.goes_on_elsewhere", case=act.case.id)

    def taken(self, act: Act) -> Plan:
        """Tell an agent who else has the case."""
        holder = act.case.agent.name if act.case.agent else ""
        return self.say(act, "already_claimed_desk", agent=holder)

    def silent(self, act: Act, reason: str) -> Plan:
        """Say nothing and change nothing."""
        return Plan(outcome=Outcome.NOTED, receipt=_receipt(act, reason))

    def _in_thread(
        self, key: str, actions: Sequence[str], values: Mapping[str, object]
    ) -> Delivery:
        return to_desk(key, self.style.language, *actions, prefix=self.style.prefix, **values)


def audit_of(act: Act, detail: str = "") -> AuditEntry:
    """Note who did what; ``detail`` holds names and times, never what people wrote."""
    return AuditEntry(
        at=act.turn.at,
        actor_id=act.agent.id,
        actor=act.agent.name,
        action=act.gesture.verb,
        case=act.case.id,
        detail=detail,
    )


def _receipt(act: Act, reason: str) -> Receipt:
    return receipt_of(
        act.turn,
        question=f"/{act.gesture.verb} {act.gesture.text}".strip(),
        language=act.language,
        outcome=Outcome.NOTED,
        reasons=(f"{act.agent.name} in the desk", reason),
    )
