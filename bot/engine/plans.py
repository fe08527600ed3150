"""Stores a plan: replies, state, history, case and receipt in one fenced step, or none of it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.clock import server_time
from bot.engine.client.connection import guarded
from bot.engine.codec import RETRACTED, CaseEnd, StoredDelivery
from bot.engine.keys import (
    DEAD_LETTERS_KEPT,
    EVENTS_CHANNEL,
    GAPPED_KEPT,
    GAPS_KEPT,
    RECEIPTS_KEPT,
    WEEK_SECONDS,
    ConversationKeys,
)
from bot.engine.scripts import source
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Conversation, HistoryLine, Speaker
from bot.vocabulary.messages import ConversationRef, IncomingMessage
from bot.vocabulary.turns import Change, Delivery, Lane, Outcome, Plan

CUSTOMERS = frozenset({Speaker.CUSTOMER})
AGENTS = frozenset({Speaker.AGENT, Speaker.NOTE})
"""Whose lines a customer's turn and an agent's may change."""


class Stored(StrEnum):
    """What storing a plan came to."""

    OK = "ok"
    STALE = "stale"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How much of a conversation is kept, and for how long after its last change."""

    history_lines: int
    seconds: int


class Writes:
    """Collects the writes of one step and the keys that they name."""

    def __init__(self, state_key: str) -> None:
        self.keys = [state_key]
        self.rows: list[list[object]] = []

    def number(self, key: str) -> int:
        """Return the position of a key in the script's KEYS, adding it when it is new."""
        if key not in self.keys:
            self.keys.append(key)
        return self.keys.index(key) + 1

    def add(self, command: str, key: str, *arguments: object) -> None:
        """Add one write."""
        self.rows.append([command, self.number(key), *arguments])

    def publish(self, channel: str, text: str) -> None:
        """Add an announcement that is made when the step is stored."""
        self.rows.append(["PUBLISH", 0, channel, text])


class PlanStore:
    """Stores plans against the version that their turn has read."""

    def __init__(self, redis: Redis, *, deadline: float, retention: Retention) -> None:
        self._redis = redis
        self._deadline = deadline
        self._retention = retention
        self._transact = redis.register_script(source("transact"))

    async def store_turn(
        self,
        plan: Plan,
        conversation: Conversation,
        version: int,
        messages: Sequence[IncomingMessage],
        *,
        dead: str | None = None,
    ) -> Stored:
        """Store what a customer's turn became and drop its messages from the mailbox.

        With ``dead`` (the error) the messages also go to the dead letters. Returns
        ``Stored.STALE`` when the conversation changed since the turn began: nothing is stored and
        the turn must run again.
        """
        keys = ConversationKeys(conversation.ref)
        events = [message.event_key for message in messages]
        conversation = _amended(conversation, plan, CUSTOMERS)
        writes = await self._plan_writes(keys, plan, conversation, events)
        if dead is not None:
            _dead_letter_writes(writes, keys, messages, dead)
        _drop_handled(writes, keys, events, plan.outcome)
        return await self._store(writes, version)

    async def store_desk_action(
        self, plan: Plan, conversation: Conversation, version: int, event_key: str
    ) -> Stored:
        """Store what an agent's message changes in the customer's conversation, exactly once."""
        keys = ConversationKeys(conversation.ref)
        conversation = _amended(conversation, plan, AGENTS)
        writes = await self._plan_writes(keys, plan, conversation, (event_key,))
        mark = keys.done(event_key)
        writes.add("SET", mark, plan.outcome, "EX", WEEK_SECONDS)
        return await self._store(writes, version, mark)

    async def drop_messages(
        self,
        ref: ConversationRef,
        version: int,
        messages: Sequence[IncomingMessage],
        *,
        dead: str | None = None,
    ) -> Stored:
        """Drop handled messages of a desk thread; what they meant is stored elsewhere.

        How long the thread is known depends on its case, not on what is said there.

        With ``dead`` (why nothing could be done) they go to the dead letters.
        """
        keys = ConversationKeys(ref)
        writes = Writes(keys.state)
        events = [message.event_key for message in messages]
        if dead is not None:
            _dead_letter_writes(writes, keys, messages, dead)
        _drop_handled(writes, keys, events, Outcome.DROPPED if dead else Outcome.NOTED)
        return await self._store(writes, version)

    async def _store(self, writes: Writes, version: int, mark: str | None = None) -> Stored:
        number = writes.number(mark) if mark else 0
        async with guarded(self._deadline):
            reply = await self._transact(
                keys=writes.keys, args=[version, number, json.dumps(writes.rows)]
            )
        return Stored(reply)

    async def _plan_writes(
        self, keys: ConversationKeys, plan: Plan, conversation: Conversation, events: Sequence[str]
    ) -> Writes:
        writes = Writes(keys.state)
        epoch = conversation.epoch + (plan.owner is not None)
        writes.add("HINCRBY", keys.state, "version", 1)
        if plan.deliveries and plan.deliveries[0].lane is Lane.CUSTOMER:
            writes.add("HDEL", keys.state, "draft")
        self._state_writes(writes, keys, plan)
        self._history_writes(writes, keys, plan, conversation)
        _delivery_writes(writes, keys, plan, epoch, events, now=await self._held_from(plan))
        _receipt_writes(writes, keys, plan)
        _gap_writes(writes, keys, plan, keep_seconds=self._retention.seconds)
        self._lifetime_writes(writes, keys, plan.case or conversation.case)
        return writes

    def _lifetime_writes(self, writes: Writes, keys: ConversationKeys, case: Case | None) -> None:
        """Keep what an open case needs as long as it is open, anything else for some days."""
        for key in (keys.state, keys.history, keys.receipts, keys.gaps):
            if case is not None and case.is_open:
                writes.add("PERSIST", key)
            else:
                writes.add("EXPIRE", key, self._retention.seconds)

    async def now(self) -> datetime:
        """Return the time by which words are held: the server's, which also ends their window."""
        async with guarded(self._deadline):
            return datetime.fromtimestamp(await server_time(self._redis), UTC)

    async def _held_from(self, plan: Plan) -> float:
        if not any(delivery.hold_seconds for delivery in plan.deliveries):
            return 0.0
        return (await self.now()).timestamp()

    def _state_writes(self, writes: Writes, keys: ConversationKeys, plan: Plan) -> None:
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

    def _history_writes(
        self, writes: Writes, keys: ConversationKeys, plan: Plan, conversation: Conversation
    ) -> None:
        lines = plan.history
        if plan.amends:
            lines = (*conversation.history, *plan.history)
            writes.add("DEL", keys.history)
        if lines:
            texts = [codec.dumps(codec.history_line, line) for line in lines]
            writes.add("RPUSH", keys.history, *texts)
            writes.add("LTRIM", keys.history, -self._retention.history_lines, -1)


def _amended(conversation: Conversation, plan: Plan, whose: Collection[Speaker]) -> Conversation:
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


def _drop_handled(
    writes: Writes, keys: ConversationKeys, events: Sequence[str], outcome: str
) -> None:
    writes.add("LTRIM", keys.mailbox, len(events), -1)
    writes.add("HSET", keys.state, "tries", 0)
    for event in events:
        writes.add("SET", keys.seen(event), outcome, "XX", "KEEPTTL")


def _dead_letter_writes(
    writes: Writes, keys: ConversationKeys, messages: Sequence[IncomingMessage], error: str
) -> None:
    for message in messages:
        fields = ("conversation", keys.reference, "error", error)
        body = ("message", codec.dumps(codec.incoming, message))
        limit = ("MAXLEN", "~", DEAD_LETTERS_KEPT, "*")
        writes.add("XADD", keys.dead, *limit, *fields, *body)


def _delivery_writes(
    writes: Writes,
    keys: ConversationKeys,
    plan: Plan,
    epoch: int,
    events: Sequence[str],
    *,
    now: float,
) -> None:
    for position, delivery in enumerate(plan.deliveries):
        stored = StoredDelivery(
            id=f"{plan.receipt.turn_id}-{position}",
            source=ConversationRef.parse(keys.reference),
            lane=delivery.lane,
            message=delivery.message,
            opens_thread=delivery.opens_thread,
            fenced=delivery.fenced,
            epoch=epoch,
            events=tuple(events) if delivery.fenced else (),
            marks=delivery.marks,
            origin=delivery.origin,
            change=delivery.change,
            not_before=now + delivery.hold_seconds if delivery.hold_seconds else None,
            if_refused=delivery.if_refused,
        )
        writes.add("RPUSH", keys.lane(delivery.lane), codec.dumps(codec.delivery, stored))
        if stored.fenced:
            writes.add("HSET", keys.state, "answer", stored.id)
        _word_writes(writes, keys, stored)
    for lane in lanes_of(plan.deliveries):
        writes.add("ZADD", keys.due, "NX", 0, keys.lane_name(lane))


def _word_writes(writes: Writes, keys: ConversationKeys, stored: StoredDelivery) -> None:
    """Note where an agent's words wait, or what they were changed to before they are shown."""
    if stored.origin is None:
        return
    if stored.change is None:
        writes.add("HSET", keys.words, f"delivery:{stored.origin}", stored.id)
    else:
        edited = stored.change is Change.EDIT
        words = codec.dumps(codec.outgoing, stored.message) if edited else RETRACTED
        writes.add("HSET", keys.words, f"changed:{stored.origin}", words)
        writes.add("HSET", keys.words, f"last:{stored.origin}", stored.id)
    writes.add("EXPIRE", keys.words, WEEK_SECONDS)


def lanes_of(deliveries: Sequence[Delivery]) -> tuple[Lane, ...]:
    """Return the lanes that deliveries use, each once."""
    return tuple(dict.fromkeys(delivery.lane for delivery in deliveries))


def _receipt_writes(writes: Writes, keys: ConversationKeys, plan: Plan) -> None:
    writes.add("LPUSH", keys.receipts, codec.dumps(codec.receipt, plan.receipt))
    writes.add("LTRIM", keys.receipts, 0, RECEIPTS_KEPT - 1)
    event = {"conversation": keys.reference, "receipt": plan.receipt.turn_id}
    writes.publish(EVENTS_CHANNEL, json.dumps(event))


def _gap_writes(writes: Writes, keys: ConversationKeys, plan: Plan, *, keep_seconds: int) -> None:
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
