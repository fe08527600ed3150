"""Each side sees that the other one writes and has seen; notes and strangers are nobody's business."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from redis.asyncio import Redis

from bot.engine.engine import Engine, EngineOptions
from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.messages import Author, ConversationRef
from bot.vocabulary.platforms import OnTyping, Sign
from tests.builders import a_customer, a_message, an_agent
from tests.engine.outbox.kit import CUSTOMER
from tests.engine_kit import EchoHandler, build_engine
from tests.fakes import RecordingAdapter


@dataclass
class AttentiveAdapter(RecordingAdapter):
    """A platform that tells who is writing and can mark messages; a slow one takes its time."""

    on_typing: OnTyping | None = None
    slow: bool = False
    broken: bool = False
    typings: list[ConversationRef] = field(default_factory=list[ConversationRef])
    signs: list[tuple[ConversationRef, str, Sign]] = field(
        default_factory=list[tuple[ConversationRef, str, Sign]]
    )

    async def writing(self, conversation: ConversationRef) -> None:
        self.typings.append(conversation)

    async def react(self, conversation: ConversationRef, message_id: str, sign: Sign) -> None:
        if self.slow:
            await asyncio.Event().wait()
        if self.broken:
            raise DeliveryError("It breaks its promise.")
        self.signs.append((conversation, message_id, sign))


@dataclass
class Opened:
    """A case in its thread, which nobody has claimed."""

    engine: Engine
    adapter: AttentiveAdapter
    thread: ConversationRef

    async def says(self, place: ConversationRef, text: str, author: Author) -> str:
        """Write, let the engine handle it, and let the signs be set; returns the message's id."""
        message = a_message(text, conversation=place, author=author)
        await self.engine.inbox.accept(message)
        await self.engine.worker.serve(str(place))
        await asyncio.sleep(0.05)
        return message.id

    async def types(self, place: ConversationRef, author: Author) -> list[ConversationRef]:
        """Let somebody begin to write; returns where the other side sees it."""
        assert self.adapter.on_typing is not None
        self.adapter.typings.clear()
        await self.adapter.on_typing(place, author)
        return self.adapter.typings


@asynccontextmanager
async def a_case(redis: Redis, *, receipts: bool = True) -> AsyncGenerator[Opened]:
    adapter = AttentiveAdapter()
    options = EngineOptions(join=0, lease=1.0, aside=0.2, receipts=receipts)
    engine = build_engine(redis, adapter, EchoHandler(), options=options)
    await engine.inbox.accept(a_message("human", conversation=CUSTOMER))
    await engine.worker.serve(str(CUSTOMER))
    (thread,) = adapter.threads()
    async with asyncio.TaskGroup() as tasks:
        marking = tasks.create_task(engine.presences.run())
        yield Opened(engine=engine, adapter=adapter, thread=thread)
        marking.cancel()


@pytest.fixture
async def case(redis_client: Redis) -> AsyncIterator[Opened]:
    async with a_case(redis_client) as opened:
        yield opened


async def test_a_customer_s_writing_is_seen_in_the_thread(case: Opened) -> None:
    assert await case.types(CUSTOMER, a_customer()) == [case.thread]
    stranger = replace(CUSTOMER, channel_id="nobody-knows")
    assert await case.types(stranger, a_customer()) == []


async def test_the_writing_of_who_has_the_case_is_seen_by_the_customer(case: Opened) -> None:
    assert await case.types(case.thread, an_agent()) == []
    await case.says(case.thread, "/claim", an_agent())
    assert await case.types(case.thread, an_agent()) == [CUSTOMER]
    renamed = replace(an_agent(), display_name="Ana (support)")
    assert await case.types(case.thread, renamed) == [CUSTOMER]
    assert await case.types(case.thread, an_agent("Ben")) == []


async def test_after_the_end_nobody_s_writing_is_told(case: Opened) -> None:
    await case.says(case.thread, "/claim", an_agent())
    await case.says(case.thread, "/resolve", an_agent())
    assert await case.types(CUSTOMER, a_customer()) == []
    assert await case.types(case.thread, an_agent()) == []


async def test_a_message_is_seen_once_somebody_has_the_case(case: Opened) -> None:
    await case.says(CUSTOMER, "is anybody there?", a_customer())
    waited = await case.says(CUSTOMER, "hello?", a_customer())
    assert case.adapter.signs == []
    await case.says(case.thread, "/claim", an_agent())
    assert case.adapter.signs == [(CUSTOMER, waited, Sign.SEEN)]
    written = await case.says(CUSTOMER, "good", a_customer())
    assert case.adapter.signs[1:] == [(CUSTOMER, written, Sign.SEEN)]


async def test_an_agent_s_reply_is_delivered_and_a_note_is_not(case: Opened) -> None:
    await case.says(case.thread, "/claim", an_agent())
    await case.says(case.thread, "let us see", an_agent())
    case.adapter.signs.clear()
    reply = await case.says(case.thread, "/reply Hello", an_agent())
    assert case.adapter.signs == [(case.thread, reply, Sign.DELIVERED)]


async def test_a_sign_that_hangs_holds_up_nothing(case: Opened) -> None:
    await case.says(case.thread, "/claim", an_agent())
    case.adapter.signs.clear()
    case.adapter.slow = True
    for number in range(5):
        await case.says(CUSTOMER, f"message {number}", a_customer())
    assert case.adapter.texts(case.thread)[-1] == "message 4"
    assert case.adapter.signs == []


async def test_a_sign_that_fails_ends_nothing(case: Opened) -> None:
    case.adapter.broken = True
    await case.says(case.thread, "/claim", an_agent())
    case.adapter.broken = False
    written = await case.says(CUSTOMER, "good", a_customer())
    assert case.adapter.signs == [(CUSTOMER, written, Sign.SEEN)]


async def test_it_can_be_switched_off(redis_client: Redis) -> None:
    async with a_case(redis_client, receipts=False) as case:
        assert await case.types(CUSTOMER, a_customer()) == []
        await case.says(case.thread, "/claim", an_agent())
        await case.says(case.thread, "/reply Hello", an_agent())
        await case.says(CUSTOMER, "thanks", a_customer())
        assert case.adapter.signs == []
        case.engine.presences.is_on = True
        assert await case.types(CUSTOMER, a_customer()) == [case.thread]
        await case.says(CUSTOMER, "thanks again", a_customer())
        assert case.adapter.signs != []


async def test_a_platform_without_signs_goes_without(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    engine = build_engine(redis_client, adapter, EchoHandler())
    await engine.inbox.accept(a_message("human", conversation=CUSTOMER))
    await engine.worker.serve(str(CUSTOMER))
    (thread,) = adapter.threads()
    claim = a_message("/claim", conversation=thread, author=an_agent())
    await engine.inbox.accept(claim)
    await engine.worker.serve(str(thread))
    await engine.inbox.accept(a_message("thanks", conversation=CUSTOMER))
    await engine.worker.serve(str(CUSTOMER))
    assert adapter.texts(thread)[-1] == "thanks"
