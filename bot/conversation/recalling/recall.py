"""Asks the memory for a turn, never for long, and brings up what is open at the right moment."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Iterable

from bot.conversation.reading import command_of, question_of
from bot.conversation.recalling import metrics
from bot.conversation.recalling.open_threads import asked, fitting
from bot.conversation.replies import Replies
from bot.conversation.understanding import Understanding
from bot.vocabulary.errors import StateUnavailableError, UnreadableMemoryError
from bot.vocabulary.memory import Memories, Recalled, identity_of
from bot.vocabulary.messages import IncomingMessage, Principal
from bot.vocabulary.turns import Outcome, Plan, Turn

logger = logging.getLogger(__name__)

LONGEST_WAIT = 0.5
"""Seconds after which a turn goes on without its memory."""

ABOUT_THE_LAST = frozenset({"human", "rate:down"})
"""Commands that are about the last question."""

NOTHING = Recalled()


class Recalling:
    """The memory as turns use it; without ``memories`` nothing is remembered."""

    def __init__(self, memories: Memories | None = None, *, seconds: float = LONGEST_WAIT) -> None:
        self._memories = memories
        self._seconds = seconds

    async def begin(self, turn: Turn, *, is_bots: bool) -> Recalled:
        """Recall for a turn of the bot's, and have it noted of all others who wrote that they did.

        What nobody asks about, and what people answer, must be found as well when somebody is to be erased.
        """
        if self._memories is None:
            return NOTHING
        asks = _who_asks(turn) if is_bots else None
        for message in _one_of_each(turn):
            if message.principal is not None and message.principal != asks:
                place, is_direct = turn.conversation.ref, message.is_direct
                await self._done(self._memories.met(message.principal, place, is_direct=is_direct))
        return await self.recall(turn) if is_bots else NOTHING

    async def recall(self, turn: Turn) -> Recalled:
        """Return what matters to a turn of the bot's; nothing when the memory fails or takes long."""
        principal, question = _who_asks(turn), _asked_in(turn)
        if self._memories is None or principal is None or question is None:
            return NOTHING
        is_direct = all(message.is_direct for message in turn.messages)
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._seconds):
                found = await self._memories.recall(
                    principal, turn.conversation.ref, is_direct=is_direct, question=question
                )
        except (StateUnavailableError, UnreadableMemoryError, TimeoutError) as error:
            metrics.recalls.labels("failed").inc()
            logger.warning("turn without memory", extra={"error": type(error).__name__})
            return NOTHING
        metrics.recall_seconds.observe(time.monotonic() - began)
        metrics.recalls.labels("found" if found != NOTHING else "nothing").inc()
        return found

    async def brought_up(self, plan: Plan, replies: Replies, meaning: Understanding) -> Plan:
        """Let a plan ask about what was left open, if this is the moment."""
        thread = fitting(replies, plan, greets=_only_greets(meaning))
        principal = _who_acts(replies.turn)
        if thread is None or principal is None or self._memories is None:
            return plan
        # Noted first: whoever is not asked is less bothered than whoever is asked twice.
        if not await self._done(self._memories.raised(principal, thread.id)):
            return plan
        metrics.raised.inc()
        return asked(plan, thread, replies.language)

    async def answered(self, replies: Replies, meaning: Understanding) -> Plan | None:
        """Take a bare yes or no for the answer to what the bot has just asked about; else None."""
        thread, principal = replies.asked_about, _who_acts(replies.turn)
        if thread is None or principal is None or self._memories is None or meaning.rest:
            return None
        if meaning.refusal or meaning.rejection:
            return replies.offer("not_solved", "what was left open is not settled")
        if not meaning.affirmation:
            return None
        await self._done(self._memories.drop(principal, thread))
        return replies.say("open_settled", Outcome.ANSWERED, "what was left open is settled")

    async def _done(self, change: Awaitable[object]) -> bool:
        try:
            async with asyncio.timeout(self._seconds):
                await change
        except (StateUnavailableError, UnreadableMemoryError, TimeoutError) as error:
            logger.warning("memory not changed", extra={"error": type(error).__name__})
            return False
        return True


def _who_acts(turn: Turn) -> Principal | None:
    """Return who wrote a turn; None where several did in a direct place, or nobody is known."""
    principals = [message.principal for message in turn.messages]
    if not principals or principals[-1] is None:
        return None
    who = {identity_of(one) for one in principals if one is not None}
    is_direct = all(message.is_direct for message in turn.messages)
    return principals[-1] if len(who) == 1 or not is_direct else None


def _who_asks(turn: Turn) -> Principal | None:
    """Return for whom is recalled; None where nobody is."""
    return None if _asked_in(turn) is None else _who_acts(turn)


def _one_of_each(turn: Turn) -> Iterable[IncomingMessage]:
    """Return a message of everybody who wrote."""
    return {message.principal: message for message in turn.messages}.values()


def _asked_in(turn: Turn) -> str | None:
    """Return what a turn is about; None where nothing is asked."""
    command = command_of(turn)
    if command is not None:
        return turn.conversation.memo.question if command in ABOUT_THE_LAST else None
    question = question_of(turn) or ""
    return question if question.strip() else None


def _only_greets(meaning: Understanding) -> bool:
    return meaning.greeting and not meaning.rest and meaning.small_talk is None
