"""Alarms: finds those of a conversation that are due, lets each ring once, sets those of others.

An alarm is part of its conversation's state, so each change of it is fenced like any other. One
index a partition says which conversation has one when; whoever lets it ring puts it off there for
a while, so that several workers do not do the same work. Time is the server's alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded
from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Mailbox
from bot.engine.plans import PlanStore, Stored
from bot.engine.scheduler import Scheduler
from bot.engine.scripts import source
from bot.vocabulary.alarms import Alarm, Bell
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef

NEAR_SECONDS = 10.0
"""An alarm is scheduled when it is as near as that; the sweeper looks at the others again."""

CONFLICTS = 50
"""A bell is tried again this often when others change its conversation at the same moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An alarm that is due; ``leased`` proves that this worker lets it ring, ``tries`` counts."""

    ref: ConversationRef
    alarm: Alarm
    leased: str
    tries: int


class Alarms:
    """The alarms of all conversations.

    Every method raises ``StateUnavailableError`` when Redis did not answer within ``deadline``.
    """

    def __init__(
        self,
        redis: Redis,
        mailbox: Mailbox,
        plans: PlanStore,
        scheduler: Scheduler,
        *,
        deadline: float,
        lease_seconds: float,
    ) -> None:
        self._mailbox = mailbox
        self._plans = plans
        self._scheduler = scheduler
        self._deadline = deadline
        self._lease_seconds = lease_seconds
        self._take = redis.register_script(source("take_alarm"))
        self._renew = redis.register_script(source("renew_alarm"))

    async def take(self, ref: ConversationRef, leased: str = "") -> Due | None:
        """Lease the earliest alarm that is due; ``leased`` is that of a try that has failed."""
        keys = ConversationKeys(ref)
        async with guarded(self._deadline):
            reply = await self._take(
                keys=[keys.state, keys.alarms],
                args=[keys.reference, self._lease_seconds, leased],
            )
        if not reply:
            return None
        until, tries, text = reply
        alarms = codec.loads(codec.alarms, text)
        return Due(ref=ref, alarm=earliest(alarms), leased=until, tries=int(tries))

    async def renew(self, ref: ConversationRef, leased: str) -> str:
        """Keep a lease for longer; returns until when, or nothing when it was lost."""
        keys = ConversationKeys(ref)
        async with guarded(self._deadline):
            args = [keys.reference, leased, self._lease_seconds]
            return cast(str, await self._renew(keys=[keys.alarms], args=args))

    async def set(self, bell: Bell) -> None:
        """Set an alarm in a conversation; one that has rung or rings earlier stays as it is."""
        for _ in range(CONFLICTS):
            conversation, version = await self._mailbox.read(bell.conversation)
            alarms = _with(conversation.alarms, bell.alarm)
            if alarms is None:
                return
            stored = await self._plans.set_alarms(
                conversation, version, alarms, unless_rung=bell.alarm
            )
            if stored is Stored.OK:
                await self.schedule(bell.conversation, (bell.alarm,))
            if stored is not Stored.STALE:
                return
        raise StateUnavailableError(f"{bell.conversation} changes too fast: try again.")

    async def schedule(self, ref: ConversationRef, alarms: Iterable[Alarm]) -> None:
        """Have those that are near rung in time."""
        alarms = tuple(alarms)
        if not alarms:
            return
        now = (await self._plans.now()).timestamp()
        for at in sorted({alarm.at.timestamp() for alarm in alarms}):
            if at - now < NEAR_SECONDS:
                number = int(at * 1000)
                await self._scheduler.ring(str(ref), number, seconds=max(0.0, at - now))


def earliest(alarms: Sequence[Alarm]) -> Alarm:
    """Return the alarm that rings first."""
    return min(alarms, key=lambda alarm: alarm.at)


def _with(alarms: tuple[Alarm, ...], alarm: Alarm) -> tuple[Alarm, ...] | None:
    """Add an alarm; None when an earlier one of its kind is set already."""
    same = [item for item in alarms if (item.kind, item.about) == (alarm.kind, alarm.about)]
    if any(item.at <= alarm.at for item in same):
        return None
    return (*(item for item in alarms if item not in same), alarm)
