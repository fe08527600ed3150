"""The inbox: where every adapter hands its events in, durably, before it acknowledges them."""

import logging
from dataclasses import replace

from pydantic_core import PydanticSerializationError

from bot.engine import codec, metrics
from bot.engine.mailbox import Mailbox
from bot.engine.scheduler import Scheduler
from bot.vocabulary.errors import StateUnavailableError, UnstorableError
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
            UnstorableError: It never will be: acknowledge it, and name it in the log.
        """
        platform = message.conversation.platform
        _require_storable(message)
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


def _require_storable(message: IncomingMessage) -> None:
    """Refuse what can't be JSON text in UTF-8, like a half of a surrogate pair in any field."""
    try:
        codec.dumps(codec.incoming, message)
    except PydanticSerializationError as error:
        metrics.accepted.labels(message.conversation.platform, "unstorable").inc()
        raise UnstorableError("An event can't be written down: it is passed over.") from error
