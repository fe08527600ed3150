"""Takes a person's part out of a conversation, in one step that is fenced like any turn.

A turn that runs meanwhile has read what is gone: its plan is refused, and it begins again without it.
"""

import json
import secrets
from collections.abc import Callable, Sequence

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded
from bot.engine.codec import StoredDelivery, StoredNews
from bot.engine.equipment import new_turn_id
from bot.engine.erasing.place_reader import read_place
from bot.engine.erasing.traces import FAREWELL, Traces, Whose
from bot.engine.keys import DAY_SECONDS, ConversationKeys
from bot.engine.plans.timers import add_alarms
from bot.engine.plans.writes import Writes
from bot.engine.scripts import source
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.conversations import Memo
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef, OutgoingMessage
from bot.vocabulary.turns import Lane, Outcome

CONFLICTS = 50
"""So often a conversation is read again when others change it at the same moment."""

_COUNTERS = frozenset(
    {"version", "epoch", "openings", "wake", "scheduled", "holder", "lease_until", "tries"}
)
"""Fields of a state that say nothing of anybody; they fence what was begun before."""

REST_SECONDS = DAY_SECONDS
"""How long the counters stay, and to which conversation a case's thread belonged: longer than any turn."""


class Wiping:
    """Takes persons out of conversations.

    ``farewell`` is what the thread of an open case hears when its customer is gone. Every method raises
    ``StateUnavailableError`` when Redis did not answer within ``deadline``.
    """

    def __init__(self, redis: Redis, *, deadline: float, farewell: Callable[[], str]) -> None:
        self._redis = redis
        self._deadline = deadline
        self._farewell = farewell
        self._transact = redis.register_script(source("transact"))

    async def look(self, ref: ConversationRef, whose: Whose) -> Traces:
        """Return what is theirs, and take nothing."""
        return Traces(await read_place(self._redis, ref, deadline=self._deadline), whose)

    async def wipe(self, ref: ConversationRef, whose: Whose) -> None:
        """Take out what is theirs; the threads of their cases are soon forgotten."""
        for _ in range(CONFLICTS):
            traces = await self.look(ref, whose)
            await self._let_go(traces.threads)
            if traces.is_empty or await self._store(traces):
                return
        raise StateUnavailableError(f"{ref} changes too fast: its erasure is tried again.")

    async def _store(self, traces: Traces) -> bool:
        writes = _writes(traces, OutgoingMessage(text=self._farewell()))
        async with guarded(self._deadline):
            reply = await self._transact(
                keys=writes.keys, args=[traces.place.version, 0, json.dumps(writes.rows)]
            )
        return reply == "ok"

    async def _let_go(self, threads: Sequence[ConversationRef]) -> None:
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            for thread in threads:
                pipeline.expire(ConversationKeys(thread).state, REST_SECONDS)
            await pipeline.execute()


def _writes(traces: Traces, farewell: OutgoingMessage) -> Writes:
    keys = ConversationKeys(traces.place.ref)
    writes = Writes(keys.state)
    writes.add("HINCRBY", keys.state, "version", 1)
    _take_out(writes, keys, traces)
    _end_case(writes, keys, traces, farewell)
    if traces.is_all:
        _clear(writes, keys, traces)
    elif traces.has_memo:
        memo = codec.loads(codec.memo, traces.place.state["memo"])
        writes.add(
            "HSET", keys.state, "memo", codec.dumps(codec.memo, Memo(language=memo.language))
        )
    return writes


def _take_out(writes: Writes, keys: ConversationKeys, traces: Traces) -> None:
    """Take single items out of their lists, so that all others stay as they are."""
    lists = {
        keys.history: traces.lines,
        keys.receipts: traces.receipts,
        keys.gaps: traces.gaps,
        keys.cases: traces.cases,
        keys.mailbox: traces.messages,
        keys.lessons: traces.lessons,
    }
    for key, items in lists.items():
        for item in items:
            writes.add("LREM", key, 1, item.text)
    for item in traces.deliveries:
        writes.add("LREM", keys.lane(item.value.lane), 1, item.text)
    for message in traces.messages:
        seen = keys.seen(message.value.event_key)
        writes.add("SET", seen, Outcome.DROPPED, "XX", "KEEPTTL")
    if traces.speakers:
        writes.add("HDEL", keys.learnt, *traces.speakers)
    for origin in sorted(traces.origins):
        fields = (f"{what}:{origin}" for what in ("delivery", "changed", "last", "shown"))
        writes.add("HDEL", keys.words, *fields)
        writes.add("ZREM", keys.origins, origin)


def _end_case(
    writes: Writes, keys: ConversationKeys, traces: Traces, farewell: OutgoingMessage
) -> None:
    """End their case as the customer's wish, and tell its thread."""
    case = traces.current
    if case is None:
        return
    writes.add("HINCRBY", keys.state, "epoch", 1)
    writes.add("HDEL", keys.state, "case", "owner", "thread")
    writes.add("ZREM", keys.open_cases, keys.reference)
    add_alarms(writes, keys, ())
    news = StoredNews(id=new_turn_id(), conversation=traces.place.ref, case=True)
    writes.add("RPUSH", keys.news, codec.dumps(codec.news, news))
    thread = traces.place.state.get("thread")
    if case.is_open and thread is not None:
        told = StoredDelivery(
            id=f"{FAREWELL}{secrets.token_hex(6)}-0",
            source=traces.place.ref,
            lane=Lane.DESK,
            message=farewell,
            place=ConversationRef.parse(thread),
            marks=CaseStatus.RESOLVED,
        )
        writes.add("RPUSH", keys.lane(Lane.DESK), codec.dumps(codec.delivery, told))
        writes.add("ZADD", keys.due, "NX", 0, keys.lane_name(Lane.DESK))


def _clear(writes: Writes, keys: ConversationKeys, traces: Traces) -> None:
    """Leave nothing of a conversation but what fences the turns that had begun in it."""
    kept = _COUNTERS | {"lane_thread"}
    gone = sorted(set(traces.place.state) - kept)
    if gone:
        writes.add("HDEL", keys.state, *gone)
    writes.add("EXPIRE", keys.state, REST_SECONDS)
    for key in (keys.gaps, keys.cases, keys.words, keys.origins, keys.learnt):
        writes.add("DEL", key)
    writes.add("ZREM", keys.gapped, keys.reference)
    writes.add("ZREM", keys.learning, keys.reference)
    if traces.current is None:
        add_alarms(writes, keys, ())
