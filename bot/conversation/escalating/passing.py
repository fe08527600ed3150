"""Passes the customer on to people, with all that is known: one place for every way there."""

from dataclasses import replace

from bot.conversation.asking import Asking
from bot.conversation.escalating.urgent import words_for
from bot.conversation.recalling.knowing import in_words
from bot.conversation.replies import Replies
from bot.conversation.rollout.evidence import A_DAY
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.handover import Desk, HandoverRequest, Signals, Verdict
from bot.vocabulary.knowledge import Answer, Source
from bot.vocabulary.rollout import Trial
from bot.vocabulary.turns import Lane, Plan


class Passing:
    """Builds the request of a hand-over, and lets the desk make the plan."""

    def __init__(self, desk: Desk, asking: Asking) -> None:
        self._desk = desk
        self._asking = asking

    def pass_on(
        self,
        replies: Replies,
        verdict: Verdict,
        question: str,
        *,
        signals: Signals | None = None,
        found: Answer | None = None,
        internal: tuple[Source, ...] = (),
    ) -> Plan:
        """Open a case for what the policy has decided."""
        request = HandoverRequest(
            reason=verdict.case_reason or CaseReason.REQUESTED,
            reasons=verdict.reasons,
            language=replies.language,
            question=question,
            answer=found,
            internal=internal,
            amends=replies.amends,
            mood=replies.memo.mood,
            concern=replies.concern,
            subject=signals.subject if signals else None,
            tier=self._asking.tier(replies.turn),
            recalled=replies.recalled,
            trial=_trial_of(replies),
        )
        plan = _with_known(self._desk.hand_over(replies.turn, request), replies)
        return _led_by(words_for(replies.concern, replies.language), plan)


def _trial_of(replies: Replies) -> Trial | None:
    """Return the matter that people are asked in for: what is asked now, or what was just answered."""
    if replies.matter is not None:
        return replies.matter.trial
    last = replies.turn.conversation.memo.trial
    is_recent = last is not None and replies.turn.started_at - last.at <= A_DAY
    return last if last is not None and last.answered and is_recent else None


def _with_known(plan: Plan, replies: Replies) -> Plan:
    """Note in the receipt what people were told is known of the customer."""
    known = in_words(replies.recalled, replies.turn.started_at.date())
    if not known:
        return plan
    receipt = replace(plan.receipt, reasons=(*plan.receipt.reasons, known))
    return replace(plan, receipt=receipt)


def _led_by(words: str, plan: Plan) -> Plan:
    """Put words before the first thing that the customer is told, in the history too."""
    told = next((item for item in plan.deliveries if item.lane is Lane.CUSTOMER), None)
    if told is None or not words:
        return plan
    before = told.message.text
    text = f"{words}\n\n{before}"
    first = replace(told, message=replace(told.message, text=text))
    return replace(
        plan,
        deliveries=tuple(first if item is told else item for item in plan.deliveries),
        history=tuple(
            replace(line, text=text) if line.text == before else line for line in plan.history
        ),
    )
