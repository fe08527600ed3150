"""Lets one alarm ring: once, and beside the turns of its conversation as any agent's action."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.engine import metrics
from bot.engine.alarms import CONFLICTS, Alarms, Due
from bot.engine.equipment import TRIES, Equipment, measure, new_turn_id
from bot.engine.plans import Stored
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.errors import StateUnavailableError, first_error
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import AlarmTurn, Plan, TurnHandler

logger = logging.getLogger(__name__)


class AlarmLease:
    """Keeps the alarms of a conversation away from other workers for as long as one rings.

    Else a slow one would ring again and again beside itself, and be given up as one that fails.
    """

    def __init__(self, alarms: Alarms, ref: ConversationRef, *, renew_seconds: float) -> None:
        self._alarms = alarms
        self._ref = ref
        self._renew_seconds = renew_seconds
        self._leased = ""

    async def take(self) -> Due | None:
        """Lease the earliest alarm that is due, also after a try that has failed."""
        due = await self._alarms.take(self._ref, self._leased)
        self._leased = due.leased if due else ""
        return due

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        """Keep the lease while the body runs; an error of the body comes out as it is."""
        ended = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._renew(ended))
                yield
                ended.set()
        except ExceptionGroup as group:
            raise first_error(group) from None

    async def _renew(self, ended: asyncio.Event) -> None:
        """Renew until the end; a renewal on its way then is heard out, for it changes the lease."""
        while self._leased and not await _is_set(ended, within=self._renew_seconds):
            try:
                self._leased = await self._alarms.renew(self._ref, self._leased)
            except StateUnavailableError as error:
                logger.warning("lease of an alarm not renewed", extra={"error": str(error)})


class Ringing:
    """Handles the turns of alarms.

    It waits for no lease: a slow one, such as a draft that a model writes, must not hold up what the
    customer says meanwhile. The version decides which of them has to look again.
    """

    def __init__(self, equipment: Equipment, handler: TurnHandler) -> None:
        self._equipment = equipment
        self._handler = handler

    async def ring(self, due: Due) -> None:
        """Let an alarm ring, unless it was taken back meanwhile; give it up after failed tries."""
        for _ in range(CONFLICTS):
            conversation, version = await self._equipment.mailbox.read(due.ref)
            if due.alarm not in conversation.alarms:
                return
            if await self._once(due, conversation, version):
                return
            metrics.stale.inc()
            await asyncio.sleep(secrets.randbelow(10) / 1000)
        raise StateUnavailableError(f"{due.ref} changes too fast: its alarm is tried again.")

    async def _once(self, due: Due, conversation: Conversation, version: int) -> bool:
        """Store what the alarm leads to; False when the conversation changed meanwhile."""
        plans = self._equipment.plans
        if due.tries > TRIES:
            return await self._give_up(due, conversation, version)
        started_at = datetime.now(UTC)
        plan = await self._handler.alarm_turn(
            AlarmTurn(
                id=new_turn_id(),
                alarm=due.alarm,
                conversation=conversation,
                at=await plans.now(),
                started_at=started_at,
            )
        )
        failpoint("guarded")
        stored = await plans.store_alarm(plan, conversation, version, due.alarm)
        if stored is Stored.DONE:
            return await plans.drop_alarm(conversation, version, due.alarm) is not Stored.STALE
        if stored is Stored.OK:
            await self._follow_up(conversation, plan, started_at)
        return stored is Stored.OK

    async def _follow_up(
        self, conversation: Conversation, plan: Plan, started_at: datetime
    ) -> None:
        failpoint("committed")
        measure(plan, started_at)
        await self._equipment.follow_up(conversation, plan)

    async def _give_up(self, due: Due, conversation: Conversation, version: int) -> bool:
        error = f"{TRIES} tries failed"
        stored = await self._equipment.plans.drop_alarm(
            conversation, version, due.alarm, dead=error
        )
        if stored is Stored.OK:
            metrics.dead.inc()
            logger.error(
                "alarm given up", extra={"conversation": str(due.ref), "kind": due.alarm.kind}
            )
        return stored is not Stored.STALE


async def _is_set(event: asyncio.Event, *, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            return await event.wait()
    except TimeoutError:
        return False
