"""Nothing is lost when nobody knows whether it arrived, and what may be doubled is counted."""

import pytest
from redis.asyncio import Redis
from telegram import Bot
from telegram.error import TelegramError

from adapters.telegram.errors import is_certain, translate
from adapters.telegram.wire import Wire
from bot.vocabulary.errors import ConnectionLostError
from bot.vocabulary.messages import OutgoingMessage
from tests.adapters.telegram_faults.kit import ANSWER, UNCLEAR, counted, until_sent
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import TelegramStage, TelegramUnderTest, an_adapter
from tests.platforms.telegram.world import CUSTOMER, TOKEN


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("name", UNCLEAR)
async def test_an_unclear_end_in_a_private_chat_shows_the_answer_once(
    there: TelegramUnderTest, name: str, times: int
) -> None:
    found, resent = counted("found"), counted("resent")
    there.server.faults["sendMessage"].extend([UNCLEAR[name]] * times)
    met = await until_sent(there.adapter, there.conversation)
    assert await there.shown(there.conversation) == ["Yes, we ship there."]
    assert set(met) == {"ConnectionLostError"}
    committed = "after" in name
    assert counted("found") - found == committed
    assert counted("resent") - resent == (0 if committed else times)


@pytest.mark.parametrize("name", ["dropped_after", "502_after"])
async def test_the_next_process_finds_what_a_dead_one_has_sent(
    there: TelegramUnderTest, redis_client: Redis, name: str
) -> None:
    there.server.faults["sendMessage"].append(UNCLEAR[name])
    with pytest.raises(ConnectionLostError):
        await there.adapter.send(there.conversation, ANSWER, key="k1")
    other = an_adapter(there.stage, redis_client)
    await other.send(there.conversation, ANSWER, key="k1")
    await other.close()
    assert await there.shown(there.conversation) == ["Yes, we ship there."]


async def test_other_messages_stay_as_they_are_when_one_is_looked_for(
    there: TelegramUnderTest,
) -> None:
    await there.adapter.send(there.conversation, OutgoingMessage(text="Before."), key="k0")
    there.server.faults["sendMessage"].append(UNCLEAR["dropped"])
    with pytest.raises(ConnectionLostError):
        await there.adapter.send(there.conversation, ANSWER, key="k1")
    await there.stage.write(there.conversation, "Hello?")
    await there.adapter.send(there.conversation, OutgoingMessage(text="Between."), key="k2")
    await there.adapter.send(there.conversation, ANSWER, key="k1")
    shown = await there.shown(there.conversation)
    assert shown == ["Before.", "Between.", "Yes, we ship there."]


async def test_where_nothing_can_be_looked_for_it_is_sent_again_and_counted(
    there: TelegramUnderTest,
) -> None:
    thread = await there.adapter.open_thread(there.channel, "R-1", ANSWER, key="k0")
    resent = counted("resent")
    there.server.faults["sendMessage"].append(UNCLEAR["dropped_after"])
    met = await until_sent(there.adapter, thread.conversation)
    assert met == ["ConnectionLostError"]
    assert await there.shown(thread.conversation) == ["Yes, we ship there."] * 3
    assert counted("resent") - resent == 1
    assert there.server.called("editMessageText") == [], "another topic's message may be there"


@pytest.mark.parametrize("times", [2, 3])
async def test_each_copy_that_may_be_to_be_seen_is_counted(
    there: TelegramUnderTest, times: int
) -> None:
    thread = await there.adapter.open_thread(there.channel, "R-1", ANSWER, key="k0")
    before = len(await there.shown(thread.conversation))
    resent = counted("resent")
    there.server.faults["sendMessage"] += [UNCLEAR["dropped_after"]] * times
    await until_sent(there.adapter, thread.conversation)
    copies = len(await there.shown(thread.conversation)) - before - 1
    assert copies == counted("resent") - resent == times


async def test_a_bot_that_has_seen_nothing_yet_sends_again(
    stage: TelegramStage, redis_client: Redis
) -> None:
    adapter = an_adapter(stage, redis_client)
    resent = counted("resent")
    stage.server.faults["sendMessage"].append(UNCLEAR["dropped_after"])
    await until_sent(adapter, stage.conversation)
    await adapter.close()
    assert len(stage.seen(stage.conversation)) == 2
    assert counted("resent") - resent == 1


async def test_an_unclear_topic_leaves_at_most_an_empty_twin(there: TelegramUnderTest) -> None:
    topics = counted("topic")
    there.server.faults["createForumTopic"].append(UNCLEAR["dropped_after"])
    with pytest.raises(ConnectionLostError):
        await there.adapter.open_thread(there.channel, "R-1", ANSWER, key="k1")
    opened = await there.adapter.open_thread(there.channel, "R-1", ANSWER, key="k1")
    first, second = there.stage.threads()
    assert opened.conversation == second
    assert await there.shown(first) == []
    assert await there.shown(second) == ["Yes, we ship there."]
    assert counted("topic") - topics == 1


async def test_what_never_left_is_simply_sent_later(
    there: TelegramUnderTest, redis_client: Redis
) -> None:
    before = counted("found") + counted("resent")
    gone = an_adapter(there.stage, redis_client, api_url="http://127.0.0.1:9", file_url="")
    with pytest.raises(ConnectionLostError, match="check the network"):
        await gone.send(there.conversation, ANSWER, key="k1")
    await gone.close()
    await there.adapter.send(there.conversation, ANSWER, key="k1")
    assert await there.shown(there.conversation) == ["Yes, we ship there."]
    assert counted("found") + counted("resent") == before


@pytest.mark.parametrize("name", ["500", "dropped_after"])
async def test_an_edit_with_an_unclear_end_is_repeated(there: TelegramUnderTest, name: str) -> None:
    await there.adapter.send(there.conversation, ANSWER, key="k1")
    there.server.faults["editMessageText"].append(UNCLEAR[name])
    changed = OutgoingMessage(text="No.")
    with pytest.raises(ConnectionLostError):
        await there.adapter.edit(there.conversation, changed, key="k1")
    await there.adapter.edit(there.conversation, changed, key="k1")
    assert await there.shown(there.conversation) == ["No."]


async def test_an_answer_that_does_not_come_is_an_unclear_end(stage: TelegramStage) -> None:
    wire = Wire(read_timeout=0.05)
    bot = Bot(TOKEN, base_url=f"{stage.server.base}/bot", request=wire)
    stage.server.faults["sendMessage"].append(Fault(kind="garbage", delay=0.3))
    with pytest.raises(TelegramError) as raised:
        await bot.send_message(CUSTOMER, "hello")
    await wire.shutdown()
    assert not is_certain(raised.value)
    assert isinstance(translate(raised.value), ConnectionLostError)
