"""What comes after a case or a good answer: surveys, what people said, something useful."""

from dataclasses import replace

from bot.conversation.afterwards import offers as suggesting
from bot.conversation.afterwards.asking_surveys import KINDS, SurveyClock
from bot.conversation.afterwards.offers import Occasion, Offers
from bot.conversation.afterwards.surveys import SurveyRules, Surveys
from bot.conversation.replies import Replies
from bot.vocabulary.mood import Feeling
from bot.vocabulary.turns import AlarmTurn, Plan


class Afterwards:
    """The part of the behaviour that looks after customers once they were served."""

    def __init__(self, rules: SurveyRules | None = None, offers: Offers | None = None) -> None:
        self._offers = offers or Offers()
        self._surveys = Surveys(rules, self._offers)
        self._clock = SurveyClock(rules)

    def heard(self, replies: Replies) -> Plan | None:
        """See ``Surveys.heard``."""
        return self._surveys.heard(replies)

    def otherwise(self, plan: Plan, replies: Replies) -> Plan:
        """See ``Surveys.otherwise``."""
        return self._surveys.otherwise(plan, replies)

    def ring(self, turn: AlarmTurn) -> Plan | None:
        """Do what an alarm about a survey is for; None for an alarm of the desk's."""
        return self._clock.ring(turn) if turn.alarm.kind in KINDS else None

    def thanked(self, plan: Plan, replies: Replies) -> Plan:
        """Add something useful to the words for a satisfied customer who thanks for an answer."""
        memo, turn = plan.memo or replies.memo, replies.turn
        if not replies.was_answered or memo.mood.feeling is not Feeling.SATISFIED:
            return plan
        occasion = Occasion(
            conversation=turn.conversation,
            memo=memo,
            language=replies.language,
            at=turn.started_at,
            is_shared=not turn.messages[-1].is_direct,
        )
        offer = self._offers.fitting(occasion)
        if offer is None:
            return plan
        first, *others = plan.deliveries
        useful = suggesting.paragraph(offer, replies.language)
        message = replace(first.message, text=f"{first.message.text}\n\n{useful}")
        *lines, last = plan.history
        return replace(
            plan,
            deliveries=(replace(first, message=message), *others),
            history=(*lines, replace(last, text=message.text)),
            memo=suggesting.noted(memo, occasion),
        )
