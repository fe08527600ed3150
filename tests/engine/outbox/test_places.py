"""A placed delivery is shown elsewhere, in its lane's turn, and touches no thread of the case."""

from collections import deque
from dataclasses import replace

from redis.asyncio import Redis

from bot.engine.client.connection import run_command
from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Mailbox
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.turns import Lane
from tests.builders import DESK, a_conversation
from tests.engine.kit import CUSTOMER, deliver, deliver_all, says, store
from tests.engine.outbox.kit import QUICK, MoodyPlatform, a_case
from tests.engine_kit import EchoHandler, build_engine
from tests.fakes import RecordingAdapter

ELSEWHERE = a_conversation("elsewhere")
KEYS = ConversationKeys(CUSTOMER)


async def test_it_is_shown_there_in_its_lanes_order(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    engine = await a_case(redis_client, adapter)
    [thread] = adapter.threads()
    await store(
        redis_client,
        says("one", lane=Lane.DESK),
        says("two", lane=Lane.DESK, place=ELSEWHERE),
        says("three", lane=Lane.DESK),
        says("four", place=ELSEWHERE),
    )
    for lane in Lane:
        await deliver(engine, lane)
    assert adapter.texts(thread)[-2:] == ["one", "three"]
    shown = [item.message.text for item in adapter.shown]
    assert shown.index("one") < shown.index("two") < shown.index("three")
    assert set(adapter.texts(ELSEWHERE)) == {"two", "four"}


async def test_it_neither_opens_nor_links_nor_marks_a_thread(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    engine = await a_case(redis_client, adapter)
    threads, marks = adapter.threads(), list(adapter.marks)
    other = ConversationKeys(ELSEWHERE)
    await store(
        redis_client,
        says(
            "look",
            lane=Lane.DESK,
            place=ELSEWHERE,
            opens_thread="a title",
            marks=CaseStatus.RESOLVED,
        ),
        says("in the thread", lane=Lane.DESK),
    )
    await deliver(engine, Lane.DESK)
    assert adapter.threads() == threads
    assert adapter.marks == marks
    assert not await run_command(redis_client, "EXISTS", other.state)
    assert adapter.texts(threads[0])[-1] == "in the thread"
    conversation, _ = await Mailbox(redis_client, deadline=5, lease_seconds=5).read(CUSTOMER)
    assert conversation.case is not None
    assert conversation.case.thread == threads[0]


async def test_refused_there_the_thread_hears_of_it_and_the_lane_goes_on(
    redis_client: Redis,
) -> None:
    adapter = RecordingAdapter(refuses={ELSEWHERE})
    engine = await a_case(redis_client, adapter)
    [thread] = adapter.threads()
    notice = OutgoingMessage(text="they do not see it")
    await store(
        redis_client,
        says("one", lane=Lane.DESK, place=ELSEWHERE, if_refused=notice),
        says("two", lane=Lane.DESK),
    )
    await deliver_all(engine, redis_client, Lane.DESK)
    assert sorted(adapter.texts(thread)[-2:]) == ["they do not see it", "two"]
    assert adapter.texts(DESK) == []


async def test_relays_of_a_slow_lane_are_not_joined_over_places(redis_client: Redis) -> None:
    adapter = MoodyPlatform(moods=deque(["busy"]))
    engine = build_engine(redis_client, adapter, EchoHandler(), options=QUICK)
    await store(
        redis_client,
        says("a"),
        says("b"),
        says("c", place=ELSEWHERE),
        says("d", place=ELSEWHERE),
        says("e"),
        says("f"),
    )
    await deliver_all(engine, redis_client)
    assert adapter.texts(ELSEWHERE) == ["c", "d"]
    assert adapter.texts(CUSTOMER) == ["a\n\nb", "e\n\nf"]


async def test_relays_that_ping_are_not_joined_for_each_has_its_own_people(
    redis_client: Redis,
) -> None:
    adapter = MoodyPlatform(moods=deque(["busy"]))
    engine = build_engine(redis_client, adapter, EchoHandler(), options=QUICK)
    pinging = says("b")
    pinging = replace(pinging, message=replace(pinging.message, notifies=("ana",)))
    await store(redis_client, says("a"), pinging, says("c"), says("d"))
    await deliver_all(engine, redis_client)
    assert adapter.texts(CUSTOMER) == ["a", "b", "c\n\nd"]
    assert [item.message.notifies for item in adapter.shown] == [(), ("ana",), ()]
