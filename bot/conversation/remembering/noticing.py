"""Says once, under an answer, that there is a memory or that there could be one; in no later conversation again.

That something is kept is said with the first reply to a message from which it may be: good news or not.
That something could be kept is offered under a good answer alone.
"""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.conversation.remembering.requests import Rules
from bot.conversation.remembering.telling import sentence
from bot.conversation.replies import BAD, Replies
from bot.vocabulary.errors import StateUnavailableError, UnreadableMemoryError
from bot.vocabulary.memory import ConsentRule, Memories
from bot.vocabulary.messages import Button, Principal
from bot.vocabulary.turns import Outcome, Plan

logger = logging.getLogger(__name__)

LONGEST_WAIT = 0.5
"""Seconds after which an answer goes without its notice, which comes with the next one."""

STILL_TELLING = timedelta(minutes=10)
"""A turn that runs again says what it has noted as said so recently: twice rather than never."""

Found = TypeVar("Found")


async def noticed(
    plan: Plan, replies: Replies, memories: Memories, rules: Rules, *, says_something: bool
) -> Plan:
    """Add the notice to a plan, where it is due; memory and memo note that it was given.

    ``says_something`` is whether the customer wrote more than a courtesy.
    """
    principal = _reader(replies)
    if principal is None or not rules.allow(principal) or (plan.memo or replies.memo).memory_told:
        return plan
    is_due = _is_good(plan)
    if rules.consent is ConsentRule.OPT_OUT:
        is_due = is_due or (says_something and _is_calm_reply(plan, replies))
    if not is_due:
        return plan
    view = await _in_time(memories.view(principal))
    if view is None:
        return plan
    plan = replace(plan, memo=replace(plan.memo or replies.memo, memory_told=True))
    tells_of_memory = rules.consent is ConsentRule.OPT_OUT
    if view.is_on is not tells_of_memory or _was_told(view.told_at, replies):
        return plan
    await _in_time(memories.told(principal))
    if tells_of_memory:
        return _with(plan, sentence(replies, "notice"))
    button = Button(action="memory:on", label=sentence(replies, "button_on"))
    return _with(plan, sentence(replies, "invitation"), button)


async def _in_time(wanted: Awaitable[Found]) -> Found | None:
    """Ask the memory; None when that fails or takes long, for no answer waits for a notice."""
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            return await wanted
    except (StateUnavailableError, UnreadableMemoryError, TimeoutError) as error:
        logger.warning("turn without a notice of the memory", extra={"error": type(error).__name__})
        return None


def _was_told(told_at: datetime | None, replies: Replies) -> bool:
    return told_at is not None and replies.turn.started_at - told_at > STILL_TELLING


def _reader(replies: Replies) -> Principal | None:
    """Return who reads a reply alone; None where others read along."""
    message = replies.turn.messages[-1] if replies.turn.messages else None
    if message is None or not message.is_direct or message.author.is_bot:
        return None
    return message.principal


def _is_good(plan: Plan) -> bool:
    return plan.outcome is Outcome.ANSWERED and bool(plan.receipt.sources and plan.deliveries)


def _is_calm_reply(plan: Plan, replies: Replies) -> bool:
    """Whether a plan says something to somebody who can do with one more sentence."""
    is_reply = plan.outcome in {Outcome.ANSWERED, Outcome.CLARIFIED} and bool(plan.deliveries)
    return is_reply and replies.concern is None and replies.memo.mood.feeling not in BAD


def _with(plan: Plan, words: str, *buttons: Button) -> Plan:
    """Put words under the answer, in the history as well: it holds what was shown."""
    first, *others = plan.deliveries
    text = f"{first.message.text}\n\n{words}"
    buttons = (*first.message.buttons, *buttons)
    message = replace(first.message, text=text, buttons=buttons)
    return replace(
        plan,
        deliveries=(replace(first, message=message), *others),
        history=tuple(
            replace(line, text=text) if line.text == first.message.text else line
            for line in plan.history
        ),
    )
