"""Shows stored messages on their platforms: once each, in order within a lane."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine import metrics
from bot.engine.codec import StoredDelivery
from bot.engine.keys import ConversationKeys
from bot.engine.outbox import Next, Outbox, Wait, Withheld
from bot.engine.scheduler import Scheduler
from bot.vocabulary.errors import (
    AdapterError,
    AuthenticationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import ConversationRef, Platform, SentMessage
from bot.vocabulary.platforms import ChatAdapter

logger = logging.getLogger(__name__)

AUTHENTICATION_RETRY_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Deadline of one send, and the rest after one whose fate is unknown; seconds.

    The same key makes the next try harmless where the platform knows keys.
    """

    send_seconds: float
    resend_seconds: float


class Sender:
    """Delivers lanes. Any worker may deliver any lane; the lane's lease keeps them apart."""

    def __init__(
        self,
        outbox: Outbox,
        adapters: Mapping[Platform, ChatAdapter],
        scheduler: Scheduler,
        *,
        desk_channel: ConversationRef | None,
        patience: Patience,
    ) -> None:
        self._outbox = outbox
        self._adapters = adapters
        self._scheduler = scheduler
        self._desk_channel = desk_channel
        self._patience = patience

    async def deliver(self, lane_name: str) -> None:
        """Send what a lane holds until it is empty, must rest or belongs to another sender."""
        while True:
            match await self._outbox.take(lane_name):
                case Next() as head:
                    if not await self._send(head):
                        return
                case Withheld(delivery=delivery):
                    await self._outbox.record_withheld(delivery)
                    metrics.sends.labels(delivery.source.platform, "withheld").inc()
                case Wait(seconds=seconds):
                    await self._scheduler.deliver_later(lane_name, seconds)
                    return
                case None:
                    return

    async def typing(self, conversation: ConversationRef) -> None:
        """Show the customer that an answer is being prepared."""
        adapter = self._adapters.get(conversation.platform)
        if adapter is not None:
            await adapter.typing(conversation)

    async def _send(self, head: Next) -> bool:
        """Show one message; whether the lane has another one for this sender."""
        delivery = head.delivery
        try:
            async with asyncio.timeout(self._patience.send_seconds):
                sent = await self._show(head)
        except RateLimitedError as error:
            return await self._rest(head, error.retry_after, "rate_limited")
        except (ConnectionLostError, TimeoutError):
            return await self._rest(head, self._patience.resend_seconds, "ambiguous")
        except AuthenticationError:
            return await self._rest(head, AUTHENTICATION_RETRY_SECONDS, "unauthenticated")
        except (DeliveryError, AdapterError) as error:
            return await self._give_up(delivery, error)
        return await self._record(delivery, sent)

    async def _show(self, head: Next) -> SentMessage:
        delivery = head.delivery
        if delivery.opens_thread is not None:
            channel = self._desk()
            adapter = self._adapter(channel)
            return await adapter.open_thread(
                channel, delivery.opens_thread, delivery.message, key=delivery.id
            )
        target = delivery.source if delivery.lane == "customer" else head.thread or self._desk()
        return await self._adapter(target).send(target, delivery.message, key=delivery.id)

    def _desk(self) -> ConversationRef:
        if self._desk_channel is None:
            raise DeliveryError("No desk.channel is set: set it, so that cases reach your agents.")
        return self._desk_channel

    def _adapter(self, target: ConversationRef) -> ChatAdapter:
        try:
            return self._adapters[target.platform]
        except KeyError:
            raise DeliveryError(f"{target.platform} is not configured: set its token.") from None

    async def _record(self, delivery: StoredDelivery, sent: SentMessage) -> bool:
        failpoint("sent")
        if delivery.opens_thread is not None:
            await self._outbox.link_thread(sent.conversation, delivery.source)
        failpoint("platform_id_known")
        left = await self._outbox.settle(delivery, sent)
        failpoint("settled")
        metrics.sends.labels(delivery.source.platform, "sent").inc()
        return left > 0

    async def _rest(self, head: Next, seconds: float, why: str) -> bool:
        delivery = head.delivery
        metrics.sends.labels(delivery.source.platform, why).inc()
        await self._outbox.rest(head, seconds)
        lane_name = ConversationKeys(delivery.source).lane_name(delivery.lane)
        await self._scheduler.deliver_later(lane_name, seconds)
        return False

    async def _give_up(self, delivery: StoredDelivery, error: AdapterError) -> bool:
        logger.error(
            "message can't be delivered",
            extra={"delivery": delivery.id, "lane": delivery.lane, "error": str(error)},
        )
        metrics.sends.labels(delivery.source.platform, "undeliverable").inc()
        return await self._outbox.settle(delivery, None) > 0
