"""A reply that is seen while it is written: replaced by what is stored, void once people take over."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from adapters.playground import PlaygroundAdapter
from adapters.playground.transcript import Transcript
from bot.engine import codec
from bot.engine.cases import Cases
from bot.engine.engine import EngineOptions
from bot.engine.keys import ConversationKeys
from bot.engine.receipts import Receipts
from bot.vocabulary.turns import Lane, Plan, ShowDraft, Turn, unseen
from tests.builders import a_conversation, a_message, an_agent
from tests.engine.kit import KEYS, says, store
from tests.engine_kit import EchoHandler, build_engine
from tests.fakes import RecordingAdapter

ROOT = Path(__file__).parents[2]
CUSTOMER = a_conversation()
OPTIONS = EngineOptions(join=0, lease=0.3, draft=0)


@dataclass
class Writing(EchoHandler):
    """Writes word by word; waits before the last one until it may end."""

    words: tuple[str, ...] = ("One", "One two", "One two three")
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    wrote: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        super().__init__()

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        for text in self.words[:-1]:
            await show(text)
        self.wrote.set()
        await self.may_end.wait()
        await show(self.words[-1])
        return await super().customer_turn(turn, show)


async def test_a_draft_grows_and_is_replaced(redis_client: Redis) -> None:
    adapter, handler = RecordingAdapter(), Writing()
    handler.may_end.set()
    engine = build_engine(redis_client, adapter, handler, options=OPTIONS)
    await engine.inbox.accept(a_message("hi"))
    await engine.worker.serve(str(CUSTOMER))
    assert [text for _, text in adapter.previews] == list(handler.words)
    assert adapter.drafts == {}
    assert adapter.texts(CUSTOMER) == ["bot: hi"]
    [shown] = adapter.shown
    assert {key for key, _ in adapter.previews} == {shown.key}, "the reply takes the draft's place"


async def test_nothing_more_is_seen_once_an_agent_has_the_word(redis_client: Redis) -> None:
    """The agent claims while the bot writes: the draft is taken away and its answer is void."""
    adapter, handler = RecordingAdapter(), Writing()
    engine = build_engine(redis_client, adapter, handler, options=OPTIONS)
    desk = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await engine.inbox.accept(a_message("a human please"))
    await desk.worker.serve(str(CUSTOMER))
    [thread] = adapter.threads()
    await desk.inbox.accept(a_message("/return", conversation=thread, author=an_agent()))
    await desk.worker.serve(str(thread))

    await engine.inbox.accept(a_message("and now?"))
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(engine.worker.serve(str(CUSTOMER)))
        await handler.wrote.wait()
        assert list(adapter.drafts.values()) == ["One two"]
        await redis_client.hincrby(ConversationKeys(CUSTOMER).state, "version", 1)
        handler.may_end.set()
        await serving
    assert adapter.drafts == {}
    texts = [text for _, text in adapter.previews]
    assert texts[:2] == ["One", "One two"]
    assert texts.count("One two three") == 1, "only the turn that ran again could finish its draft"


async def test_a_draft_that_comes_to_nothing_is_taken_away(redis_client: Redis) -> None:
    class Failing(Writing):
        @override
        async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
            if turn.attempt == 1:
                await show("Half a sen")
                raise ValueError("a bug")
            return await EchoHandler.customer_turn(self, turn, show)

    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, Failing(), options=OPTIONS)
    await engine.inbox.accept(a_message("hi"))
    await engine.worker.serve(str(CUSTOMER))
    assert [text for _, text in adapter.previews] == ["Half a sen"]
    assert adapter.drafts == {}
    assert adapter.texts(CUSTOMER) == ["bot: hi"]


DYING_WORKER = """
import asyncio, sys
from bot.engine.client.connection import connect
from tests.engine.test_drafts import CUSTOMER, OPTIONS, Writing, a_page
from tests.engine_kit import build_engine

class Hanging(Writing):
    async def customer_turn(self, turn, show):
        await show("One two")
        print("writing", flush=True)
        await asyncio.sleep(60)

async def main(url):
    redis = connect(url, pool_size=8, deadline_seconds=5)
    await build_engine(redis, a_page(redis), Hanging(), options=OPTIONS).worker.serve(str(CUSTOMER))

asyncio.run(main(sys.argv[1]))
"""
"""A worker in a process of its own that shows a draft on the playground, and never ends its turn."""


@pytest.mark.processes
async def test_a_killed_workers_draft_is_taken_away_by_the_next(
    redis_client: Redis, redis_url: str
) -> None:
    page = a_page(redis_client)
    handler = EchoHandler()
    engine = build_engine(redis_client, page, handler, options=OPTIONS)
    await engine.inbox.accept(a_message("hi"))
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DYING_WORKER, redis_url), cwd=ROOT, stdout=PIPE
    )
    try:
        assert worker.stdout is not None
        assert await worker.stdout.readline() == b"writing\n"
        assert await seen(redis_client) == [("One two", True)]
    finally:
        worker.kill()
        await worker.wait()
    async with asyncio.timeout(10):
        await engine.worker.serve(str(CUSTOMER))
    assert [turn.attempt for turn in handler.turns] == [2], "it has taken the turn over"
    assert await seen(redis_client) == [("bot: hi", False)]


def a_page(redis: Redis) -> PlaygroundAdapter:
    """The playground: what it shows stands in Redis, where two processes see the same."""
    return PlaygroundAdapter(
        Transcript(redis), receipts=Receipts(redis, deadline=5), cases=Cases(redis, deadline=5)
    )


async def seen(redis: Redis) -> list[tuple[str, bool]]:
    """What the customer reads on the playground, and whether it is a draft."""
    lines = [stored.line for stored in await Transcript(redis).lines(CUSTOMER)]
    return [(line.text, line.draft) for line in lines if not line.deleted]


@pytest.mark.parametrize("what", ["preview", "typing"])
async def test_a_platform_that_hangs_does_not_hold_the_turn(redis_client: Redis, what: str) -> None:
    asked = 0

    async def hang(*_: object, **__: object) -> None:
        nonlocal asked
        asked += 1
        await asyncio.Event().wait()

    adapter, handler = RecordingAdapter(), Writing()
    handler.may_end.set()
    setattr(adapter, what, hang)
    options = replace(OPTIONS, aside=0.05)
    engine = build_engine(redis_client, adapter, handler, options=options)
    await engine.inbox.accept(a_message("hi"))
    async with asyncio.timeout(2):
        await engine.worker.serve(str(CUSTOMER))
    assert adapter.texts(CUSTOMER) == ["bot: hi"]
    assert asked == 1, "what hangs is not asked again in the same turn"


async def test_a_draft_that_cannot_be_taken_away_does_not_hold_the_next_turn(
    redis_client: Redis,
) -> None:
    class Failing(Writing):
        @override
        async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
            if turn.attempt == 1:
                await show("Half a sen")
                raise ValueError("a bug")
            return await EchoHandler.customer_turn(self, turn, show)

    async def hang(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    adapter = RecordingAdapter()
    adapter.retract = hang
    options = replace(OPTIONS, send=0.05)
    engine = build_engine(redis_client, adapter, Failing(), options=options)
    await engine.inbox.accept(a_message("hi"))
    async with asyncio.timeout(3):
        await engine.worker.serve(str(CUSTOMER))
    assert adapter.texts(CUSTOMER) == ["bot: hi"]


async def test_drafts_are_paced(redis_client: Redis) -> None:
    adapter, handler = RecordingAdapter(), Writing()
    handler.may_end.set()
    slow = replace(OPTIONS, draft=60)
    engine = build_engine(redis_client, adapter, handler, options=slow)
    await engine.inbox.accept(a_message("hi"))
    await engine.worker.serve(str(CUSTOMER))
    assert [text for _, text in adapter.previews] == ["One"]


async def test_the_draft_of_a_withheld_answer_is_taken_away(redis_client: Redis) -> None:
    """It was stored, but the conversation changed hands before it could take its draft's place."""
    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, EchoHandler())
    await store(redis_client, says("all of it", fenced=True))
    [text] = await redis_client.lrange(KEYS.lane(Lane.CUSTOMER), 0, -1)
    adapter.drafts[codec.loads(codec.delivery, str(text)).id] = "all"
    await redis_client.hincrby(KEYS.state, "epoch", 1)
    await engine.sender.deliver(KEYS.lane_name(Lane.CUSTOMER))
    assert adapter.drafts == {}
    assert adapter.shown == []
