"""What the desk says: to the thread in the agents' language, to the customer in theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.texts import say
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import Delivery, Outcome, Plan, Receipt
from handoff.gestures import Act
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
        marks: CaseStatus,
    ) -> Delivery:
        """Tell the thread what an agent did; ``marks`` is how the case stands from then on."""
        return replace(self._in_thread(key, actions, {"agent": act.agent.name}), marks=marks)

    def tell_customer(
        self, act: Act, event: str, *, name: str | None = None, with_bot: bool = False
    ) -> Delivery:
        """Tell the customer what an agent did: the agent by name, or only the team they are of."""
        language = act.language
        if self.style.shows_names:
            shown = name or act.agent.name
            return to_customer(f"{event}_customer", language, with_bot=with_bot, agent=shown)
        team = self.style.brand or say("handoff.our_team", language)
        return to_customer(f"{event}_brand", language, with_bot=with_bot, team=team)

    def say(self, act: Act, key: str, *actions: str, **values: object) -> Plan:
        """Answer in the thread alone and change nothing; the verbs build on this."""
        plan = self.silent(act, key.removesuffix("_desk").replace("_", " "))
        return replace(plan, deliveries=(self._in_thread(key, actions, values),))

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


def _receipt(act: Act, reason: str) -> Receipt:
    return receipt_of(
        act.turn,
        question=f"/{act.gesture.verb} {act.gesture.text}".strip(),
        language=act.language,
        outcome=Outcome.NOTED,
        reasons=(f"{act.agent.name} in the desk", reason),
    )
