"""Shows stored messages on their platforms: once each, in order within a lane."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from bot.engine import metrics
from bot.engine.codec import StoredNews
from bot.engine.courier import (
    Courier,
    FilesLateError,
    opened_thread,
    shown_words,
)
from bot.engine.keys import ConversationKeys
from bot.engine.news import News
from bot.engine.outbox import Next, Outbox, Wait, Withheld
from bot.engine.scheduler import Scheduler
from bot.vocabulary.cases import CLOSED
from bot.vocabulary.errors import (
    AdapterError,
    AuthenticationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import ConversationRef, SentMessage
from bot.vocabulary.turns import Lane

logger = logging.getLogger(__name__)

AUTHENTICATION_RETRY_SECONDS = 30.0

DEADLY_TRIES = 8
"""A message whose sender died this often in a row is given up: it would hold its lane for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Deadline of one send, and the rest after one whose fate is unknown; seconds.

    The same key makes the next try harmless where the platform knows keys. ``record_seconds`` is
    how long a lane is kept beyond a send, to record it; ``files_seconds`` how long the files of one
    message may take to be fetched; ``aside_seconds`` how long what only passes the time, such as a
    draft, may hold a turn up.
    """

    send_seconds: float
    resend_seconds: float
    record_seconds: float = 5.0
    files_seconds: float = 30.0
    aside_seconds: float = 2.0


class Sender:
    """Delivers lanes. Any worker may deliver any lane; the lane's lease keeps them apart."""

    def __init__(
        self,
        outbox: Outbox,
        courier: Courier,
        scheduler: Scheduler,
        news: News,
        *,
        patience: Patience,
        on_shown: Callable[[Next], None] | None = None,
    ) -> None:
        self._outbox = outbox
        self._on_shown = on_shown
        self._courier = courier
        self._scheduler = scheduler
        self._news = news
        self._patience = patience

    async def deliver(self, lane_name: str) -> None:
        """Send what a lane holds until it is empty, must rest or belongs to another sender."""
        while True:
            match await self._outbox.take(lane_name):
                case Next() as head:
                    if not await self._work_off(head):
                        return
                case Withheld(delivery=delivery):
                    await self._outbox.record_withheld(delivery)
                    # Its draft, which it would have replaced, may be on the screen.
                    await self.discard(delivery.source, key=delivery.id)
                    metrics.sends.labels(delivery.source.platform, "withheld").inc()
                case Wait(seconds=seconds):
                    await self._scheduler.deliver_later(lane_name, seconds)
                    return
                case None:
                    return

    async def show(self, conversation: ConversationRef, lanes: Iterable[Lane]) -> None:
        """Deliver lanes of a conversation, one after the other."""
        keys = ConversationKeys(conversation)
        for lane in lanes:
            await self.deliver(keys.lane_name(lane))

    async def shown_as(self, conversation: ConversationRef, key: str) -> frozenset[str]:
        """Return the platform's ids of what can be seen of a message, one for each part."""
        return await self._outbox.shown_as(conversation, key)

    async def typing(self, conversation: ConversationRef) -> None:
        """Show the customer that an answer is being prepared; best effort."""
        await _within(self._patience.aside_seconds, self._courier.typing(conversation))

    async def preview(self, conversation: ConversationRef, text: str, *, key: str) -> bool:
        """Show the beginning of a reply that is being written; False when that takes too long."""
        showing = self._courier.preview(conversation, text, key=key)
        return await _within(self._patience.aside_seconds, showing)

    async def discard(self, conversation: ConversationRef, *, key: str) -> None:
        """Take away a draft that nothing has replaced; best effort, but given a send's time."""
        await _within(self._patience.send_seconds, self._courier.discard(conversation, key=key))

    async def _work_off(self, head: Next) -> bool:
        """Show one message or give it up; whether the lane has another one for this sender."""
        if head.tries > DEADLY_TRIES:
            error = DeliveryError("Each try to show it ended its sender: see the log.")
            return await self._give_up(head, error)
        seconds, leased = self._patience.send_seconds, head
        if head.delivery.message.attachments:
            seconds += self._patience.files_seconds
            leased = await self._outbox.keep(head, seconds + self._patience.record_seconds)
        return leased is not None and await self._send(leased, seconds)

    async def _send(self, head: Next, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                sent = await self._courier.show(head)
        except FilesLateError as error:
            return await self._wait_for_files(head, error)
        except RateLimitedError as error:
            return await self._rest(head, error.retry_after, "rate_limited", slow=True)
        except (ConnectionLostError, TimeoutError):
            return await self._rest(head, self._patience.resend_seconds, "ambiguous")
        except AuthenticationError:
            return await self._rest(head, AUTHENTICATION_RETRY_SECONDS, "unauthenticated")
        except (DeliveryError, AdapterError) as error:
            return await self._give_up(head, error)
        return await self._record(head, sent)

    async def _record(self, head: Next, sent: SentMessage | None) -> bool:
        delivery = head.delivery
        failpoint("sent")
        opened = opened_thread(head, sent)
        if opened is not None:
            await self._outbox.link_thread(opened, delivery.source)
        await self._let_go(head, opened)
        failpoint("platform_id_known")
        news = _news(head) if opened else None
        left = await self._outbox.settle(
            head, sent, opened=opened, news=news, words=shown_words(head)
        )
        failpoint("settled")
        if news is not None:
            await self._news.pass_on(news)
        if sent is not None and self._on_shown is not None:
            self._on_shown(head)
        result = "sent" if sent is not None else delivery.change or "retracted"
        metrics.sends.labels(delivery.source.platform, result).inc()
        return left > 0

    async def _let_go(self, head: Next, opened: ConversationRef | None) -> None:
        """Let the thread end where its case is closed or has another one now."""
        is_closed = head.delivery.marks in CLOSED
        if head.thread is not None and (is_closed or opened is not None):
            await self._outbox.let_go(head.thread)
        if is_closed and opened is not None:
            await self._outbox.let_go(opened)

    async def _rest(self, head: Next, seconds: float, why: str, *, slow: bool = False) -> bool:
        metrics.sends.labels(head.delivery.source.platform, why).inc()
        await self._outbox.rest(head, seconds, slow=slow)
        await self._again(head, seconds)
        return False

    async def _wait_for_files(self, head: Next, error: FilesLateError) -> bool:
        """Let the lane rest, each time longer; the try counts, so that it does not rest for ever."""
        asked_for = min(error.retry_after, self._patience.files_seconds)
        seconds = max(self._patience.resend_seconds * 2 ** (head.tries - 1), asked_for)
        metrics.sends.labels(head.delivery.source.platform, "files_late").inc()
        await self._outbox.keep(head, seconds)
        await self._again(head, seconds)
        return False

    async def _again(self, head: Next, seconds: float) -> None:
        keys = ConversationKeys(head.delivery.source)
        await self._scheduler.deliver_later(keys.lane_name(head.delivery.lane), seconds)

    async def _give_up(self, head: Next, error: AdapterError) -> bool:
        delivery = head.delivery
        logger.error(
            "message can't be delivered",
            extra={"delivery": delivery.id, "lane": delivery.lane, "error": str(error)},
        )
        metrics.sends.labels(delivery.source.platform, "undeliverable").inc()
        await self._let_go(head, None)
        left = await self._outbox.give_up(head)
        if delivery.if_refused is not None and delivery.lane is not Lane.DESK:
            desk = ConversationKeys(delivery.source).lane_name(Lane.DESK)
            await self._scheduler.deliver_later(desk, 0)
        return left > 0


def _news(head: Next) -> StoredNews:
    """Say elsewhere that the case of a delivery has a thread now."""
    return StoredNews(id=head.delivery.id, conversation=head.delivery.source, case=True)


async def _within(seconds: float, call: Awaitable[None]) -> bool:
    """Let a platform do something that no turn waits for; False when it does not in time."""
    try:
        async with asyncio.timeout(seconds):
            await call
    except TimeoutError:
        logger.warning("platform hangs", extra={"seconds": seconds})
        return False
    return True
