"""Stores a plan: replies, state, history, case and receipt in one fenced step, or none of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import ceil

from redis.asyncio import Redis

from bot.engine.client.clock import server_time
from bot.engine.client.connection import guarded
from bot.engine.keys import DAY_SECONDS, WEEK_SECONDS, ConversationKeys
from bot.engine.plans.counts import count_action, count_case, count_turn
from bot.engine.plans.deliveries import add_deliveries, replaces_draft
from bot.engine.plans.lessons import LearningPace, add_lessons
from bot.engine.plans.records import (
    add_audit,
    add_case_time,
    add_dead_alarm,
    add_dead_letters,
    add_erasure,
    add_evidence,
    add_gap,
    add_receipt,
    drop_handled,
)
from bot.engine.plans.state import (
    AGENTS,
    CUSTOMERS,
    Lifetime,
    add_history,
    add_lifetimes,
    add_past,
    add_state,
    amended_by,
)
from bot.engine.plans.tidings import add_news
from bot.engine.plans.timers import add_alarms, alarms_after
from bot.engine.plans.writes import Writes
from bot.engine.scripts import source
from bot.vocabulary.alarms import Alarm
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.messages import ConversationRef, IncomingMessage
from bot.vocabulary.turns import Outcome, Plan


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


class PlanStore:
    """Stores plans against the version that their turn has read."""

    def __init__(
        self,
        redis: Redis,
        *,
        deadline: float,
        retention: Retention,
        learning: LearningPace | None = None,
    ) -> None:
        """Build a store; without ``learning`` nothing is remembered of anybody."""
        self._redis = redis
        self._deadline = deadline
        self._retention = retention
        self._learning = learning
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
        conversation = amended_by(conversation, plan, CUSTOMERS)
        writes = await self._plan_writes(keys, plan, conversation, events)
        if dead is None:
            self._add_lessons(writes, keys, plan, conversation, messages)
        else:
            add_dead_letters(writes, keys, messages, dead)
        count_turn(writes, keys, plan, conversation, messages=len(messages))
        drop_handled(writes, keys, events, plan.outcome)
        return await self._store(writes, version)

    async def store_desk_action(
        self, plan: Plan, conversation: Conversation, version: int, event_key: str
    ) -> Stored:
        """Store what an agent's message changes in the customer's conversation, exactly once."""
        keys = ConversationKeys(conversation.ref)
        conversation = amended_by(conversation, plan, AGENTS)
        writes = await self._plan_writes(keys, plan, conversation, (event_key,))
        self._add_lessons(writes, keys, plan, conversation)
        mark = keys.done(event_key)
        writes.add("SET", mark, plan.outcome, "EX", WEEK_SECONDS)
        return await self._store(writes, version, mark)

    async def store_alarm(
        self, plan: Plan, conversation: Conversation, version: int, alarm: Alarm
    ) -> Stored:
        """Store what an alarm that rings has led to, exactly once for each time it is set for."""
        keys = ConversationKeys(conversation.ref)
        writes = await self._plan_writes(keys, plan, conversation, (), rung=alarm)
        self._add_lessons(writes, keys, plan, conversation)
        mark = keys.rung(alarm)
        writes.add("SET", mark, plan.outcome, "EX", WEEK_SECONDS)
        return await self._store(writes, version, mark)

    async def set_alarms(
        self,
        conversation: Conversation,
        version: int,
        alarms: Sequence[Alarm],
        *,
        unless_rung: Alarm,
    ) -> Stored:
        """Set a conversation's alarms; ``Stored.DONE`` when the new one has rung already."""
        keys = ConversationKeys(conversation.ref)
        writes = await self._alarm_writes(keys, conversation, alarms)
        return await self._store(writes, version, keys.rung(unless_rung))

    async def drop_alarm(
        self,
        conversation: Conversation,
        version: int,
        alarm: Alarm,
        *,
        dead: str | None = None,
    ) -> Stored:
        """Take an alarm back; with ``dead`` (why nothing could be done) it goes to the dead letters."""
        keys = ConversationKeys(conversation.ref)
        left = [item for item in conversation.alarms if item != alarm]
        writes = await self._alarm_writes(keys, conversation, left)
        if dead is not None:
            add_dead_alarm(writes, keys, alarm, dead)
        return await self._store(writes, version)

    async def _alarm_writes(
        self, keys: ConversationKeys, conversation: Conversation, alarms: Sequence[Alarm]
    ) -> Writes:
        writes = Writes(keys.state)
        writes.add("HINCRBY", keys.state, "version", 1)
        add_alarms(writes, keys, alarms)
        add_lifetimes(writes, keys, await self._lifetime(conversation.case, alarms))
        return writes

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
            add_dead_letters(writes, keys, messages, dead)
        drop_handled(writes, keys, events, Outcome.DROPPED if dead else Outcome.NOTED)
        return await self._store(writes, version)

    async def _store(self, writes: Writes, version: int, mark: str | None = None) -> Stored:
        number = writes.number(mark) if mark else 0
        async with guarded(self._deadline):
            reply = await self._transact(
                keys=writes.keys, args=[version, number, json.dumps(writes.rows)]
            )
        return Stored(reply)

    async def _plan_writes(
        self,
        keys: ConversationKeys,
        plan: Plan,
        conversation: Conversation,
        events: Sequence[str],
        *,
        rung: Alarm | None = None,
    ) -> Writes:
        writes = Writes(keys.state)
        epoch = conversation.epoch + (plan.owner is not None)
        writes.add("HINCRBY", keys.state, "version", 1)
        if replaces_draft(plan.deliveries):
            writes.add("HDEL", keys.state, "draft")
        add_state(writes, keys, plan)
        add_history(writes, keys, plan, conversation, most=self._retention.history_lines)
        add_past(writes, keys, plan.case, conversation)
        add_deliveries(writes, keys, plan, epoch, events, now=await self._held_from(plan))
        add_receipt(writes, keys, plan)
        add_news(writes, keys, plan, conversation)
        add_audit(writes, keys, plan)
        add_evidence(writes, keys, plan)
        add_gap(writes, keys, plan, keep_seconds=self._retention.seconds)
        add_case_time(writes, keys, plan.case, conversation.case)
        count_case(writes, keys, plan, conversation)
        count_action(writes, keys, plan)
        if plan.erases is not None:
            add_erasure(writes, keys, plan, now=(await self.now()).timestamp())
        alarms = alarms_after(plan, conversation, rung)
        if rung is not None or alarms != conversation.alarms:
            add_alarms(writes, keys, alarms)
        add_lifetimes(writes, keys, await self._lifetime(plan.case or conversation.case, alarms))
        return writes

    def _add_lessons(
        self,
        writes: Writes,
        keys: ConversationKeys,
        plan: Plan,
        conversation: Conversation,
        messages: Sequence[IncomingMessage] = (),
    ) -> None:
        if self._learning is not None:
            add_lessons(writes, keys, plan, conversation, messages, self._learning)

    async def _lifetime(self, case: Case | None, alarms: Sequence[Alarm]) -> Lifetime:
        """Keep what an open case needs as long as it is open, anything else for some days."""
        if case is not None and case.is_open:
            return Lifetime(seconds=None, state_seconds=None)
        seconds = self._retention.seconds
        last = max((alarm.at for alarm in alarms), default=None)
        if last is None:
            return Lifetime(seconds=seconds, state_seconds=seconds)
        until_last = ceil((last - await self.now()).total_seconds()) + DAY_SECONDS
        return Lifetime(seconds=seconds, state_seconds=max(seconds, until_last))

    async def now(self) -> datetime:
        """Return the time by which words are held: the server's, which also ends their window."""
        async with guarded(self._deadline):
            return datetime.fromtimestamp(await server_time(self._redis), UTC)

    async def _held_from(self, plan: Plan) -> float:
        if not any(delivery.hold_seconds for delivery in plan.deliveries):
            return 0.0
        return (await self.now()).timestamp()
