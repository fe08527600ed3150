"""Senders that meet, are frozen or die never show two copies."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.engine import Engine
from bot.engine.outbox import Wait
from bot.vocabulary.messages import ConversationRef, File, OutgoingMessage, SentMessage
from tests.engine.outbox.kit import CUSTOMER, LANE, an_outbox, stored, taken, the_sent
from tests.engine_kit import EchoHandler, NotingScheduler, build_engine
from tests.fakes import RecordingAdapter


@dataclass
class Crossing(RecordingAdapter):
    """Two senders meet in every send: each lets the other go first."""

    busy: int = 0
    most_busy: int = 0

    @override
    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        await asyncio.sleep(0.002)
        self.busy -= 1
        return await super().send(conversation, message, key=key)


async def test_many_senders_on_one_lane_never_show_two_copies(redis_client: Redis) -> None:
    texts = [f"line {number}" for number in range(40)]
    await stored(redis_client, texts)
    adapter = Crossing()
    engines = [build_engine(redis_client, adapter, EchoHandler()) for _ in range(4)]

    async def deliver(engine: Engine) -> None:
        for _ in range(30):
            await engine.sender.deliver(LANE)
            await asyncio.sleep(0.005)

    await asyncio.gather(*map(deliver, engines))
    assert adapter.texts(CUSTOMER) == texts
    assert adapter.repeats == 0, "nothing was even sent twice"
    assert adapter.most_busy == 1, "one sender at a time"


async def test_what_another_sender_settled_is_not_popped_twice(redis_client: Redis) -> None:
    """The first sender was frozen for longer than its lease of the lane."""
    await stored(redis_client, ["one", "two", "three"])
    outbox = an_outbox(redis_client, lease_seconds=0.05)
    late = await taken(outbox)
    await asyncio.sleep(0.06)
    again = await taken(outbox)
    assert again.delivery == late.delivery
    assert await outbox.settle(again, the_sent("p1")) == 2
    assert await outbox.settle(late, the_sent("p1")) == -1
    assert (await taken(outbox)).delivery.message.text == "two"


async def test_a_late_senders_rest_does_not_free_the_lane_of_another(redis_client: Redis) -> None:
    await stored(redis_client, ["one", "two"])
    late = await taken(an_outbox(redis_client, lease_seconds=0.05))
    await asyncio.sleep(0.06)
    outbox = an_outbox(redis_client)
    sending = await taken(outbox)
    await outbox.rest(late, 0)
    assert isinstance(await outbox.take(LANE), Wait), "two senders would send at once"
    await outbox.settle(sending, the_sent("p1"))
    following = await taken(outbox)
    await outbox.rest(late, 0)
    assert isinstance(await outbox.take(LANE), Wait)
    await outbox.rest(following, 0)
    assert (await taken(outbox)).delivery == following.delivery


async def test_a_dead_senders_lane_is_tried_as_soon_as_its_lease_ends(redis_client: Redis) -> None:
    """Docket wakes another worker, who has nothing to handle; it need not wait for the sweeper."""
    await stored(redis_client, ["one", "two"])
    await taken(an_outbox(redis_client, lease_seconds=0.3))
    adapter, scheduler = RecordingAdapter(), NotingScheduler()
    engine = build_engine(redis_client, adapter, EchoHandler(), scheduler=scheduler)
    await engine.worker.serve(str(CUSTOMER))
    ((lane_name, seconds),) = scheduler.lanes
    assert lane_name == LANE
    assert 0 < seconds <= 0.3

    await asyncio.sleep(seconds)
    await engine.sender.deliver(lane_name)
    assert adapter.texts(CUSTOMER) == ["one", "two"]
