"""Works a conversation off: lease, join, handle, store, show; one turn at a time."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.engine import metrics
from bot.engine.drafts import Draft, TurnOvertakenError, draft_key
from bot.engine.joining import first_turn, wants_answer_at_once
from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Busy, Mailbox, Work
from bot.engine.plans import PlanStore, Stored, lanes_of
from bot.engine.scheduler import Scheduler
from bot.engine.sender import Sender
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.errors import StateUnavailableError, first_error
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import ConversationRef, IncomingMessage, MessageKind
from bot.vocabulary.turns import DeskTurn, Lane, Plan, Turn, TurnHandler

logger = logging.getLogger(__name__)

TRIES = 3
"""Failed tries of one turn before its messages go to the dead letters and a human is told."""

BUSY_POLL_SECONDS = 0.25
JOIN_ROUNDS = 4
"""A customer who never pauses is answered after at most this many quiet times."""

UNLINKED_SECONDS = 1.0
UNLINKED_PATIENCE = timedelta(minutes=10)
"""How long an agent's words wait for the case of their thread, and how often they are tried."""

DESK_CONFLICTS = 50
"""A desk action is tried again this often when others change the case at the same moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times in seconds.

    Quiet time that ends a turn; how often a long turn renews its lease; how often at most a reply
    that is being written is shown.
    """

    join_seconds: float
    renew_seconds: float
    draft_seconds: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What a worker works with."""

    mailbox: Mailbox
    plans: PlanStore
    sender: Sender
    scheduler: Scheduler


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
        self._is_desk = is_desk

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
            if isinstance(work, Work) and await self._lacks_its_case(ref, work):
                await self._hand_back(ref, holder, UNLINKED_SECONDS)
                return
            if isinstance(work, Work):
                failpoint("leased")
                counts = await self._work(ref, holder, work)
            if await self._mailbox.finish(ref, holder):
                break
        if work is None:
            # Woken for nothing: whoever did the work may have died before all of it was shown.
            await self._show(ref, tuple(Lane))

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

    async def _lacks_its_case(self, ref: ConversationRef, work: Work) -> bool:
        """Whether an agent writes in a thread that its case does not know yet.

        The platform shows a thread before it is stored whose case it is, and the worker in between
        may die: the words wait until another has finished the opening.
        """
        is_young = datetime.now(UTC) - work.messages[0].sent_at < UNLINKED_PATIENCE
        if not self._is_desk(ref) or ref.thread_id is None or not is_young:
            return False
        if work.desk_for is None:
            return True
        conversation, _ = await self._mailbox.read(work.desk_for)
        case = conversation.case
        return case is not None and case.is_open and case.thread is None

    async def _work(self, ref: ConversationRef, holder: str, work: Work) -> bool:
        """Handle one turn; False when it must run again and the try does not count."""
        try:
            async with self._leased(ref, holder):
                if self._is_desk(ref):
                    return await self._desk_work(ref, work)
                return await self._customer_work(ref, holder, work)
        except StateUnavailableError:
            raise
        except Exception as error:  # the turn's border: whatever failed, the conversation goes on
            metrics.failed.inc()
            logger.exception(
                "turn failed",
                extra={"conversation": str(ref), "tries": work.tries, "kind": type(error).__name__},
            )
            await asyncio.sleep(0.1 * 2**work.tries)
            return True

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
            await self._show(ref, lanes_of(stored.deliveries))
            failpoint("afterwards")
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
        await self._show(turn.conversation.ref, lanes_of(plan.deliveries))
        failpoint("afterwards")
        return True

    async def _commit(self, plan: Plan, turn: Turn, work: Work, dead: str | None = None) -> bool:
        stored = await self._plans.store_turn(
            plan, work.conversation, work.version, turn.messages, dead=dead
        )
        if stored is Stored.STALE:
            metrics.stale.inc()
            return False
        failpoint("committed")
        _measure(plan, turn.started_at)
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

    async def _desk_work(self, ref: ConversationRef, work: Work) -> bool:
        problem = self._why_not(ref, work)
        if problem is not None:
            metrics.dead.inc(len(work.messages))
            logger.error("desk message", extra={"conversation": str(ref), "problem": problem})
        # To tell of a failure is tried once: what fails even then is in the log.
        if work.desk_for is not None and work.tries <= TRIES + 1:
            for message in work.messages:
                await self._desk_action(message, work.desk_for, problem)
        stored = await self._plans.drop_messages(ref, work.version, work.messages, dead=problem)
        return stored is not Stored.STALE

    def _why_not(self, ref: ConversationRef, work: Work) -> str | None:
        """Say why an agent's words can't be acted on; talk beside the threads is nobody's case."""
        if work.tries > TRIES:
            return f"{TRIES} tries failed"
        if ref.thread_id is not None and work.desk_for is None:
            return "no case belongs to this thread"
        return None

    async def _desk_action(
        self, message: IncomingMessage, customer: ConversationRef, problem: str | None
    ) -> None:
        for _ in range(DESK_CONFLICTS):
            conversation, version = await self._mailbox.read(customer)
            turn = DeskTurn(
                id=new_turn_id(),
                message=message,
                conversation=conversation,
                at=await self._plans.now(),
                started_at=datetime.now(UTC),
                error=problem,
            )
            plan = await self._handler.desk_turn(turn)
            stored = await self._plans.store_desk_action(
                plan, conversation, version, message.event_key
            )
            if stored is not Stored.STALE:
                failpoint("committed")
                _measure(plan, turn.started_at)
                await self._show(customer, lanes_of(plan.deliveries))
                failpoint("afterwards")
                return
            await asyncio.sleep(secrets.randbelow(10) / 1000)
        raise StateUnavailableError(f"The case of {customer} changes too fast: try again.")

    async def _show(self, ref: ConversationRef, lanes: Sequence[Lane]) -> None:
        keys = ConversationKeys(ref)
        for lane in lanes:
            await self._sender.deliver(keys.lane_name(lane))

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


def new_turn_id() -> str:
    """Return a fresh id; with a position behind it, it fits a Discord nonce (25 characters)."""
    return secrets.token_hex(10)


def _turn_of(work: Work) -> Turn:
    return Turn(
        id=new_turn_id(),
        conversation=work.conversation,
        messages=first_turn(work.messages),
        attempt=work.tries,
        started_at=datetime.now(UTC),
    )


def _measure(plan: Plan, started_at: datetime) -> None:
    metrics.turns.labels(plan.outcome).inc()
    metrics.turn_seconds.observe((datetime.now(UTC) - started_at).total_seconds())
