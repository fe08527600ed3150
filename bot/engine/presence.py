"""Who is writing and what was seen, told to the other side: never stored, and never in the way.

What a customer or their agent is writing is shown to the other one as "typing". A customer's message
bears a sign once the agent who has the case has it before them, an agent's own once the customer has
got it. All of it may be lost, and nothing is done twice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Mapping

from bot.engine.cases import Cases
from bot.engine.outbox import Next
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.errors import AdapterError, StateUnavailableError
from bot.vocabulary.messages import Author, ConversationRef, Platform
from bot.vocabulary.people import Agent, Authority
from bot.vocabulary.platforms import Attentive, ChatAdapter, Sign
from bot.vocabulary.turns import Lane

logger = logging.getLogger(__name__)

AT_ONCE = 4
WAITING = 200
"""With so many signs to be set, further ones are left out: messages matter more."""


class Presences:
    """See the module. ``seconds`` bounds each sign; while ``is_on`` is False none is given."""

    def __init__(
        self,
        adapters: Mapping[Platform, ChatAdapter],
        cases: Cases,
        authority: Authority,
        *,
        seconds: float,
    ) -> None:
        self._adapters = adapters
        self._cases = cases
        self._authority = authority
        self._seconds = seconds
        self.is_on = True
        self._heads: asyncio.Queue[Next] = asyncio.Queue(WAITING)

    def listen(self) -> None:
        """Hear from now on who is writing, where platforms tell it."""
        for adapter in self._adapters.values():
            if isinstance(adapter, Attentive):
                adapter.on_typing = self.typed

    async def typed(self, place: ConversationRef, writer: Author) -> None:
        """Show the other side that somebody is writing; see ``OnTyping``."""
        if self.is_on:
            await self._briefly(self._tell_typing(place, writer))

    def shown(self, head: Next) -> None:
        """Let what a message that was just shown answers or shows be marked soon; waits for nothing."""
        if self.is_on and not self._heads.full():
            self._heads.put_nowait(head)

    async def run(self) -> None:
        """Set signs until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(self._mark_all())

    async def _mark_all(self) -> None:
        while True:
            head = await self._heads.get()
            await self._briefly(self._mark(head))

    async def _briefly(self, telling: Awaitable[None]) -> None:
        """Do it unless it takes long; that it could not be done is nobody's harm."""
        try:
            async with asyncio.timeout(self._seconds):
                await telling
        except (TimeoutError, AdapterError, StateUnavailableError, ValueError) as error:
            logger.debug("A sign was not set.", extra={"error": type(error).__name__})

    async def _tell_typing(self, place: ConversationRef, writer: Author) -> None:
        if self._authority.is_desk(place):
            case = await self._cases.of_thread(place)
            other = case.conversation if case and _has_it(case, writer, place) else None
        else:
            case = await self._cases.of_customer(place)
            other = case.thread if case and case.is_open else None
        adapter = self._adapters.get(other.platform) if other else None
        if other is not None and isinstance(adapter, Attentive):
            await adapter.writing(other)

    async def _mark(self, head: Next) -> None:
        delivery = head.delivery
        shows = [one for item in (delivery, *head.together) for one in item.shows]
        if delivery.lane is Lane.DESK and delivery.marks is CaseStatus.CLAIMED:
            shows = [await self._cases.last_said_in(delivery.source) or ""]
        if delivery.lane is Lane.DESK and shows:
            await self._mark_seen(delivery.source, shows[-1])
        is_reply = delivery.lane is Lane.CUSTOMER and delivery.change is None
        if is_reply and delivery.origin is not None and head.thread is not None:
            await self._react(head.thread, delivery.origin, Sign.DELIVERED)

    async def _mark_seen(self, conversation: ConversationRef, message_id: str) -> None:
        case = await self._cases.of_customer(conversation)
        if message_id and case is not None and case.status is CaseStatus.CLAIMED:
            await self._react(conversation, message_id, Sign.SEEN)

    async def _react(self, place: ConversationRef, message_id: str, sign: Sign) -> None:
        adapter = self._adapters.get(place.platform)
        if isinstance(adapter, Attentive):
            await adapter.react(place, message_id, sign)


def _has_it(case: Case, writer: Author, thread: ConversationRef) -> bool:
    """Whether somebody has a case: what others write in its thread is for the team alone."""
    if case.status is not CaseStatus.CLAIMED or case.agent is None:
        return False
    return case.agent.id == Agent.of(writer, thread).id
