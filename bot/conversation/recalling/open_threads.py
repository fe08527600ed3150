"""When a customer is asked about what was left open, and how (pure).

Once, in a direct conversation, at its beginning, and never when something else presses. Which open thread
it is, and whether one is due at all, the memory says (``Recalled.to_raise``).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.recalling.quoting import quoted
from bot.conversation.replies import BAD, Replies
from bot.texts import say
from bot.vocabulary.conversations import HistoryLine
from bot.vocabulary.memory import OpenThread
from bot.vocabulary.turns import Decision, Plan

A_NEW_CONVERSATION = timedelta(minutes=30)
"""Who writes after so long a silence begins anew."""

ABOUT_LENGTH, NAME_LENGTH = 120, 40
REMEMBERED = 20


def fitting(replies: Replies, plan: Plan, *, greets: bool) -> OpenThread | None:
    """Return what the customer is to be asked about now; None when it is not the moment."""
    if not _is_the_place(replies) or not _is_calm(replies, plan):
        return None
    is_moment = plan.receipt.decision is Decision.ANSWER or (
        greets and plan.receipt.decision is None
    )
    if not is_moment or not _begins(replies.turn.conversation.history, replies.turn.started_at):
        return None
    thread = replies.recalled.to_raise
    return None if thread is None or thread.id in replies.memo.raised else thread


def asked(plan: Plan, thread: OpenThread, language: str) -> Plan:
    """Ask about it in one line behind what the plan says, in the customer's own words."""
    first, *others = plan.deliveries
    text = f"{first.message.text}\n\n{_question(thread, language)}"
    memo = plan.memo
    if memo is not None:
        raised = (*memo.raised, thread.id)[-REMEMBERED:]
        memo = replace(memo, raised=raised, asked_about=thread.id)
    return replace(
        plan,
        receipt=replace(
            plan.receipt, reasons=(*plan.receipt.reasons, "asked about what was left open")
        ),
        deliveries=(replace(first, message=replace(first.message, text=text)), *others),
        history=tuple(
            replace(line, text=text) if line.text == first.message.text else line
            for line in plan.history
        ),
        memo=memo,
    )


def _question(thread: OpenThread, language: str) -> str:
    about = quoted(thread.about, ABOUT_LENGTH)
    if thread.by:
        by = quoted(thread.by, NAME_LENGTH)
        return say("recalled.raise_promise", language, by=by, about=about)
    return say("recalled.raise_problem", language, about=about)


def _is_the_place(replies: Replies) -> bool:
    messages = replies.turn.messages
    return bool(messages) and all(message.is_direct for message in messages)


def _is_calm(replies: Replies, plan: Plan) -> bool:
    """Whether nothing presses: no anger, no danger, no offer or case, no survey that waits."""
    memo = plan.memo or replies.memo
    is_theirs = plan.case is None and plan.owner is None and bool(plan.deliveries)
    is_calm = replies.concern is None and memo.mood.feeling not in BAD
    return is_theirs and is_calm and not memo.offered and replies.recalled.again is None


def _begins(history: Sequence[HistoryLine], now: datetime) -> bool:
    return not history or now - history[-1].at >= A_NEW_CONVERSATION
