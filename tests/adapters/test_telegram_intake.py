"""How updates of Telegram reach the core: stored first, in order, one bad one alone, by one process."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis
from typing_extensions import override

from adapters.telegram import Pace, TelegramAdapter
from adapters.telegram.parse import KINDS
from adapters.telegram.webhook import Order, chat_of, complete_webhook
from bot.engine.client.connection import connect
from bot.vocabulary.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionLostError,
    StateUnavailableError,
)
from bot.vocabulary.messages import Button, MessageKind, OutgoingMessage, Platform
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import (
    SECRET,
    TelegramStage,
    TelegramUnderTest,
    an_adapter,
    place,
    running,
    telegram,
    telegram_stage,
)
from tests.platforms.telegram.world import BOT, CUSTOMER, GROUP, TOKEN
from tests.servers import RealServer
from tests.tools import adapter_tools


@pytest.fixture
async def there(redis_client: Redis) -> AsyncIterator[TelegramUnderTest]:
    async with telegram(redis_client) as under_test:
        yield under_test


@pytest.fixture
async def called(redis_client: Redis) -> AsyncIterator[TelegramUnderTest]:
    """A bot that Telegram calls."""
    async with telegram(redis_client, webhook=True) as under_test:
        yield under_test


@pytest.fixture
async def stage() -> AsyncIterator[TelegramStage]:
    async with telegram_stage() as stage:
        yield stage


def texts(intake: RecordingIntake) -> list[str]:
    return [message.text for message in intake.handed]


async def write(there: TelegramUnderTest, *words: str) -> None:
    for text in words:
        await there.stage.write(there.conversation, text)


# Long polling

BAD: list[dict[str, Any]] = [
    {"message": {"date": 1}},
    {"message": 5},
    {"message": {"message_id": 1, "date": 10**20, "chat": {"id": 1, "type": "private"}}},
    {"callback_query": {"id": []}},
    {"edited_message": {"message_id": 1, "date": 1, "chat": {"id": "no", "type": 5}}},
    {"unheard_of": {"x": 1}},
    {},
]


@pytest.mark.parametrize("content", BAD, ids=range(len(BAD)))
async def test_one_bad_update_stops_nothing(
    there: TelegramUnderTest, content: dict[str, Any]
) -> None:
    await write(there, "before")
    bad = await there.server.emit(checked=False, **content)
    await write(there, "after")
    await there.until_handed(2)
    assert texts(there.intake) == ["before", "after"]
    assert await there.server.until_confirmed(bad["update_id"], seconds=2)
    polls = len(there.server.called("getUpdates"))
    assert polls < 10, "no hot loop"


async def test_a_bad_update_is_logged_by_its_number_and_kind_alone(
    there: TelegramUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    bad = await there.server.emit(checked=False, message={"text": "my secret", "date": 1})
    assert await there.server.until_confirmed(bad["update_id"], seconds=2)
    [record] = [record for record in caplog.records if "can't be read" in record.getMessage()]
    assert record.__dict__["update_id"] == bad["update_id"]
    assert record.__dict__["kinds"] == ["message"]
    assert "my secret" not in str(record.__dict__)


async def test_nothing_passes_an_update_that_is_not_stored(there: TelegramUnderTest) -> None:
    there.intake.failing = True
    await write(there, "one", "two", "three")
    first = there.server.updates[0]["update_id"]
    assert not await there.server.until_confirmed(first, seconds=0.4)
    there.intake.failing = False
    await there.until_handed(3)
    assert texts(there.intake) == ["one", "two", "three"]


async def test_what_was_not_stored_before_a_crash_comes_again(
    stage: TelegramStage, redis_client: Redis
) -> None:
    first, second = RecordingIntake(failing=True), RecordingIntake()
    async with running(an_adapter(stage, redis_client), first):
        await stage.ready()
        await stage.write(stage.conversation, "hello")
        await asyncio.sleep(0.1)
    async with running(an_adapter(stage, redis_client), second):
        under_test = TelegramUnderTest(an_adapter(stage, redis_client), second, stage)
        await under_test.until_handed(1)
        await under_test.adapter.close()
    assert texts(second) == ["hello"]
    assert not first.handed


async def test_what_was_stored_is_not_fetched_again_after_a_restart(
    stage: TelegramStage, redis_client: Redis
) -> None:
    intake = RecordingIntake()
    adapter = an_adapter(stage, redis_client)
    async with running(adapter, intake):
        await stage.ready()
        update = await stage.server.emit(message=_message(stage, "hello"))
        assert await stage.server.until_confirmed(update["update_id"], seconds=2)
    stage.server.calls.clear()
    async with running(an_adapter(stage, redis_client), intake):
        await stage.server.until_polled()
    [poll] = stage.server.called("getUpdates")
    assert poll["offset"] == update["update_id"] + 1
    assert texts(intake) == ["hello"]


async def test_an_old_offset_is_not_believed(stage: TelegramStage, redis_client: Redis) -> None:
    """After a silent week Telegram counts somewhere else: a stale offset would skip messages."""
    store = adapter_tools(redis_client, Platform.TELEGRAM).store
    await store.put("polling", {"offset": f"999999999@{time.time() - 25 * 3600:.0f}"})
    intake = RecordingIntake()
    async with running(an_adapter(stage, redis_client), intake):
        await stage.server.until_polled()
    assert "offset" not in stage.server.called("getUpdates")[0]


async def test_it_asks_for_all_that_it_uses_and_drops_nothing(there: TelegramUnderTest) -> None:
    assert there.server.called("getUpdates")[0]["allowed_updates"] == KINDS
    [deleted] = there.server.called("deleteWebhook")
    assert deleted == {"drop_pending_updates": False}


async def test_one_process_polls_and_the_next_takes_over(
    stage: TelegramStage, redis_client: Redis
) -> None:
    first, second = RecordingIntake(), RecordingIntake()
    async with running(an_adapter(stage, redis_client), second):
        await stage.ready()
        async with running(an_adapter(stage, redis_client), first) as waiting:
            await stage.write(stage.conversation, "one")
            await TelegramUnderTest(an_adapter(stage, redis_client), second, stage).until_handed(1)
            assert not waiting.done()
    assert texts(second) == ["one"]
    assert texts(first) == []
    began = time.monotonic()
    async with running(an_adapter(stage, redis_client), first):
        await stage.ready()
    assert time.monotonic() - began < 2, "a process that ends lets go of the lease"


async def test_a_process_that_died_is_replaced_when_its_lease_ends(
    stage: TelegramStage, redis_client: Redis
) -> None:
    store = adapter_tools(redis_client, Platform.TELEGRAM).store
    assert await store.lease("polling", "a dead process", 0.6)
    began = time.monotonic()
    adapter = an_adapter(stage, redis_client, pace=Pace(lease=0.6))
    async with running(adapter, RecordingIntake()):
        await stage.ready()
    assert 0.3 < time.monotonic() - began < 2


async def test_a_process_that_lost_its_lease_stops_polling(
    stage: TelegramStage, redis_client: Redis
) -> None:
    """It slept, and another one took over: two pollers would end each other's requests."""
    intake = RecordingIntake()
    adapter = an_adapter(stage, redis_client, pace=Pace(lease=0.4))
    async with running(adapter, intake):
        await stage.ready()
        await redis_client.set("rv:{telegram}:lease:polling", "another process", px=60_000)
        async with asyncio.timeout(2):
            while stage.server.waiting:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await stage.write(stage.conversation, "for the other one")
        await asyncio.sleep(0.2)
        assert intake.handed == []
        await redis_client.delete("rv:{telegram}:lease:polling")
        await TelegramUnderTest(adapter, intake, stage).until_handed(1)


async def test_another_poller_is_named(stage: TelegramStage, redis_client: Redis) -> None:
    stage.server.faults["getUpdates"].append(Fault(status=409, description="Conflict: other"))
    with pytest.raises(ConnectionLostError, match="Another program"):
        await _run(an_adapter(stage, redis_client))


async def test_two_pollers_without_a_common_store_are_named(
    stage: TelegramStage, redis_client: Redis
) -> None:
    async def poll_elsewhere() -> None:
        await stage.ready()
        await stage.server.poll_from_elsewhere()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(poll_elsewhere())
        with pytest.raises(ConnectionLostError, match="Another program"):
            await _run(an_adapter(stage, redis_client))


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "getUpdates"])
@pytest.mark.parametrize("kind", ["drop_before", "status"])
async def test_trouble_on_the_way_ends_the_run_for_the_supervisor(
    stage: TelegramStage, redis_client: Redis, method: str, kind: Any
) -> None:
    stage.server.faults[method].append(Fault(kind=kind, status=502))
    adapter = an_adapter(stage, redis_client)
    with pytest.raises(ConnectionLostError):
        await adapter.run(RecordingIntake())
    intake = RecordingIntake()
    async with running(adapter, intake):
        await stage.ready()
        await stage.write(stage.conversation, "still there?")
        await TelegramUnderTest(adapter, intake, stage).until_handed(1)


async def test_a_refused_token_ends_the_run_for_good(
    stage: TelegramStage, redis_client: Redis
) -> None:
    wrong = TOKEN.replace("test", "fake")
    with pytest.raises(AuthenticationError, match="BotFather") as raised:
        await _run(an_adapter(stage, redis_client, token=wrong))
    assert wrong not in str(raised.value)


async def test_an_update_is_handed_on_until_it_is_stored(
    stage: TelegramStage, redis_client: Redis
) -> None:
    class Failing(RecordingIntake):
        @override
        async def __call__(self, message: Any) -> bool:
            if len(self.handed) == 1:
                self.handed.append(message)
                raise StateUnavailableError("gone")
            return await super().__call__(message)

    intake = Failing()
    async with running(an_adapter(stage, redis_client), intake):
        await stage.ready()
        await stage.write(stage.conversation, "one")
        await stage.write(stage.conversation, "two")
        await TelegramUnderTest(an_adapter(stage, redis_client), intake, stage).until_handed(3)
    assert texts(intake) == ["one", "two", "two"]


async def test_a_restart_of_redis_is_waited_for(
    stage: TelegramStage, private_redis_server: RealServer
) -> None:
    client = connect(private_redis_server.url, pool_size=8, deadline_seconds=1)
    intake = RecordingIntake()
    adapter = an_adapter(stage, client)
    async with running(adapter, intake):
        await stage.ready()
        private_redis_server.kill()
        await stage.write(stage.conversation, "one")
        await stage.write(stage.conversation, "two")
        await TelegramUnderTest(adapter, intake, stage).until_handed(1)
        await asyncio.sleep(0.2)
        private_redis_server.start()
        await stage.write(stage.conversation, "three")
        async with asyncio.timeout(10):
            while "three" not in texts(intake):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    await client.aclose()
    assert list(dict.fromkeys(texts(intake))) == ["one", "two", "three"]


async def test_polling_waits_as_long_as_telegram_asks(
    stage: TelegramStage, redis_client: Redis
) -> None:
    stage.server.faults["getUpdates"].append(Fault(status=429, retry_after=1))
    began = time.monotonic()
    async with running(an_adapter(stage, redis_client), RecordingIntake()):
        await stage.ready()
    assert 1 <= time.monotonic() - began < 2


# Buttons and reactions

RATED = OutgoingMessage(
    text="Yes.",
    buttons=(Button(action="rate:up", label="Good"), Button(action="x" * 200, label="Long")),
)


async def test_a_rating_is_thanked_for_and_every_press_is_answered(
    there: TelegramUnderTest,
) -> None:
    sent = await there.adapter.send(there.conversation, RATED, key="k1")
    for action in ("rate:up", "x" * 200):
        await there.stage.press(there.conversation, sent.message_id, action)
    await there.until_handed(2)
    assert [message.action for message in there.intake.handed] == ["rate:up", "x" * 200]
    async with asyncio.timeout(2):
        await there.server.until_called("answerCallbackQuery", times=2)
    assert [toast for _, toast in there.server.answered] == ["Thanks, noted.", ""]


async def test_a_press_survives_a_restart(stage: TelegramStage, redis_client: Redis) -> None:
    """Also that of an action which is too long for a button, under a message that is long gone."""
    before = an_adapter(stage, redis_client)
    thread = await before.open_thread(stage.channel, "R-1", RATED, key="k1")
    await before.close()
    message = stage.server.world.messages[GROUP, int(thread.message_id)]
    old = {"chat": message["chat"], "message_id": message["message_id"], "date": 0}
    intake = RecordingIntake()
    async with running(an_adapter(stage, redis_client), intake):
        query = stage.query(message, "x" * 200) | {"message": old}
        await stage.server.emit(callback_query=query)
        await TelegramUnderTest(before, intake, stage).until_handed(1)
    [pressed] = intake.handed
    assert pressed.action == "x" * 200
    assert pressed.conversation == thread.conversation


async def test_an_answer_to_a_press_that_fails_harms_nothing(there: TelegramUnderTest) -> None:
    sent = await there.adapter.send(there.conversation, RATED, key="k1")
    there.server.faults["answerCallbackQuery"].append(
        Fault(status=400, description="Bad Request: query is too old")
    )
    await there.stage.press(there.conversation, sent.message_id, "rate:up")
    await there.until_handed(1)
    await write(there, "after")
    await there.until_handed(2)


async def test_reactions_count_on_the_bots_messages_alone(there: TelegramUnderTest) -> None:
    theirs = await there.stage.write(there.conversation, "Do you ship?")
    ours = await there.adapter.send(there.conversation, RATED, key="k1")
    await there.stage.react(there.conversation, theirs, "down")
    await there.stage.react(there.conversation, ours.message_id, "up")
    await there.until_handed(2)
    _, rated = there.intake.handed
    assert (rated.kind, rated.action, rated.id) == (
        MessageKind.PRESSED,
        "rate:up",
        ours.message_id,
    )


async def test_a_reaction_in_a_topic_finds_its_thread(there: TelegramUnderTest) -> None:
    thread = await there.adapter.open_thread(there.channel, "R-1", RATED, key="k1")
    await there.stage.react(there.channel, thread.message_id, "up")
    await there.until_handed(1)
    assert there.intake.handed[0].conversation == thread.conversation


# The webhook


async def post(there: TelegramUnderTest, body: bytes, **headers: str) -> tuple[int, str]:
    async with (
        ClientSession() as session,
        session.post(there.server.webhook["url"], data=body, headers=headers) as response,
    ):
        return response.status, await response.text()


async def test_the_webhook_is_registered_with_secret_and_kinds(called: TelegramUnderTest) -> None:
    [registered] = called.server.called("setWebhook")
    assert registered["secret_token"] == SECRET
    assert registered["allowed_updates"] == KINDS
    assert registered["drop_pending_updates"] is False
    assert called.server.called("getUpdates") == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET.upper()},
        {"X-Telegram-Bot-Api-Secret-Token": "ünicode"},
        {"Authorization": SECRET},
    ],
)
async def test_strangers_are_refused_in_the_same_words(
    called: TelegramUnderTest, headers: dict[str, str]
) -> None:
    body = b'{"update_id": 1}'
    assert await post(called, body, **headers) == (401, "wrong secret\n")
    assert called.intake.handed == []


async def test_a_body_that_is_no_json_is_refused(called: TelegramUnderTest) -> None:
    status, _ = await post(called, b"{", **{"X-Telegram-Bot-Api-Secret-Token": SECRET})
    assert status == 400


@pytest.mark.parametrize("content", BAD, ids=range(len(BAD)))
async def test_a_bad_update_is_not_delivered_for_ever(
    called: TelegramUnderTest, content: dict[str, Any]
) -> None:
    assert await called.server.deliver({"update_id": 1, **content}) == 200
    assert called.intake.handed == []


async def test_an_update_that_is_not_stored_is_not_accepted(called: TelegramUnderTest) -> None:
    called.intake.failing = True
    update = {"update_id": 1, "message": _message(called.stage, "hello")}
    assert await called.server.deliver(update) == 503
    called.intake.failing = False
    assert await called.server.deliver(update) == 200
    assert texts(called.intake) == ["hello"]


async def test_parallel_deliveries_keep_their_order(called: TelegramUnderTest) -> None:
    updates = [
        {"update_id": 100 + number, "message": _message(called.stage, f"n{number}")}
        for number in range(12)
    ]
    shuffled = [updates[index] for index in (0, 3, 1, 2, 7, 5, 6, 4, 11, 9, 8, 10)]
    async with asyncio.TaskGroup() as tasks:
        for update in shuffled:
            tasks.create_task(called.server.deliver(update))
    assert texts(called.intake) == [f"n{number}" for number in range(12)]


async def test_one_chat_does_not_wait_for_another() -> None:
    order = Order()
    one = {"update_id": 5, "message": {"chat": {"id": 1}}}
    other = {"update_id": 6, "message": {"chat": {"id": 2}}}
    async with order.turn(one), asyncio.timeout(1), order.turn(other):
        pass


async def test_an_update_that_fails_lets_the_next_one_through() -> None:
    order = Order()
    with pytest.raises(StateUnavailableError):
        async with order.turn({"update_id": 5, "message": {"chat": {"id": 1}}}):
            raise StateUnavailableError("gone")
    async with asyncio.timeout(1), order.turn({"update_id": 6, "message": {"chat": {"id": 1}}}):
        pass


@pytest.mark.parametrize(
    ("raw", "chat"),
    [
        ({"update_id": 1, "message": {"chat": {"id": 7}}}, 7),
        ({"update_id": 1, "callback_query": {"message": {"chat": {"id": 7}}}}, 7),
        ({"update_id": 1, "message_reaction": {"chat": {"id": 7}}}, 7),
        ({"update_id": 1, "message": {"chat": 7}}, None),
        ({"update_id": 1}, None),
        ([], None),
    ],
)
def test_the_chat_of_an_update(raw: object, chat: int | None) -> None:
    assert chat_of(raw) == chat


@pytest.mark.parametrize("secret", ["", "with space", "ü", "x" * 257, "a\n"])
async def test_a_webhook_without_a_fit_secret_is_refused(
    stage: TelegramStage, redis_client: Redis, secret: str
) -> None:
    with pytest.raises(ConfigurationError, match="webhook_secret"):
        an_adapter(stage, redis_client, webhook_url="https://h", webhook_secret=secret)


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ("https://bot.example.com", "https://bot.example.com/telegram/webhook"),
        ("https://bot.example.com/", "https://bot.example.com/telegram/webhook"),
        ("https://bot.example.com/hooks/tg", "https://bot.example.com/hooks/tg"),
    ],
)
def test_the_webhooks_address_is_completed(given: str, full: str) -> None:
    assert complete_webhook(given) == full


@pytest.mark.parametrize("url", ["bot.example.com", "ftp://x", "https://", ""])
def test_a_webhook_that_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="webhook_url"):
        complete_webhook(url)


@pytest.mark.parametrize("token", ["", "abc", "123", "123:", ":abc", "123:a b", "123:abc\n"])
async def test_what_is_no_token_is_refused_without_repeating_it(
    stage: TelegramStage, redis_client: Redis, token: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"telegram\.token") as raised:
        an_adapter(stage, redis_client, token=token)
    assert not token or token not in str(raised.value)


# Elsewhere


async def test_groups_and_the_desk(there: TelegramUnderTest) -> None:
    opened = await there.adapter.open_thread(there.channel, "R-1", RATED, key="k1")
    agent = there.stage.agent
    await there.stage.write(opened.conversation, "not yet known as the desk", who=agent)
    assert (await there.adapter.locate(str(GROUP))) == there.channel
    await there.stage.write(opened.conversation, "plain talk", who=agent)
    await there.stage.write(there.channel, "in the general topic", who=agent)
    there.server.world.add_group(-1007, forum=False)
    await there.stage.write(place(-1007), "among friends")
    await there.stage.write(place(-1007), "@relevo_bot a question")
    await there.until_handed(2)
    assert texts(there.intake) == ["plain talk", "a question"]
    assert there.intake.handed[0].conversation == opened.conversation


async def test_a_group_that_tells_that_it_moves_is_followed(there: TelegramUnderTest) -> None:
    world = there.server.world
    world.add_group(-77, forum=False)
    message = world.put(-77, there.stage.user(None), migrate_to_chat_id=GROUP)
    await there.server.emit(message=message)
    await write(there, "after")
    await there.until_handed(1)
    await there.adapter.send(place(-77), OutgoingMessage(text="Hi."), key="k1")
    assert await there.shown(there.channel) == ["Hi."]


async def test_files_of_people_can_be_fetched(there: TelegramUnderTest) -> None:
    await there.stage.write(there.conversation, "see", files=[("a.txt", b"one"), ("b.txt", b"two")])
    await there.until_handed(2)
    first, second = there.intake.handed
    assert (first.text, second.text) == ("see", "")
    [attachment] = second.attachments
    file = await there.adapter.download(attachment, most_bytes=100)
    assert (file.name, file.content) == ("b.txt", b"two")


async def test_menus_are_set_once_in_both_languages(
    stage: TelegramStage, redis_client: Redis
) -> None:
    adapter = an_adapter(stage, redis_client)
    await adapter.locate(str(GROUP))
    async with running(adapter, RecordingIntake()):
        async with asyncio.timeout(2):
            await stage.server.until_called("setMyCommands", times=4)
    scopes = [
        (call["scope"]["type"], call.get("language_code"))
        for call in stage.server.called("setMyCommands")
    ]
    assert scopes == [
        ("all_private_chats", None),
        ("all_private_chats", "es"),
        ("chat", None),
        ("chat", "es"),
    ]
    again = an_adapter(stage, redis_client)
    await again.locate(str(GROUP))
    async with running(again, RecordingIntake()):
        await stage.ready()
    assert len(stage.server.called("setMyCommands")) == 4


def _message(stage: TelegramStage, text: str) -> dict[str, Any]:
    return stage.server.world.put(CUSTOMER, stage.user(None), text=text)


async def _run(adapter: TelegramAdapter) -> None:
    try:
        async with asyncio.timeout(5):
            await adapter.run(RecordingIntake())
    finally:
        await adapter.close()


def test_the_stage_has_a_bot() -> None:
    assert BOT["is_bot"]
