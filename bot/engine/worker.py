"""Works a conversation off: lease, join, handle, store, show; one turn at a time."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.engine import metrics
from bot.engine.desk import DeskWork
from bot.engine.drafts import Draft, TurnOvertakenError, draft_key
from bot.engine.equipment import TRIES, Equipment, measure, new_turn_id
from bot.engine.joining import first_turn, wants_answer_at_once
from bot.engine.mailbox import Busy, Work
from bot.engine.plans import Stored
from bot.engine.ringing import AlarmLease, Ringing
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.errors import StateUnavailableError, first_error
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import ConversationRef, MessageKind
from bot.vocabulary.turns import Lane, Plan, Turn, TurnHandler

logger = logging.getLogger(__name__)

BUSY_POLL_SECONDS = 0.25
JOIN_ROUNDS = 4
"""A customer who never pauses is answered after at most this many quiet times."""

UNLINKED_SECONDS = 1.0
"""How often an agent's words are tried whose thread has no case yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times in seconds.

    Quiet time that ends a turn; how often a long turn renews its lease; how often at most a reply
    that is being written is shown.
    """

    join_seconds: float
    renew_seconds: float
    draft_seconds: float = 1.0


class ConversationWorker:
    """Serves conversations. Any number may run, in any number of processes."""

    def __init__(
        self,
        equipment: Equipment,
        handler: TurnHandler,
        *,
        pace: Pace,
        is_desk: Callable[[ConversationRef], bool],
    ) -> None:
        self._mailbox = equipment.mailbox
        self._plans = equipment.plans
        self._sender = equipment.sender
        self._scheduler = equipment.scheduler
        self._handler = handler
        self._draining = False
        self._pace = pace
        self._desk = DeskWork(equipment, handler, is_desk)
        self._alarms = equipment.alarms
        self._ringing = Ringing(equipment, handler)
        self._follow_up = equipment.follow_up

    async def serve(self, conversation: str) -> None:
        """Work a conversation off until its mailbox is empty."""
        failpoint("woken")
        ref = ConversationRef.parse(conversation)
        holder = secrets.token_hex(8)
        counts = True
        while True:
            work = await self._begin(ref, holder, counts=counts)
            if self._draining:
                await self._hand_back(ref, holder)
                return
            if isinstance(work, Work) and await self._desk.lacks_its_case(ref, work):
                await self._hand_back(ref, holder, UNLINKED_SECONDS)
                return
            if isinstance(work, Work):
                failpoint("leased")
                counts = await self._work(ref, work.tries, self._turn(ref, holder, work))
            if await self._mailbox.finish(ref, holder):
                break
        if work is None:
            # Woken for nothing: whoever did the work may have died before all of it was shown.
            await self._sender.show(ref, tuple(Lane))

    async def _begin(
        self, ref: ConversationRef, holder: str, *, counts: bool
    ) -> Work | Busy | None:
        """Lease a conversation, waiting while another worker has it; Busy only when draining.

        Its holder takes what is new before it ends; for a dead one the sweeper wakes.
        """
        work = await self._mailbox.begin(ref, holder, counts=counts)
        while isinstance(work, Busy) and not self._draining:
            await asyncio.sleep(min(work.seconds, BUSY_POLL_SECONDS))
            work = await self._mailbox.begin(ref, holder)
        return work

    @property
    def is_draining(self) -> bool:
        """Whether it takes no further turn."""
        return self._draining

    def drain(self) -> None:
        """Begin no further turn; what is left goes to other workers."""
        self._draining = True

    async def _hand_back(self, ref: ConversationRef, holder: str, seconds: float = 0.0) -> None:
        number = await self._mailbox.hand_back(ref, holder)
        if number is not None:
            await self._scheduler.wake(str(ref), number, seconds=seconds)

    async def ring(self, conversation: str) -> None:
        """Let the alarms of a conversation that are due ring, the earliest first."""
        ref = ConversationRef.parse(conversation)
        lease = AlarmLease(self._alarms, ref, renew_seconds=self._pace.renew_seconds)
        while not self._draining and (due := await lease.take()) is not None:
            async with lease.kept():
                await self._work(ref, due.tries, self._ringing.ring(due))

    async def _work(self, ref: ConversationRef, tries: int, turn: Awaitable[bool | None]) -> bool:
        """Handle one turn; False when it must run again and the try does not count."""
        try:
            return await turn is not False
        except StateUnavailableError:
            raise
        except Exception as error:  # the turn's border: whatever failed, the conversation goes on
            metrics.failed.inc()
            logger.exception(
                "turn failed",
                extra={"conversation": str(ref), "tries": tries, "kind": type(error).__name__},
            )
            await asyncio.sleep(0.1 * 2**tries)
            return True

    async def _turn(self, ref: ConversationRef, holder: str, work: Work) -> bool:
        async with self._leased(ref, holder):
            if self._desk.is_desk(ref):
                return await self._desk.handle(ref, work)
            return await self._customer_work(ref, holder, work)

    async def _customer_work(self, ref: ConversationRef, holder: str, work: Work) -> bool:
        if work.conversation.owner.kind is OwnerKind.BOT:
            await self._sender.typing(ref)
        joined = await self._join(ref, holder, work)
        if joined is None:
            return False
        turn = await self._with_answer(_turn_of(joined), joined)
        if joined.draft is not None:
            await self._clear_away(ref, joined.draft)
        if joined.tries > TRIES:
            return await self._bury(turn, joined)
        stored = await self._answer(ref, turn, joined)
        if stored is not None:
            await self._follow_up(turn.conversation, stored)
        return stored is not None

    async def _answer(self, ref: ConversationRef, turn: Turn, joined: Work) -> Plan | None:
        """Let the handler answer, and its draft be seen; None when its plan came too late."""
        draft = Draft(
            mailbox=self._mailbox,
            sender=self._sender,
            conversation=ref,
            version=joined.version,
            key=draft_key(turn.id),
            seconds=self._pace.draft_seconds,
        )
        stored: Plan | None = None
        try:
            plan = await self._handler.customer_turn(turn, draft.show)
            failpoint("guarded")
            if await self._commit(plan, turn, joined):
                stored = plan
        except TurnOvertakenError:
            metrics.stale.inc()
        finally:
            await draft.end(stored)
        return stored

    async def _with_answer(self, turn: Turn, work: Work) -> Turn:
        """Let a turn know what the last answer is on the screen, so that a thumb can be about it."""
        if work.answer is None or turn.messages[0].kind is not MessageKind.PRESSED:
            return turn
        ids = await self._sender.shown_as(turn.conversation.ref, work.answer)
        return replace(turn, answer_ids=ids)

    async def _clear_away(self, ref: ConversationRef, key: str) -> None:
        """Take away the draft of a turn whose worker has died."""
        await self._sender.discard(ref, key=key)
        await self._mailbox.forget_draft(ref)

    async def _bury(self, turn: Turn, work: Work) -> bool:
        error = f"{TRIES} tries failed"
        plan = self._handler.dead_letter(turn, error)
        metrics.dead.inc(len(turn.messages))
        if not await self._commit(plan, turn, work, dead=error):
            return False
        await self._follow_up(turn.conversation, plan)
        return True

    async def _commit(self, plan: Plan, turn: Turn, work: Work, dead: str | None = None) -> bool:
        stored = await self._plans.store_turn(
            plan, work.conversation, work.version, turn.messages, dead=dead
        )
        if stored is Stored.STALE:
            metrics.stale.inc()
            return False
        failpoint("committed")
        measure(plan, turn.started_at)
        return True

    async def _join(self, ref: ConversationRef, holder: str, work: Work) -> Work | None:
        """Wait until the customer pauses, and take all that was written as one turn."""
        if work.tries > 1 or self._pace.join_seconds == 0:
            return work
        for _ in range(JOIN_ROUNDS):
            if any(map(wants_answer_at_once, work.messages)):
                return work
            await asyncio.sleep(self._pace.join_seconds)
            again = await self._mailbox.begin(ref, holder, counts=False)
            if not isinstance(again, Work):
                return None
            if len(again.messages) == len(work.messages):
                return again
            work = again
        return work

    @asynccontextmanager
    async def _leased(self, ref: ConversationRef, holder: str) -> AsyncGenerator[None]:
        """Keep the lease while the body runs; an error of the body comes out as it is."""
        try:
            async with asyncio.TaskGroup() as tasks:
                renewal = tasks.create_task(self._renew(ref, holder))
                yield
                renewal.cancel()
        except ExceptionGroup as group:
            raise first_error(group) from None

    async def _renew(self, ref: ConversationRef, holder: str) -> None:
        held = True
        while held:
            await asyncio.sleep(self._pace.renew_seconds)
            try:
                held = await self._mailbox.renew(ref, holder)
            except StateUnavailableError as error:
                logger.warning("lease not renewed", extra={"error": str(error)})


def _turn_of(work: Work) -> Turn:
    return Turn(
        id=new_turn_id(),
        conversation=work.conversation,
        messages=first_turn(work.messages),
        attempt=work.tries,
        started_at=datetime.now(UTC),
    )
