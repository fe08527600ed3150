"""Updates are fetched in order, stored before they are confirmed, one bad one alone."""

import asyncio
import time
from typing import Any

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from adapters.telegram.parse import KINDS
from bot.engine.client.connection import connect
from bot.vocabulary.errors import AuthenticationError, ConnectionLostError, StateUnavailableError
from bot.vocabulary.messages import Platform
from tests.adapters.telegram_intake.kit import BAD, message_of, run_to_the_end, texts, write
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import TelegramStage, TelegramUnderTest, an_adapter, running
from tests.platforms.telegram.world import BOT, TOKEN
from tests.servers import RealServer
from tests.tools import adapter_tools


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
        update = await stage.server.emit(message=message_of(stage, "hello"))
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
    await store.put(f"polling:{BOT['id']}", {"offset": f"999999999@{time.time() - 25 * 3600:.0f}"})
    intake = RecordingIntake()
    async with running(an_adapter(stage, redis_client), intake):
        await stage.server.until_polled()
    assert "offset" not in stage.server.called("getUpdates")[0]


async def test_it_asks_for_all_that_it_uses_and_drops_nothing(there: TelegramUnderTest) -> None:
    assert there.server.called("getUpdates")[0]["allowed_updates"] == KINDS
    [deleted] = there.server.called("deleteWebhook")
    assert deleted == {"drop_pending_updates": False}


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
        await run_to_the_end(an_adapter(stage, redis_client, token=wrong))
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


async def test_a_server_that_does_not_wait_is_not_asked_all_the_time(
    stage: TelegramStage, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some servers of the Bot API that are not Telegram's know no long polling."""

    async def at_once(_fields: object) -> list[Any]:
        stage.server.waiting += 1
        return list(stage.server.updates)

    monkeypatch.setattr(stage.server, "_get_updates", at_once)
    adapter, intake = an_adapter(stage, redis_client), RecordingIntake()
    async with running(adapter, intake):
        await stage.ready()
        await asyncio.sleep(0.6)
        assert len(stage.server.called("getUpdates")) < 10
        await stage.write(stage.conversation, "hello")
        await TelegramUnderTest(adapter, intake, stage).until_handed(1)


async def test_polling_waits_as_long_as_telegram_asks(
    stage: TelegramStage, redis_client: Redis
) -> None:
    stage.server.faults["getUpdates"].append(Fault(status=429, retry_after=1))
    began = time.monotonic()
    async with running(an_adapter(stage, redis_client), RecordingIntake()):
        await stage.ready()
    assert 1 <= time.monotonic() - began < 2
