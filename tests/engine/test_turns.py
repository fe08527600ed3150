"""One worker's way through a turn: stored once, in order, joined, retried, given to a human."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.engine import EngineOptions
from bot.engine.keys import ConversationKeys
from bot.engine.receipts import Receipts
from bot.texts import say
from bot.vocabulary.messages import MessageKind
from bot.vocabulary.turns import DeskTurn, Plan, ShowDraft, Turn, unseen
from tests.builders import a_conversation, a_customer, a_message, a_press, an_agent
from tests.engine_kit import EchoHandler, NotingScheduler, build_engine, is_idle, outcome_of
from tests.fakes import RecordingAdapter


async def test_a_message_is_answered_once_and_its_outcome_is_kept(redis_client: Redis) -> None:
    adapter, scheduler = RecordingAdapter(), NotingScheduler()
    engine = build_engine(redis_client, adapter, EchoHandler(), scheduler=scheduler)
    message = a_message("hello")

    assert await engine.inbox.accept(message) is True
    assert await engine.inbox.accept(message) is False
    assert list(scheduler.wakes) == [str(message.conversation)]
    assert await outcome_of(redis_client, message) == "accepted"

    await engine.worker.serve(str(message.conversation))

    assert adapter.texts(message.conversation) == ["bot: hello"]
    assert await outcome_of(redis_client, message) == "answered"
    assert await is_idle(redis_client, message.conversation)
    receipts = await Receipts(redis_client, deadline=1).latest(message.conversation, 5)
    assert [receipt.question for receipt in receipts] == ["hello"]


async def test_quick_messages_become_one_turn(redis_client: Redis) -> None:
    adapter, handler = RecordingAdapter(), EchoHandler()
    options = EngineOptions(join=0.1, lease=2)
    engine = build_engine(redis_client, adapter, handler, options=options)
    await engine.inbox.accept(a_message("my parcel"))

    async def write_on() -> None:
        await asyncio.sleep(0.05)
        await engine.inbox.accept(a_message("is late"))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write_on())
        tasks.create_task(engine.worker.serve(str(a_conversation())))

    assert adapter.texts(a_conversation()) == ["bot: my parcel is late"]


async def test_a_command_is_never_joined_with_talk(redis_client: Redis) -> None:
    adapter, handler = RecordingAdapter(), EchoHandler()
    engine = build_engine(redis_client, adapter, handler)
    for message in (a_message("one"), a_message("two"), a_message("/help"), a_press("x")):
        await engine.inbox.accept(message)

    await engine.worker.serve(str(a_conversation()))

    assert [len(turn.messages) for turn in handler.turns] == [2, 1, 1]


async def test_what_two_people_say_at_once_are_two_turns(redis_client: Redis) -> None:
    """In a shared conversation an answer, a case and its rights belong to whoever asked."""
    adapter, handler = RecordingAdapter(), EchoHandler()
    engine = build_engine(redis_client, adapter, handler)
    dani = a_customer("Dani")
    said = (a_message("one"), a_message("two"), a_message("lol", author=dani), a_message("three"))
    for message in said:
        await engine.inbox.accept(message)

    await engine.worker.serve(str(a_conversation()))

    assert adapter.texts(a_conversation()) == ["bot: one two", "bot: lol", "bot: three"]
    assert await is_idle(redis_client, a_conversation())


async def test_an_edit_of_an_unanswered_message_replaces_it(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, EchoHandler())
    first = a_message("where is my oder")
    await engine.inbox.accept(first)
    edit = replace(first, event_key="edit", kind=MessageKind.EDITED, text="where is my order")
    await engine.inbox.accept(edit)

    await engine.worker.serve(str(first.conversation))

    assert adapter.texts(first.conversation) == ["bot: where is my order"]


class EditsMeanwhile(EchoHandler):
    """While the first answer is being made, the customer corrects the question."""

    def __init__(self) -> None:
        super().__init__()
        self.on_first_turn: asyncio.Event = asyncio.Event()
        self.go_on: asyncio.Event = asyncio.Event()

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        if not self.on_first_turn.is_set():
            self.on_first_turn.set()
            await self.go_on.wait()
        return await super().customer_turn(turn, show)


async def test_an_edit_during_the_answer_is_answered_instead(redis_client: Redis) -> None:
    adapter, handler = RecordingAdapter(), EditsMeanwhile()
    engine = build_engine(redis_client, adapter, handler)
    first = a_message("blue pan")
    await engine.inbox.accept(first)

    async def edit() -> None:
        await handler.on_first_turn.wait()
        await engine.inbox.accept(
            replace(first, event_key="edit", kind=MessageKind.EDITED, text="red pan")
        )
        handler.go_on.set()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(edit())
        tasks.create_task(engine.worker.serve(str(first.conversation)))

    assert adapter.texts(first.conversation) == ["bot: red pan"]


class Poisoned(EchoHandler):
    """Fails on one word, as a bug would."""

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        if any("poison" in message.text for message in turn.messages):
            raise RuntimeError("a bug")
        return await super().customer_turn(turn, show)


async def test_a_poisoned_message_goes_to_a_human_and_its_neighbours_live(
    redis_client: Redis,
) -> None:
    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, Poisoned())
    before, poison, after = a_message("before"), a_message("poison"), a_message("after")
    for message in (before, poison, after):
        await engine.inbox.accept(message)

    await engine.worker.serve(str(before.conversation))

    assert await outcome_of(redis_client, before) == "answered"
    assert await outcome_of(redis_client, poison) == "handed_over"
    assert await outcome_of(redis_client, after) == "relayed"
    assert await redis_client.xlen(ConversationKeys(before.conversation).dead) == 1
    assert len(adapter.threads()) == 1


async def test_a_dead_letter_holds_no_code_that_joins_accounts(redis_client: Redis) -> None:
    engine = build_engine(redis_client, RecordingAdapter(), Poisoned())
    for message in (a_message("poison"), a_message("/link 1234 5678")):
        await engine.inbox.accept(message)
    await engine.worker.serve(str(message.conversation))
    assert "1234" not in str(await redis_client.xrange(ConversationKeys(message.conversation).dead))


async def test_a_stuck_conversation_delays_no_other(redis_client: Redis) -> None:
    adapter, handler = RecordingAdapter(), EditsMeanwhile()
    engine = build_engine(redis_client, adapter, handler)
    stuck, other = a_message("stuck"), a_message("other", conversation=a_conversation("c2"))
    await engine.inbox.accept(stuck)
    await engine.inbox.accept(other)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine.worker.serve(str(stuck.conversation)))
        await handler.on_first_turn.wait()
        await engine.worker.serve(str(other.conversation))
        assert adapter.texts(other.conversation) == ["bot: other"]
        handler.go_on.set()
    assert adapter.texts(stuck.conversation) == ["bot: stuck"]


class PoisonedDesk(EchoHandler):
    """Fails on one word of an agent, as a bug would; with ``deaf`` even when it is to say so."""

    def __init__(self, *, deaf: bool) -> None:
        super().__init__()
        self._deaf = deaf

    @override
    async def desk_turn(self, turn: DeskTurn) -> Plan:
        if "poison" in turn.message.text and (self._deaf or turn.error is None):
            raise RuntimeError("a bug")
        return await super().desk_turn(turn)


@pytest.mark.parametrize("deaf", [False, True])
async def test_an_agent_is_told_what_could_not_be_done_and_the_next_words_live(
    redis_client: Redis,
    *,
    deaf: bool,
) -> None:
    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, PoisonedDesk(deaf=deaf))
    await engine.inbox.accept(a_message("a human please"))
    await engine.worker.serve(str(a_conversation()))
    [thread] = adapter.threads()
    for text in ("/claim", "/reply poison", "/reply hello"):
        await engine.inbox.accept(a_message(text, conversation=thread, author=an_agent()))

    async with asyncio.timeout(20):
        await engine.worker.serve(str(thread))

    assert adapter.texts(a_conversation())[-1] == "hello"
    assert adapter.texts(thread).count(say("handoff.failed_desk", "en")) == (0 if deaf else 1)
    assert await redis_client.xlen(ConversationKeys(thread).dead) == 1
    assert await is_idle(redis_client, thread)
