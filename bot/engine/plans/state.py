"""Writes what changes in a conversation: who has the word, memo, case, history, lifetimes."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.engine import codec
from bot.engine.keys import CASES_KEPT, ConversationKeys
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
    if any(item.opens_thread and not item.place for item in plan.deliveries):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """How long a conversation is kept; None is for ever. Its state may have to live longer."""

    seconds: int | None
    state_seconds: int | None


def add_lifetimes(writes: Writes, keys: ConversationKeys, lifetime: Lifetime) -> None:
    """Give all that is kept of a conversation its end, or take it away."""
    lives = dict.fromkeys(
        (keys.history, keys.receipts, keys.gaps, keys.cases), lifetime.seconds
    ) | {keys.state: lifetime.state_seconds}
    for key, seconds in lives.items():
        if seconds is None:
            writes.add("PERSIST", key)
        else:
            writes.add("EXPIRE", key, seconds)


def add_past(
    writes: Writes, keys: ConversationKeys, case: Case | None, conversation: Conversation
) -> None:
    """Keep a case that is closed now, and forget one that is open again, among the past ones."""
    before = conversation.case
    if case is None:
        return
    past = [*conversation.past]
    if before is not None and before.id != case.id:
        past.insert(0, before)
    elif case.is_open and (before is None or before.is_open):
        return
    others = [other for other in past if other.id != case.id]
    kept = others if case.is_open else [case, *others]
    writes.add("DEL", keys.cases)
    if kept:
        texts = (codec.dumps(codec.case, item) for item in kept[:CASES_KEPT])
        writes.add("RPUSH", keys.cases, *texts)


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
