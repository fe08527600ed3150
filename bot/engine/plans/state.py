"""Writes what changes in a conversation: who has the word, memo, case, history, lifetimes."""

from collections.abc import Collection
from dataclasses import replace

from bot.engine import codec
from bot.engine.keys import ConversationKeys
from bot.engine.plans.writes import Writes
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Conversation, HistoryLine, Speaker
from bot.vocabulary.turns import Plan

CUSTOMERS = frozenset({Speaker.CUSTOMER})
AGENTS = frozenset({Speaker.AGENT, Speaker.NOTE})
"""Whose lines a customer's turn and an agent's may change."""


def add_state(writes: Writes, keys: ConversationKeys, plan: Plan) -> None:
    """Add what changes in the state of the conversation itself."""
    if plan.owner is not None:
        writes.add("HINCRBY", keys.state, "epoch", 1)
        writes.add("HSET", keys.state, "owner", codec.dumps(codec.owner, plan.owner))
    if plan.memo is not None:
        writes.add("HSET", keys.state, "memo", codec.dumps(codec.memo, plan.memo))
    if plan.case is not None:
        writes.add("HSET", keys.state, "case", codec.dumps(codec.case, plan.case))
        if plan.case.is_open:
            opened = plan.case.opened_at.timestamp()
            writes.add("ZADD", keys.open_cases, opened, keys.reference)
        else:
            writes.add("ZREM", keys.open_cases, keys.reference)
    if any(delivery.opens_thread for delivery in plan.deliveries):
        writes.add("HDEL", keys.state, "thread")


def add_history(
    writes: Writes, keys: ConversationKeys, plan: Plan, conversation: Conversation, *, most: int
) -> None:
    """Add new lines to the history, of which the last ``most`` are kept."""
    lines = plan.history
    if plan.amends:
        lines = (*conversation.history, *plan.history)
        writes.add("DEL", keys.history)
    if lines:
        texts = [codec.dumps(codec.history_line, line) for line in lines]
        writes.add("RPUSH", keys.history, *texts)
        writes.add("LTRIM", keys.history, -most, -1)


def add_lifetimes(
    writes: Writes, keys: ConversationKeys, case: Case | None, *, seconds: int
) -> None:
    """Keep what an open case needs as long as it is open, anything else for so many seconds."""
    for key in (keys.state, keys.history, keys.receipts, keys.gaps):
        if case is not None and case.is_open:
            writes.add("PERSIST", key)
        else:
            writes.add("EXPIRE", key, seconds)


def amended_by(conversation: Conversation, plan: Plan, whose: Collection[Speaker]) -> Conversation:
    """Apply a plan's amends to lines of these speakers: two platforms may use the same ids."""
    if not plan.amends:
        return conversation
    amends = dict(plan.amends)
    amended: list[HistoryLine] = []
    for line in conversation.history:
        text = line.text
        if line.speaker in whose and line.message_id in amends:
            text = amends[line.message_id]
        if text is not None:
            amended.append(line if text == line.text else replace(line, text=text))
    return replace(conversation, history=tuple(amended))
