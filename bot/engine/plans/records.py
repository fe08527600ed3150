"""Notes what a turn came to: outcome, receipt, gaps, dead letters, audit, ratings, evidence, erasures."""

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.engine import codec
from bot.engine.codec import CaseEnd, StoredErasure
from bot.engine.keys import (
    AUDIT_KEPT,
    DEAD_LETTERS_KEPT,
    EVENTS_CHANNEL,
    EVIDENCE_KEPT,
    EVIDENCE_SECONDS,
    GAPPED_KEPT,
    GAPS_KEPT,
    RATINGS_KEPT,
    RECEIPTS_KEPT,
    ConversationKeys,
)
from bot.engine.plans.writes import Writes
from bot.vocabulary.alarms import Alarm
from bot.vocabulary.cases import Case
from bot.vocabulary.commands import values_hidden
from bot.vocabulary.linking import code_hidden
from bot.vocabulary.memory import identity_of
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
    """Keep what could not be handled, with the reason; no code and no value of a command is in it."""
    for message in messages:
        fields = ("conversation", keys.reference, "error", error)
        body = ("message", codec.dumps(codec.incoming, values_hidden(code_hidden(message))))
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


def add_audit(writes: Writes, keys: ConversationKeys, plan: Plan) -> None:
    """Note who did what, and what a customer answered about how they were served."""
    if plan.audit is not None:
        entry = codec.dumps(codec.audit, plan.audit)
        writes.add("XADD", keys.audit, "MAXLEN", "~", AUDIT_KEPT, "*", "entry", entry)
    if plan.rating is not None:
        theirs = replace(plan.rating, author_id=plan.receipt.author_id)
        rating = codec.dumps(codec.rating, theirs)
        writes.add("XADD", keys.ratings, "MAXLEN", "~", RATINGS_KEPT, "*", "rating", rating)


def add_evidence(writes: Writes, keys: ConversationKeys, plan: Plan) -> None:
    """Note what was seen of how well the bot does."""
    for one in plan.evidence:
        limit = ("MAXLEN", "~", EVIDENCE_KEPT, "*")
        writes.add("XADD", keys.evidence, *limit, "seen", codec.dumps(codec.evidence, one))
    if plan.evidence:
        writes.add("EXPIRE", keys.evidence, EVIDENCE_SECONDS)


def add_gap(writes: Writes, keys: ConversationKeys, plan: Plan, *, keep_seconds: int) -> None:
    """Note what the knowledge lacked."""
    if plan.gap is not None:
        gap = replace(plan.gap, author_id=plan.receipt.author_id)
        writes.add("RPUSH", keys.gaps, codec.dumps(codec.gap, gap))
        writes.add("LTRIM", keys.gaps, -GAPS_KEPT, -1)
        at = plan.gap.at.timestamp()
        writes.add("ZREMRANGEBYSCORE", keys.gapped, "-inf", at - keep_seconds)
        writes.add("ZADD", keys.gapped, at, keys.reference)
        writes.add("ZREMRANGEBYRANK", keys.gapped, 0, -GAPPED_KEPT - 1)
        writes.add("EXPIRE", keys.gapped, keep_seconds)


def add_erasure(writes: Writes, keys: ConversationKeys, plan: Plan, *, now: float) -> None:
    """Note whose data is to be erased once the customer has been told; ``now`` is the server's time."""
    if plan.erases is not None:
        asked = StoredErasure(identity=identity_of(plan.erases), asked_at=now, place=keys.reference)
        writes.add("ZADD", keys.erasures, now, codec.dumps(codec.erasure, asked))


def add_case_time(
    writes: Writes, keys: ConversationKeys, case: Case | None, before: Case | None
) -> None:
    """Note among the gaps how long a case took that ends, which may have come from one of them.

    What lies between its end and its opening again is taken off.
    """
    if case is None:
        return
    was_closed = before is not None and before.id == case.id and not before.is_open
    if case.is_open != was_closed:
        return
    minutes = max((case.changed_at - case.opened_at).total_seconds() / 60, 0.0)
    if before is not None and was_closed:
        minutes = -max((case.changed_at - before.changed_at).total_seconds() / 60, 0.0)
    end = CaseEnd(ended=case.id, minutes=round(minutes, 2))
    writes.add("RPUSHX", keys.gaps, codec.dumps(codec.case_end, end))
    writes.add("LTRIM", keys.gaps, -GAPS_KEPT, -1)
