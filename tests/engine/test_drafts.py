"""A reply that is seen while it is written: replaced by what is stored, void once people take over."""

import asyncio
from dataclasses import dataclass, field, replace

from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.engine import EngineOptions
from bot.engine.keys import ConversationKeys
from bot.vocabulary.turns import Plan, ShowDraft, Turn, unseen
from tests.builders import a_conversation, a_message, an_agent
from tests.engine_kit import EchoHandler, NotingScheduler, build_engine
from tests.fakes import RecordingAdapter

CUSTOMER = a_conversation()
OPTIONS = EngineOptions(join=0, lease=0.3, draft=0)


@dataclass
class Writing(EchoHandler):
    """Writes word by word; waits before the last one until it may end."""

    words: tuple[str, ...] = ("One", "One two", "One two three")
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    wrote: asyncio.Event = field(default_factory=asyncio.Event)
    dies: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        for text in self.words[:-1]:
            await show(text)
        self.wrote.set()
        await self.may_end.wait()
        if self.dies:
            raise asyncio.CancelledError
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


async def test_a_dead_workers_draft_is_taken_away_by_the_next(redis_client: Redis) -> None:
    adapter, dying = RecordingAdapter(), Writing(dies=True)
    scheduler = NotingScheduler()
    first = build_engine(redis_client, adapter, dying, scheduler=scheduler, options=OPTIONS)
    await first.inbox.accept(a_message("hi"))
    serving = asyncio.ensure_future(first.worker.serve(str(CUSTOMER)))
    await dying.wrote.wait()
    before = dict(adapter.drafts)
    assert list(before.values()) == ["One two"]
    # A killed process tidies nothing up: its draft is put back after the cancellation has done so.
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    adapter.drafts |= before
    await asyncio.sleep(0.35)
    second = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await second.worker.serve(str(CUSTOMER))
    assert adapter.drafts == {}
    assert adapter.texts(CUSTOMER) == ["bot: hi"]


async def test_drafts_are_paced(redis_client: Redis) -> None:
    adapter, handler = RecordingAdapter(), Writing()
    handler.may_end.set()
    slow = replace(OPTIONS, draft=60)
    engine = build_engine(redis_client, adapter, handler, options=slow)
    await engine.inbox.accept(a_message("hi"))
    await engine.worker.serve(str(CUSTOMER))
    assert [text for _, text in adapter.previews] == ["One"]
