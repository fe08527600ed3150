"""The inbox: where every adapter hands its events in, durably, before it acknowledges them."""

import logging
from dataclasses import replace

from bot.engine import metrics
from bot.engine.mailbox import Mailbox
from bot.engine.scheduler import Scheduler
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.people import Authority

logger = logging.getLogger(__name__)


class Inbox:
    """Accepts events; ``accept`` is the ``Intake`` that adapters are given."""

    def __init__(self, mailbox: Mailbox, scheduler: Scheduler, authority: Authority) -> None:
        self._mailbox = mailbox
        self._scheduler = scheduler
        self._authority = authority

    async def accept(self, message: IncomingMessage) -> bool:
        """Say who acts, store the event and wake a worker; True when it was new.

        Raises:
            StateUnavailableError: It is not stored: do not acknowledge it.
        """
        platform = message.conversation.platform
        message = replace(message, principal=self._authority.principal(message))
        try:
            ingested = await self._mailbox.ingest(message)
        except StateUnavailableError:
            metrics.accepted.labels(platform, "refused").inc()
            raise
        failpoint("inbox_durable")
        metrics.accepted.labels(platform, "new" if ingested.is_new else "duplicate").inc()
        if ingested.wake is not None:
            await self._wake(str(message.conversation), ingested.wake)
        return ingested.is_new

    async def _wake(self, conversation: str, number: int) -> None:
        try:
            await self._scheduler.wake(conversation, number)
        except StateUnavailableError:
            # The event is durable, so it may be acknowledged; the sweeper wakes a worker for it.
            logger.warning("wake-up lost", extra={"conversation": conversation})
