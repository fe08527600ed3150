"""Handles what agents write in the threads of cases: stored in the customer's conversation."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.engine import metrics
from bot.engine.equipment import TRIES, Equipment, measure, new_turn_id
from bot.engine.mailbox import Work
from bot.engine.plans import Stored
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import ConversationRef, IncomingMessage
from bot.vocabulary.turns import DeskTurn, TurnHandler

logger = logging.getLogger(__name__)

UNLINKED_PATIENCE = timedelta(minutes=10)
"""How long an agent's words wait for the case of their thread."""

DESK_CONFLICTS = 50
"""A desk action is tried again this often when others change the case at the same moment."""


class DeskWork:
    """Handles the desk's turns; ``is_desk`` says of a conversation whether agents talk there."""

    def __init__(
        self,
        equipment: Equipment,
        handler: TurnHandler,
        is_desk: Callable[[ConversationRef], bool],
    ) -> None:
        self._equipment = equipment
        self._handler = handler
        self.is_desk = is_desk

    async def lacks_its_case(self, ref: ConversationRef, work: Work) -> bool:
        """Whether an agent writes in a thread that its case does not know yet.

        The platform shows a thread before it is stored whose case it is, and the worker in between
        may die: the words wait until another has finished the opening.
        """
        is_young = datetime.now(UTC) - work.messages[0].sent_at < UNLINKED_PATIENCE
        if not self.is_desk(ref) or ref.thread_id is None or not is_young:
            return False
        if work.desk_for is None:
            return True
        conversation, _ = await self._equipment.mailbox.read(work.desk_for)
        case = conversation.case
        return case is not None and case.is_open and case.thread is None

    async def handle(self, ref: ConversationRef, work: Work) -> bool:
        """Do what agents wrote, message by message; False when that must be looked at again."""
        problem = _why_not(ref, work)
        if problem is not None:
            metrics.dead.inc(len(work.messages))
            logger.error("desk message", extra={"conversation": str(ref), "problem": problem})
        # To tell of a failure is tried once: what fails even then is in the log.
        if work.desk_for is not None and work.tries <= TRIES + 1:
            for message in work.messages:
                await self._act(message, work.desk_for, problem)
        stored = await self._equipment.plans.drop_messages(
            ref, work.version, work.messages, dead=problem
        )
        return stored is not Stored.STALE

    async def _act(
        self, message: IncomingMessage, customer: ConversationRef, problem: str | None
    ) -> None:
        mailbox, plans = self._equipment.mailbox, self._equipment.plans
        for _ in range(DESK_CONFLICTS):
            conversation, version = await mailbox.read(customer)
            turn = DeskTurn(
                id=new_turn_id(),
                message=message,
                conversation=conversation,
                at=await plans.now(),
                started_at=datetime.now(UTC),
                error=problem,
            )
            plan = await self._handler.desk_turn(turn)
            stored = await plans.store_desk_action(plan, conversation, version, message.event_key)
            if stored is not Stored.STALE:
                failpoint("committed")
                measure(plan, turn.started_at)
                await self._equipment.follow_up(conversation, plan)
                return
            await asyncio.sleep(secrets.randbelow(10) / 1000)
        raise StateUnavailableError(f"The case of {customer} changes too fast: try again.")


def _why_not(ref: ConversationRef, work: Work) -> str | None:
    """Say why an agent's words can't be acted on; talk beside the threads is nobody's case."""
    if work.tries > TRIES:
        return f"{TRIES} tries failed"
    if ref.thread_id is not None and work.desk_for is None:
        return "no case belongs to this thread"
    return None
