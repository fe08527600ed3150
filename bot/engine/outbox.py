"""The outbox: stored messages on their way to a platform, in order within each lane."""

from dataclasses import dataclass, replace
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded
from bot.engine.codec import StoredDelivery, StoredNews
from bot.engine.keys import HISTORY_SECONDS, WEEK_SECONDS, ConversationKeys, split_lane_name
from bot.engine.scripts import source
from bot.engine.tools.sends import StoredSends
from bot.vocabulary.messages import ConversationRef, OutgoingMessage, SentMessage
from bot.vocabulary.turns import Lane, Outcome

TOGETHER = 20
TOGETHER_BYTES = 3000
"""A slow lane shows so many waiting relays in one message, if they are not longer than that."""


UNSEEN = "unseen"
UNDELIVERABLE = "undeliverable"
"""Stand in the place of the platform's id: nothing is to be seen of it, or it was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retracted:
    """Words that were taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The head of a lane, leased to its sender.

    ``thread`` is the desk's thread that the lane has opened last: an older case's while words to it
    still wait. ``leased`` is the server's time at which the lease ends, the proof of having it.
    ``tries`` counts those in a row that ended in nothing, not even in a rest: the sender died of them,
    or its files could not be fetched.
    ``original`` is the key under which words of the same origin were sent. ``words`` are, for those
    of an agent, what they were changed to meanwhile, and for a change what is shown already; None
    when neither is so. ``together`` are further deliveries that are shown in the same message.
    """

    delivery: StoredDelivery
    thread: ConversationRef | None
    leased: str
    tries: int
    original: str
    words: OutgoingMessage | Retracted | None
    together: tuple[StoredDelivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The lane must rest for ``seconds``, or another sender has it that long at most."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """The AI's words were dropped: the conversation changed hands before they were shown."""

    delivery: StoredDelivery


class Outbox:
    """Leases lanes to senders and records what was shown."""

    def __init__(
        self,
        redis: Redis,
        *,
        deadline: float,
        lease_seconds: float,
        keep_seconds: int = HISTORY_SECONDS,
    ) -> None:
        self._redis = redis
        self._deadline = deadline
        self._lease_seconds = lease_seconds
        self._keep_seconds = keep_seconds
        self._sends = StoredSends(redis, deadline=deadline)
        self._take = redis.register_script(source("lifetime", "take"))
        self._settle = redis.register_script(source("lifetime", "settle"))
        self._rest = redis.register_script(source("lifetime", "rest"))

    async def take(self, lane_name: str) -> Next | Wait | Withheld | None:
        """Lease the next message of a lane; None when the lane is empty."""
        keys, lane = split_lane_name(lane_name)
        async with guarded(self._deadline):
            reply = await self._take(
                keys=[keys.lane(lane), keys.due, keys.state, keys.words],
                args=[
                    lane_name,
                    self._lease_seconds,
                    TOGETHER,
                    TOGETHER_BYTES,
                    self._keep_seconds,
                ],
            )
        match reply:
            case ["wait", seconds]:
                return Wait(seconds=float(seconds))
            case ["withheld", text]:
                return Withheld(delivery=codec.loads(codec.delivery, text))
            case ["send", text, thread, leased, tries, original, words, *together]:
                return Next(
                    delivery=codec.loads(codec.delivery, text),
                    thread=ConversationRef.parse(thread) if thread else None,
                    leased=leased,
                    tries=int(tries),
                    original=original,
                    words=_words(words),
                    together=tuple(codec.loads(codec.delivery, item) for item in together),
                )
            case _:
                return None

    async def link_thread(self, thread: ConversationRef, customer: ConversationRef) -> None:
        """Remember whose case a desk thread belongs to; stored before the thread is settled.

        It is known as long as the case may be worked on there: until ``let_go``.
        """
        state = ConversationKeys(thread).state
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hset(state, "desk_for", str(customer))
            pipeline.persist(state)
            await pipeline.execute()

    async def let_go(self, thread: ConversationRef) -> None:
        """Keep a thread only as long as any conversation: its case is closed, or goes on elsewhere."""
        async with guarded(self._deadline):
            await self._redis.expire(ConversationKeys(thread).state, self._keep_seconds)

    async def settle(
        self,
        head: Next,
        sent: SentMessage | None,
        *,
        opened: ConversationRef | None = None,
        news: StoredNews | None = None,
        words: OutgoingMessage | None = None,
    ) -> int:
        """Record a shown message, or with None one of which nothing is to be seen, and move on.

        ``opened`` is the thread that it has opened, ``news`` say so elsewhere; ``words`` are an agent's words as they were shown.
        Returns how many messages the lane still holds, -1 when another sender settled this one.
        """
        text = codec.dumps(codec.outgoing, words) if words and head.delivery.origin else ""
        message_id = sent.message_id if sent else UNSEEN
        told = codec.dumps(codec.news, news) if news else ""
        return await self._move_on(head, message_id, str(opened) if opened else "", text, told)

    async def give_up(self, head: Next) -> int:
        """Move on from a message that is refused for good; what the desk is to hear goes to its lane.

        Returns the same as ``settle``.
        """
        notices = [_notice(item) for item in (head.delivery, *head.together)]
        texts = [codec.dumps(codec.delivery, item) for item in notices if item is not None]
        return await self._move_on(head, UNDELIVERABLE, "", "", "", *texts)

    async def _move_on(
        self, head: Next, message_id: str, opened: str, words: str, news: str, *notices: str
    ) -> int:
        delivery = head.delivery
        keys = ConversationKeys(delivery.source)
        shown = [keys.sent(item.id) for item in (delivery, *head.together)]
        lanes = [keys.lane(delivery.lane), keys.lane(Lane.DESK)]
        async with guarded(self._deadline):
            left = await self._settle(
                keys=[*lanes, keys.due, keys.state, keys.words, keys.origins, keys.news, *shown],
                args=[
                    *map(keys.lane_name, (delivery.lane, Lane.DESK)),
                    *(delivery.id, message_id, WEEK_SECONDS, self._keep_seconds),
                    *(opened, words, news),
                    *notices,
                ],
            )
        return cast(int, left)

    async def shown_as(self, ref: ConversationRef, delivery_id: str) -> frozenset[str]:
        """Return the platform's ids of what can be seen of a message, one for each part."""
        parts = await self._sends.shown(delivery_id)
        async with guarded(self._deadline):
            last = cast(str | None, await self._redis.get(ConversationKeys(ref).sent(delivery_id)))
        return frozenset([*parts.values(), last or UNSEEN]) - {UNSEEN, UNDELIVERABLE}

    async def rest(self, head: Next, seconds: float, *, slow: bool = False) -> None:
        """Let a lane rest before it is tried again, unless its lease has gone to another sender.

        With ``slow`` the platform wants fewer messages: relays that wait are shown together then.
        """
        await self._prolong(head, seconds, "slow" if slow else "rest")

    async def keep(self, head: Next, seconds: float) -> Next | None:
        """Keep the lane for longer, as one try; None when it has gone to another sender."""
        leased = await self._prolong(head, seconds, "keep")
        return replace(head, leased=leased) if leased else None

    async def _prolong(self, head: Next, seconds: float, how: str) -> str:
        keys = ConversationKeys(head.delivery.source)
        name = keys.lane_name(head.delivery.lane)
        async with guarded(self._deadline):
            leased = await self._rest(
                keys=[keys.due, keys.state],
                args=[name, head.leased, seconds, how, self._keep_seconds],
            )
        return cast(str, leased)

    async def record_withheld(self, delivery: StoredDelivery) -> None:
        """Correct the outcome of messages whose answer was withheld: an agent has them now."""
        keys = ConversationKeys(delivery.source)
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            for event in delivery.events:
                pipeline.set(keys.seen(event), Outcome.RELAYED, xx=True, keepttl=True)
            await pipeline.execute()


def _notice(refused: StoredDelivery) -> StoredDelivery | None:
    """Build what the case's thread reads about a message that was refused for good."""
    if refused.if_refused is None:
        return None
    return StoredDelivery(
        id=f"{refused.id}-r",
        source=refused.source,
        lane=Lane.DESK,
        message=refused.if_refused,
    )


def _words(text: str) -> OutgoingMessage | Retracted | None:
    if text == codec.RETRACTED:
        return Retracted()
    return codec.loads(codec.outgoing, text) if text else None
