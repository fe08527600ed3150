"""How far the bot goes by itself, as the dispatcher knows it."""

from dataclasses import replace

from bot.conversation.replies import Replies
from bot.conversation.rollout.announcing import Announcing
from bot.conversation.rollout.comparing_replies import Compare, of_agent
from bot.conversation.rollout.evidence import of_customer
from bot.conversation.rollout.holding import noted
from bot.conversation.rollout.rules import RolloutRules
from bot.conversation.rollout.shadowing import Shadowing
from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.turns import AlarmTurn, Delivery, DeskTurn, Lane, Plan


class Rollout:
    """Notes what turns show, lets drafts be made in silence, and tells the desk of modes."""

    def __init__(
        self,
        rules: RolloutRules | None = None,
        shadowing: Shadowing | None = None,
        announcing: Announcing | None = None,
        compare: Compare | None = None,
    ) -> None:
        """Build it; without ``shadowing`` and ``compare`` no draft is made in silence or compared."""
        self._rules = rules or RolloutRules()
        self._shadowing = shadowing
        self._compare = compare
        self._announcing = announcing or Announcing(language=self._rules.language)

    @property
    def leaves_all_to_people(self) -> bool:
        """Whether the bot answers no question by itself."""
        return self._rules.leaves_all_to_people

    def promised(self, plan: Plan) -> Plan:
        """Offer no customer to go on with the bot where it would answer nothing."""
        if not self.leaves_all_to_people:
            return plan
        return replace(plan, deliveries=tuple(map(_without_bot, plan.deliveries)))

    def after_customer(self, plan: Plan, replies: Replies) -> Plan:
        """Note what a customer's turn shows, and the matter that it asks about."""
        conversation, matter = replies.turn.conversation, replies.matter
        evidence = of_customer(
            plan,
            conversation,
            matter.trial if matter else None,
            rejected=replies.rejected,
            came_back=matter.came_back if matter else False,
        )
        if matter is not None:
            plan = noted(plan, conversation, matter, self._rules)
        return replace(plan, evidence=(*plan.evidence, *evidence)) if evidence else plan

    def after_agent(self, plan: Plan, turn: DeskTurn) -> Plan:
        """Note what an agent's turn shows of a draft."""
        if self._shadowing is None or self._compare is None:
            return plan
        evidence = of_agent(plan, turn, self._shadowing.is_sure, self._compare)
        return replace(plan, evidence=(*plan.evidence, *evidence)) if evidence else plan

    async def ring(self, turn: AlarmTurn) -> Plan | None:
        """Do what an alarm about the rollout is for; None for any other."""
        match turn.alarm.kind:
            case AlarmKind.NOTICE:
                return self._announcing.ring(turn)
            case AlarmKind.SHADOW if self._shadowing is not None:
                return await self._shadowing.ring(turn)
            case _:
                return None


def _without_bot(delivery: Delivery) -> Delivery:
    """Take the way back to the bot from what a customer reads."""
    if delivery.lane is not Lane.CUSTOMER:
        return delivery
    left = tuple(one for one in delivery.message.buttons if one.action != "bot")
    return replace(delivery, message=replace(delivery.message, buttons=left))
