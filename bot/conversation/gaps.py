"""Which turns show that knowledge is missing: no answer, a rejected one, or a person because of it.

No gaps are a wish for a person out of the blue, courtesies, floods, and failures of our own.
"""

from dataclasses import replace

from bot.conversation.replies import Replies
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.gaps import Gap, GapKind
from bot.vocabulary.knowledge import Answer
from bot.vocabulary.turns import Decision, Plan

QUESTION_KEPT = 600
"""Characters of a question that tell enough of what it is about."""


def unanswered(plan: Plan, replies: Replies, question: str, found: Answer) -> Plan:
    """Note that nothing sure enough was found for a question, when the plan does not answer it.

    What the operator wants to be declined lacks no knowledge.
    """
    if plan.receipt.decision is Decision.ANSWER or found.declined is not None:
        return plan
    nearest = next((source.doc_id for source in (*found.sources, *found.considered)), None)
    confidence = found.confidence.value
    return _with_gap(
        plan, replies, GapKind.UNANSWERED, question, nearest=nearest, confidence=confidence
    )


def rejected(plan: Plan, replies: Replies) -> Plan:
    """Note that the customer did not want the last answer, whatever they get now."""
    memo = replies.turn.conversation.memo
    nearest = next(iter(memo.cited), None)
    return _with_gap(plan, replies, GapKind.REJECTED, memo.question, nearest=nearest)


def handed_over(plan: Plan, replies: Replies) -> Plan:
    """Note that a person was asked for after a question that had found no good answer."""
    if not replies.was_let_down:
        return plan
    question = replies.turn.conversation.memo.question
    return _with_gap(plan, replies, GapKind.HANDED_OVER, question)


def _with_gap(
    plan: Plan,
    replies: Replies,
    kind: GapKind,
    question: str,
    *,
    nearest: str | None = None,
    confidence: float | None = None,
) -> Plan:
    led_to = plan.case if plan.case and plan.case.reason is not CaseReason.FAILURE else None
    gap = Gap(
        turn_id=replies.turn.id,
        conversation=str(replies.turn.conversation.ref),
        at=plan.receipt.at,
        kind=kind,
        question=question[:QUESTION_KEPT],
        language=replies.language,
        confidence=confidence,
        nearest=nearest,
        case=led_to.id if led_to else None,
    )
    return replace(plan, gap=gap)
