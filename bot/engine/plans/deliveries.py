"""Puts what a plan wants to be shown into its lanes."""

from collections.abc import Sequence

from bot.engine import codec
from bot.engine.codec import RETRACTED, StoredDelivery
from bot.engine.keys import WEEK_SECONDS, ConversationKeys
from bot.engine.plans.writes import Writes
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import Change, Delivery, Lane, Plan


def add_deliveries(
    writes: Writes,
    keys: ConversationKeys,
    plan: Plan,
    epoch: int,
    events: Sequence[str],
    *,
    now: float,
) -> None:
    """Add a plan's deliveries; ``now`` is the server's time, from which words are held."""
    for position, delivery in enumerate(plan.deliveries):
        stored = StoredDelivery(
            id=f"{plan.receipt.turn_id}-{position}",
            source=ConversationRef.parse(keys.reference),
            lane=delivery.lane,
            message=delivery.message,
            opens_thread=None if delivery.place else delivery.opens_thread,
            channel=delivery.channel,
            fenced=delivery.fenced,
            epoch=epoch,
            events=tuple(events) if delivery.fenced else (),
            marks=None if delivery.place else delivery.marks,
            origin=delivery.origin,
            change=delivery.change,
            not_before=now + delivery.hold_seconds if delivery.hold_seconds else None,
            if_refused=delivery.if_refused,
            place=delivery.place,
            shows=delivery.shows,
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


def replaces_draft(deliveries: Sequence[Delivery]) -> bool:
    """Whether the first one goes where a draft of the turn is shown."""
    first = deliveries[0] if deliveries else None
    return first is not None and first.lane is Lane.CUSTOMER and first.place is None
