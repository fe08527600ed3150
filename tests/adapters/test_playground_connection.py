"""The playground's connections: who may connect, who hears what, and what a broken one loses."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, WSMessageTypeError, WSServerHandshakeError
from redis.asyncio import Redis

from adapters.playground import PlaygroundAdapter, Transcript
from adapters.playground.feed import EVENTS_CHANNEL
from adapters.playground.parse import customer_conversation
from adapters.playground.sockets import FRAMES_A_SECOND, QUEUED_FRAMES
from bot.edge import HttpEdge
from bot.engine.client.connection import connect
from bot.vocabulary.errors import ConnectionLostError
from bot.vocabulary.messages import IncomingMessage, OutgoingMessage
from bot.vocabulary.platforms import Health
from tests.contracts.kit import PlatformEvent, RecordingIntake
from tests.playground.page import a_customer, opened, served
from tests.playground.under_test import (
    MARTA,
    NoRecords,
    PlaygroundUnderTest,
    an_adapter,
    playground,
)
from tests.servers import RealServer


@pytest.fixture
async def platform(redis_client: Redis) -> AsyncIterator[PlaygroundUnderTest]:
    async with playground(redis_client) as platform:
        yield platform


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
        with pytest.raises(ConnectionLostError):
            await adapter.retract(MARTA, key="k1")
        [finding] = await adapter.diagnose()
        assert finding.health is Health.BROKEN
        await adapter.typing(MARTA)
        private_redis_server.thaw()
        [finding] = await adapter.diagnose()
        assert finding.health is Health.GOOD
        assert (await page.act(type="say", id="event-0001", text="Question"))["type"] == "ack"
        await adapter.send(MARTA, OutgoingMessage(text="Answer"), key="k1")
        lines = await page.lines(str(MARTA))
        assert [line["text"] for line in lines] == ["Question", "Answer"]
    await redis.aclose()


async def test_a_page_that_leaves_while_it_is_served_is_no_error(
    redis_client: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    """Its ping waits behind its event; it can't be answered any more."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def take_long(_message: IncomingMessage) -> bool:
        begun.set()
        await go_on.wait()
        return True

    adapter = an_adapter(redis_client)
    async with served(adapter, take_long) as edge, opened(edge) as page:
        await page.send(type="say", id="event-0001", who=a_customer(), text="Question")
        await begun.wait()
        await page.socket.ping()
        connection = page.socket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()
        await asyncio.sleep(0.05)
        go_on.set()
        async with asyncio.timeout(5):
            while True:
                if not len(adapter._hub):
                    break
                await asyncio.sleep(0.01)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


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


async def test_a_page_that_does_not_keep_up_is_let_go_and_delays_nobody(
    platform: PlaygroundUnderTest,
) -> None:
    for number in range(QUEUED_FRAMES + 10):
        platform.adapter._hub.tell({"type": "typing", "conversation": str(number)})
    with pytest.raises(WSMessageTypeError, match="1013"):
        await platform.page.hear("never")
    async with opened(platform.edge) as other:
        await other.hello("marta")
        await platform.adapter.send(MARTA, OutgoingMessage(text="Heard."), key="k1")
        assert (await other.hear("line"))["line"]["text"] == "Heard."


async def test_a_hasty_page_is_slowed_down_and_loses_nothing(
    platform: PlaygroundUnderTest,
) -> None:
    # The second that is running may be nearly over; a whole one follows it.
    many = 3 * FRAMES_A_SECOND + 1
    began = time.monotonic()
    for _ in range(many):
        await platform.page.send(type="ping")
    for _ in range(many):
        await platform.page.hear("pong")
    assert time.monotonic() - began > 1.0


async def test_an_ending_server_lets_its_pages_go(redis_client: Redis) -> None:
    adapter = an_adapter(redis_client)
    async with served(adapter, RecordingIntake()) as edge, opened(edge) as page:
        await page.hello("marta")
        ended = asyncio.create_task(page.socket.receive())
        await asyncio.sleep(0)
    assert (await ended).data in {1001, None}


async def _never() -> bool:
    return False
