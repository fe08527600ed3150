"""The playground as a platform: the contract of adapters, and what is its own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from redis.asyncio import Redis

from adapters.playground import PlaygroundAdapter, Transcript
from adapters.playground.feed import EVENTS_CHANNEL
from adapters.playground.parse import TEXT_BYTES, customer_conversation, desk_thread
from bot.edge import HttpEdge
from bot.engine.connection import connect
from bot.vocabulary.cases import Case
from bot.vocabulary.errors import ConnectionLostError, DeliveryError
from bot.vocabulary.messages import (
    Button,
    ConversationRef,
    Link,
    MessageKind,
    OutgoingMessage,
)
from bot.vocabulary.turns import Receipt
from tests.contracts.adapter_contract import AdapterContract, PlatformEvent, RecordingIntake
from tests.playground.page import Page, a_customer, an_agent, opened, served
from tests.servers import RealServer

MARTA = customer_conversation("marta")
TYPES = {
    MessageKind.NEW: "say",
    MessageKind.EDITED: "edit",
    MessageKind.DELETED: "delete",
    MessageKind.PRESSED: "press",
}


class NoRecords:
    """A core that has neither receipts nor cases yet; it keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[ConversationRef] = []

    async def latest(self, conversation: ConversationRef, limit: int) -> Sequence[Receipt]:
        self.asked.append(conversation)
        return ()[:limit]

    async def of_thread(self, thread: ConversationRef) -> Case | None:
        self.asked.append(thread)
        return None


def an_adapter(redis: Redis) -> PlaygroundAdapter:
    return PlaygroundAdapter(Transcript(redis), receipts=NoRecords(), cases=NoRecords())


@dataclass
class PlaygroundUnderTest:
    adapter: PlaygroundAdapter
    intake: RecordingIntake
    page: Page
    edge: HttpEdge
    conversation: ConversationRef = MARTA
    channel: ConversationRef = PlaygroundAdapter.desk

    async def receive(self, event: PlatformEvent) -> bool:
        frame = {"id": event.id, "text": event.text, "target": event.target, "action": event.action}
        return (await self.page.act(type=TYPES[event.kind], **frame))["type"] == "ack"

    async def shown(self, conversation: ConversationRef) -> Sequence[str]:
        lines = await self.page.lines(str(conversation), thread=conversation.thread_id)
        return [line["text"] for line in lines if not line["authorId"]]

    async def settle(self) -> None:
        await self.page.settle()


@pytest.fixture
async def platform(redis_client: Redis) -> AsyncIterator[PlaygroundUnderTest]:
    adapter, intake = an_adapter(redis_client), RecordingIntake()
    async with served(adapter, intake) as edge, opened(edge) as page:
        await page.hello("marta")
        yield PlaygroundUnderTest(adapter=adapter, intake=intake, page=page, edge=edge)


class TestContract(AdapterContract):
    """The playground keeps the contract of all platforms."""


async def test_an_event_brings_who_where_and_in_which_language(
    platform: PlaygroundUnderTest,
) -> None:
    await platform.page.act(type="say", id="event-0001", text="Hi", who=a_customer(locale="es"))
    [message] = platform.intake.handed
    assert message.event_key == "pg-event-0001"
    assert message.id == "event-0001"
    assert (message.author.user_id, message.author.display_name) == ("marta", "Marta")
    assert message.author.locale == "es"
    assert message.is_direct


async def test_an_agent_speaks_in_a_thread(platform: PlaygroundUnderTest) -> None:
    opened_thread = await platform.adapter.open_thread(
        platform.channel, "A case", OutgoingMessage(text="Card."), key="k1"
    )
    thread = opened_thread.conversation.thread_id
    said = {"type": "say", "who": an_agent(), "thread": thread}
    assert (await platform.page.act(**said, id="event-0001", text="/reply Hi"))["type"] == "ack"
    [message] = platform.intake.handed
    assert message.conversation == opened_thread.conversation
    assert message.text == "/reply Hi"
    assert not message.is_direct


async def test_what_is_typed_stands_in_the_transcript_and_above_its_answer(
    platform: PlaygroundUnderTest,
) -> None:
    await platform.receive(PlatformEvent(id="event-0001", text="Question"))
    await platform.adapter.send(MARTA, OutgoingMessage(text="Answer"), key="k1")
    lines = await platform.page.lines(str(MARTA))
    assert [(line["text"], line["voice"], line["accepted"]) for line in lines] == [
        ("Question", "customer", True),
        ("Answer", "bot", True),
    ]


async def test_what_was_not_stored_is_shown_as_waiting_and_once_when_it_is(
    platform: PlaygroundUnderTest,
) -> None:
    event = PlatformEvent(id="event-0001", text="Question")
    platform.intake.failing = True
    await platform.receive(event)
    [line] = await platform.page.lines(str(MARTA))
    assert not line["accepted"]
    platform.intake.failing = False
    await platform.receive(event)
    [line] = await platform.page.lines(str(MARTA))
    assert line["accepted"]


async def test_an_edit_and_a_deletion_change_the_line_for_everyone(
    platform: PlaygroundUnderTest,
) -> None:
    await platform.receive(PlatformEvent(id="event-0001", text="teh"))
    async with opened(platform.edge) as other:
        await other.hello("marta")
        await platform.receive(
            PlatformEvent(id="event-0002", kind=MessageKind.EDITED, target="event-0001", text="the")
        )
        line = (await other.hear("line"))["line"]
        assert (line["text"], line["edited"]) == ("the", True)
        await platform.receive(
            PlatformEvent(id="event-0003", kind=MessageKind.DELETED, target="event-0001")
        )
        line = (await other.hear("line"))["line"]
        assert (line["text"], line["source"], line["deleted"]) == ("", "", True)


@pytest.mark.parametrize("kind", [MessageKind.EDITED, MessageKind.DELETED])
async def test_nobody_changes_what_another_has_written(
    platform: PlaygroundUnderTest, kind: MessageKind
) -> None:
    sent = await platform.adapter.send(MARTA, OutgoingMessage(text="Answer"), key="k1")
    event = PlatformEvent(id="event-0001", kind=kind, target=sent.message_id, text="Mine")
    answer = await platform.page.act(type=TYPES[kind], id=event.id, target=event.target, text="x")
    assert (answer["type"], answer["reason"]) == ("refused", "not_yours")
    assert platform.intake.handed == []


async def test_a_customer_reaches_no_message_of_another(platform: PlaygroundUnderTest) -> None:
    await platform.receive(PlatformEvent(id="event-0001", text="Mine"))
    answer = await platform.page.act(
        type="delete", id="event-0002", target="event-0001", who=a_customer("liam")
    )
    assert (answer["type"], answer["reason"]) == ("refused", "gone")


async def test_only_an_offered_button_can_be_pressed(platform: PlaygroundUnderTest) -> None:
    message = OutgoingMessage(text="Well?", buttons=(Button(action="human", label="Person"),))
    sent = await platform.adapter.send(MARTA, message, key="k1")
    press = {"type": "press", "target": sent.message_id}
    answer = await platform.page.act(**press, id="event-0001", action="case:claim")
    assert (answer["type"], answer["reason"]) == ("refused", "not_yours")
    assert (await platform.page.act(**press, id="event-0002", action="human"))["type"] == "ack"
    [line] = await platform.page.lines(str(MARTA))
    assert line["pressed"] == "human"


async def test_a_case_can_be_acted_on_at_any_time(platform: PlaygroundUnderTest) -> None:
    card = await platform.adapter.open_thread(
        platform.channel, "A case", OutgoingMessage(text="Card."), key="k1"
    )
    answer = await platform.page.act(
        type="press",
        id="event-0001",
        who=an_agent(),
        thread=card.conversation.thread_id,
        target=card.message_id,
        action="case:release",
    )
    assert answer["type"] == "ack"
    assert platform.intake.handed[0].action == "case:release"


async def test_a_text_that_is_too_long_is_refused_with_a_word(
    platform: PlaygroundUnderTest,
) -> None:
    fits = await platform.page.act(type="say", id="event-0001", text="é" * (TEXT_BYTES // 2))
    assert fits["type"] == "ack"
    answer = await platform.page.act(
        type="say", id="event-0002", text="é" * (TEXT_BYTES // 2) + "x"
    )
    assert answer == {"type": "refused", "id": "event-0002", "reason": "too_long"}
    assert len(platform.intake.handed) == 1


async def test_half_a_character_is_replaced(platform: PlaygroundUnderTest) -> None:
    await platform.page.act(type="say", id="event-0001", text="a\ud83d!")
    assert platform.intake.handed[0].text == "a\N{REPLACEMENT CHARACTER}!"
    await platform.adapter.send(MARTA, OutgoingMessage(text="b\udc00!"), key="k1")
    assert len(await platform.page.lines(str(MARTA))) == 2


async def test_a_page_hears_its_customers_and_the_desk_and_nobody_else(
    platform: PlaygroundUnderTest,
) -> None:
    thread = await platform.adapter.open_thread(
        platform.channel, "A case", OutgoingMessage(text="Card."), key="k1"
    )
    hidden = OutgoingMessage(text="For Liam.")
    await platform.adapter.send(customer_conversation("liam"), hidden, key="k2")
    await platform.adapter.send(MARTA, OutgoingMessage(text="For Marta."), key="k3")
    heard = await platform.page.hear("line", conversation=str(MARTA))
    assert heard["line"]["text"] == "For Marta."
    conversations = {frame.get("conversation") for frame in platform.page.frames}
    assert str(thread.conversation) in conversations
    assert str(customer_conversation("liam")) not in conversations


async def test_every_process_shows_what_any_process_sends(
    platform: PlaygroundUnderTest, redis_client: Redis
) -> None:
    worker = an_adapter(redis_client)
    await worker.typing(MARTA)
    await worker.send(MARTA, OutgoingMessage(text="From a worker."), key="k1")
    assert (await platform.page.hear("typing"))["conversation"] == str(MARTA)
    assert (await platform.page.hear("line"))["line"]["text"] == "From a worker."


async def test_a_stored_turn_is_passed_on(
    platform: PlaygroundUnderTest, redis_client: Redis
) -> None:
    for text in ("not json", "[]", '{"receipt": 1}', f'{{"conversation": "{MARTA}"}}'):
        await redis_client.execute_command("PUBLISH", EVENTS_CHANNEL, text)  # pyright: ignore[reportUnknownMemberType]
    assert (await platform.page.hear("turn"))["conversation"] == str(MARTA)


async def test_a_message_carries_its_sources_and_its_speaker(
    platform: PlaygroundUnderTest,
) -> None:
    links = (Link(title="Care", url="https://shop.example/c"), Link(title="X", url="javascript:x"))
    said = OutgoingMessage(text="*Hi*", sources=links, speaker="Ana")
    await platform.adapter.send(MARTA, said, key="k1")
    line = (await platform.page.hear("line"))["line"]
    assert (line["voice"], line["name"]) == ("agent", "Ana")
    assert [source["url"] for source in line["sources"]] == ["https://shop.example/c", None]
    assert line["body"] == [{"is": "p", "of": [{"is": "em", "of": ["Hi"]}]}]


async def test_what_can_not_be_shown_is_refused(platform: PlaygroundUnderTest) -> None:
    with pytest.raises(DeliveryError, match=r"playground:demo:<customer>"):
        await platform.adapter.send(platform.channel, OutgoingMessage(text="x"), key="k1")
    with pytest.raises(DeliveryError, match=r"playground:desk"):
        await platform.adapter.open_thread(MARTA, "x", OutgoingMessage(text="x"), key="k1")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://evil.example:1", "Host": "evil.example:1"},
        {"Origin": "http://[", "Host": "["},
    ],
)
async def test_only_its_own_page_may_connect(
    platform: PlaygroundUnderTest, headers: dict[str, str]
) -> None:
    url = f"http://127.0.0.1:{platform.edge.port}/playground/ws"
    async with ClientSession() as session:
        with pytest.raises(WSServerHandshakeError) as refused:
            await session.ws_connect(url, headers=headers)
    assert refused.value.status in {400, 403}


async def test_the_page_its_files_and_texts_are_served(platform: PlaygroundUnderTest) -> None:
    base = f"http://127.0.0.1:{platform.edge.port}"
    async with ClientSession() as session:
        page = await session.get(base)
        assert page.url.path == "/playground"
        assert "<script>" not in await page.text()
        script = await session.get(f"{base}/playground/static/app.js")
        assert script.content_type.endswith("javascript")
        texts = await (await session.get(f"{base}/playground/texts")).json()
    assert texts["en"].keys() == texts["es"].keys()
    assert texts["es"]["send"] == "Enviar"


async def test_without_the_core_no_page_is_taken(redis_client: Redis) -> None:
    adapter = an_adapter(redis_client)
    async with HttpEdge("127.0.0.1", 0, routes=adapter.routes(), ready=_never) as edge:
        origin = f"http://127.0.0.1:{edge.port}"
        async with ClientSession() as session:
            with pytest.raises(WSServerHandshakeError) as refused:
                await session.ws_connect(f"{origin}/playground/ws", origin=origin)
    assert refused.value.status == 503


async def test_a_frozen_redis_makes_the_page_wait_and_send_again(
    private_redis_server: RealServer,
) -> None:
    redis = connect(private_redis_server.url, pool_size=8, deadline_seconds=0.3)
    adapter = PlaygroundAdapter(
        Transcript(redis, deadline=0.3), receipts=NoRecords(), cases=NoRecords()
    )
    intake = RecordingIntake()
    async with served(adapter, intake) as edge, opened(edge) as page:
        await page.hello("marta")
        private_redis_server.freeze()
        answer = await page.act(type="say", id="event-0001", text="Question")
        assert answer == {"type": "retry", "id": "event-0001"}
        with pytest.raises(ConnectionLostError):
            await adapter.send(MARTA, OutgoingMessage(text="Answer"), key="k1")
        await adapter.typing(MARTA)
        private_redis_server.thaw()
        assert (await page.act(type="say", id="event-0001", text="Question"))["type"] == "ack"
        await adapter.send(MARTA, OutgoingMessage(text="Answer"), key="k1")
        lines = await page.lines(str(MARTA))
        assert [line["text"] for line in lines] == ["Question", "Answer"]
    await redis.aclose()


async def test_a_lost_subscription_is_opened_again_and_the_page_asks_anew(
    platform: PlaygroundUnderTest, redis_client: Redis
) -> None:
    await redis_client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")  # pyright: ignore[reportUnknownMemberType]
    await platform.page.hear("resync")
    await platform.adapter.send(MARTA, OutgoingMessage(text="Heard."), key="k1")
    assert (await platform.page.hear("line"))["line"]["text"] == "Heard."


async def test_a_page_that_sends_nonsense_is_told_and_stays(platform: PlaygroundUnderTest) -> None:
    for nonsense in ("", "[]", "{", '{"type": "steal"}', '{"type": "hello", "customers": [1]}'):
        await platform.page.socket.send_str(nonsense)
        assert (await platform.page.hear("refused"))["reason"] == "not_understood"
    assert await platform.receive(PlatformEvent(id="event-0001"))


async def test_an_ending_server_lets_its_pages_go(redis_client: Redis) -> None:
    adapter = an_adapter(redis_client)
    async with served(adapter, RecordingIntake()) as edge, opened(edge) as page:
        await page.hello("marta")
        ended = asyncio.create_task(page.socket.receive())
        await asyncio.sleep(0)
    assert (await ended).data in {1001, None}


async def test_thread_ids_are_safe_to_show(platform: PlaygroundUnderTest) -> None:
    key = "case:" + "ü" * 500 + "\ud800"
    sent = await platform.adapter.open_thread(
        platform.channel, "T" * 999, OutgoingMessage(text="Card."), key=key
    )
    thread = sent.conversation.thread_id
    assert thread
    assert desk_thread(thread) == sent.conversation
    [shown] = (await platform.page.hello("marta"))["threads"]
    assert len(shown["title"]) == 200


async def _never() -> bool:
    return False
