"""Writes the alarms of a conversation and where they stand in their partition's index."""

from collections.abc import Sequence

from bot.engine import codec
from bot.engine.keys import ConversationKeys
from bot.engine.plans.writes import Writes
from bot.vocabulary.alarms import Alarm
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.turns import Plan


def alarms_after(
    plan: Plan, conversation: Conversation, rung: Alarm | None = None
) -> tuple[Alarm, ...]:
    """Return the alarms that are set once a plan is stored; ``rung`` is the one that it is for.

    An alarm that has rung does not ring again for being set again for the same time.
    """
    alarms = conversation.alarms if plan.alarms is None else plan.alarms
    kept: dict[tuple[str, str], Alarm] = {}
    for alarm in sorted(alarms, key=lambda alarm: alarm.at):
        if alarm != rung:
            kept.setdefault((alarm.kind, alarm.about), alarm)
    return tuple(kept.values())


def add_alarms(writes: Writes, keys: ConversationKeys, alarms: Sequence[Alarm]) -> None:
    """Set a conversation's alarms in the place of all that were."""
    writes.add("HDEL", keys.state, "alarm_tries")
    if not alarms:
        writes.add("HDEL", keys.state, "alarms")
        writes.add("ZREM", keys.alarms, keys.reference)
        return
    first = min(alarm.at.timestamp() for alarm in alarms)
    writes.add("HSET", keys.state, "alarms", codec.dumps(codec.alarms, tuple(alarms)))
    writes.add("ZADD", keys.alarms, first, keys.reference)
