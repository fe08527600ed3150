"""Notes what a turn came to: outcome, receipt, gaps, dead letters."""

import json
from collections.abc import Sequence

from bot.engine import codec
from bot.engine.codec import CaseEnd
from bot.engine.keys import (
    DEAD_LETTERS_KEPT,
    EVENTS_CHANNEL,
    GAPPED_KEPT,
    GAPS_KEPT,
    RECEIPTS_KEPT,
    ConversationKeys,
)
from bot.engine.plans.writes import Writes
from bot.vocabulary.alarms import Alarm
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.turns import Plan


def drop_handled(
    writes: Writes, keys: ConversationKeys, events: Sequence[str], outcome: str
) -> None:
    """Take handled messages out of the mailbox and note how they ended."""
    writes.add("LTRIM", keys.mailbox, len(events), -1)
    writes.add("HSET", keys.state, "tries", 0)
    for event in events:
        writes.add("SET", keys.seen(event), outcome, "XX", "KEEPTTL")


def add_dead_letters(
    writes: Writes, keys: ConversationKeys, messages: Sequence[IncomingMessage], error: str
) -> None:
    """Keep what could not be handled, with the reason."""
    for message in messages:
        fields = ("conversation", keys.reference, "error", error)
        body = ("message", codec.dumps(codec.incoming, message))
        limit = ("MAXLEN", "~", DEAD_LETTERS_KEPT, "*")
        writes.add("XADD", keys.dead, *limit, *fields, *body)


def add_dead_alarm(writes: Writes, keys: ConversationKeys, alarm: Alarm, error: str) -> None:
    """Keep an alarm that could not be handled, with the reason."""
    fields = ("conversation", keys.reference, "error", error)
    body = ("alarm", codec.dumps(codec.alarm, alarm))
    writes.add("XADD", keys.dead, "MAXLEN", "~", DEAD_LETTERS_KEPT, "*", *fields, *body)


def add_receipt(writes: Writes, keys: ConversationKeys, plan: Plan) -> None:
    """Keep why the turn ended as it did, and announce it."""
    writes.add("LPUSH", keys.receipts, codec.dumps(codec.receipt, plan.receipt))
    writes.add("LTRIM", keys.receipts, 0, RECEIPTS_KEPT - 1)
    event = {"conversation": keys.reference, "receipt": plan.receipt.turn_id}
    writes.publish(EVENTS_CHANNEL, json.dumps(event))


def add_gap(writes: Writes, keys: ConversationKeys, plan: Plan, *, keep_seconds: int) -> None:
    """Note what the knowledge lacked, and how long a case took that may have come from that."""
    if plan.gap is not None:
        writes.add("RPUSH", keys.gaps, codec.dumps(codec.gap, plan.gap))
        writes.add("LTRIM", keys.gaps, -GAPS_KEPT, -1)
        at = plan.gap.at.timestamp()
        writes.add("ZREMRANGEBYSCORE", keys.gapped, "-inf", at - keep_seconds)
        writes.add("ZADD", keys.gapped, at, keys.reference)
        writes.add("ZREMRANGEBYRANK", keys.gapped, 0, -GAPPED_KEPT - 1)
        writes.add("EXPIRE", keys.gapped, keep_seconds)
    if plan.case is not None and not plan.case.is_open:
        minutes = (plan.case.changed_at - plan.case.opened_at).total_seconds() / 60
        end = CaseEnd(ended=plan.case.id, minutes=round(max(minutes, 0.0), 2))
        writes.add("RPUSHX", keys.gaps, codec.dumps(codec.case_end, end))
        writes.add("LTRIM", keys.gaps, -GAPS_KEPT, -1)
