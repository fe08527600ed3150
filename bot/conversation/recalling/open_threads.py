"""Which open thread a customer is asked about, when, and how (pure).

Once, in a direct conversation, at its beginning, and never when something else presses.
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

A_PROBLEM, A_PROMISE = timedelta(days=1), timedelta(days=3)
"""What has no date is left in peace for so long."""

STALE = timedelta(days=30)
"""What has been due for longer is not brought up any more."""

PAUSE = timedelta(hours=20)
"""So long after a customer was asked about one thread they are asked about no other."""

THE_SAME_TURN = timedelta(minutes=2)
"""A turn that runs again may ask what it has noted as asked a moment ago."""

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
    memo, now, threads = replies.memo, replies.turn.started_at, replies.recalled.threads
    if any(_was_raised(one, now) and not _was_raised(one, now - PAUSE) for one in threads):
        return None
    due = (one for one in threads if one.id not in memo.raised and _is_due(one, now))
    return next(due, None)


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


def _is_due(thread: OpenThread, now: datetime) -> bool:
    rest = A_PROMISE if thread.by else A_PROBLEM
    due = thread.due if thread.due is not None else thread.since + rest
    return timedelta() <= now - due <= STALE and not _was_raised(thread, now)


def _was_raised(thread: OpenThread, now: datetime) -> bool:
    return thread.raised_at is not None and now - thread.raised_at > THE_SAME_TURN
