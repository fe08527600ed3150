"""What goes wrong on the way to Telegram: nothing is lost, and what may be doubled is counted."""

import asyncio
import traceback
from collections.abc import AsyncIterator

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from telegram import Bot
from telegram.error import BadRequest, TelegramError

from adapters.telegram import Pace, TelegramAdapter
from adapters.telegram.errors import is_certain, translate
from adapters.telegram.signs import DRAFT_SECONDS
from adapters.telegram.wire import Wire
from bot.vocabulary.errors import (
    AdapterError,
    AuthenticationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)
from bot.vocabulary.messages import (
    Attachment,
    Button,
    ConversationRef,
    File,
    OutgoingMessage,
    Platform,
)
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import (
    FAST,
    TelegramStage,
    TelegramUnderTest,
    an_adapter,
    place,
    telegram,
    telegram_stage,
)
from tests.platforms.telegram.world import AGENT, CUSTOMER, GROUP, TOKEN

ANSWER = OutgoingMessage(text="**Yes**, we ship there.", buttons=(Button(action="a", label="A"),))
NOTE = File(name="note.txt", content_type="text/plain", content=b"hello")


@pytest.fixture
async def there(redis_client: Redis) -> AsyncIterator[TelegramUnderTest]:
    """A bot that has just heard from its customer."""
    async with telegram(redis_client) as under_test:
        await under_test.stage.write(under_test.conversation, "Do you ship to Spain?")
        await under_test.until_handed(1)
        yield under_test


@pytest.fixture
async def stage() -> AsyncIterator[TelegramStage]:
    async with telegram_stage() as stage:
        yield stage


def counted(resolution: str) -> float:
    labels = {"platform": "telegram", "resolution": resolution}
    return REGISTRY.get_sample_value("relevo_ambiguous_sends_total", labels) or 0.0


async def until_sent(
    adapter: TelegramAdapter,
    conversation: ConversationRef,
    *,
    key: str = "k1",
    message: OutgoingMessage = ANSWER,
    files: tuple[File, ...] = (),
) -> list[str]:
    """Send as the outbox does, again and again; returns the names of the errors on the way."""
    met: list[str] = []
    for _ in range(8):
        try:
            await adapter.send(conversation, message, key=key, files=files)
        except AdapterError as error:
            met.append(type(error).__name__)
            if isinstance(error, RateLimitedError):
                await asyncio.sleep(min(error.retry_after, 0.05))
        else:
            return met
    raise AssertionError(f"never sent: {met}")


UNCLEAR = {
    "500": Fault(kind="status", status=500),
    "502": Fault(kind="status", status=502),
    "503": Fault(kind="status", status=503),
    "dropped": Fault(kind="drop_before"),
    "500_after": Fault(kind="commit_then_status", status=500),
    "502_after": Fault(kind="commit_then_status", status=502),
    "dropped_after": Fault(kind="commit_then_drop"),
    "garbage_after": Fault(kind="garbage"),
}


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
    assert counted("resent") - resent == (not committed)


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


@pytest.mark.parametrize("hint", [1, 65, 1336, None])
async def test_telegram_is_left_alone_as_long_as_it_asks(
    there: TelegramUnderTest, hint: int | None
) -> None:
    there.server.faults["sendMessage"].append(Fault(status=429, retry_after=hint))
    with pytest.raises(RateLimitedError) as first:
        await there.adapter.send(there.conversation, ANSWER, key="k1")
    assert first.value.retry_after == (hint or 5)
    calls = len(there.server.called("sendMessage"))
    if hint == 1:
        await there.adapter.send(there.conversation, ANSWER, key="k1")
        assert await there.shown(there.conversation) == ["Yes, we ship there."]
        return
    with pytest.raises(RateLimitedError) as second:
        await there.adapter.send(there.conversation, ANSWER, key="k2")
    assert second.value.retry_after == pytest.approx(hint or 5, abs=1)
    assert len(there.server.called("sendMessage")) == calls


async def test_a_refusal_for_speed_is_no_unclear_end(there: TelegramUnderTest) -> None:
    before = counted("found") + counted("resent")
    there.server.faults["sendMessage"].append(Fault(status=429, retry_after=1))
    assert await until_sent(there.adapter, there.conversation) != []
    assert await there.shown(there.conversation) == ["Yes, we ship there."]
    assert counted("found") + counted("resent") == before


@pytest.mark.parametrize(
    ("status", "description", "kind"),
    [
        (401, "Unauthorized", AuthenticationError),
        (403, "Forbidden: bot was blocked by the user", DeliveryError),
        (403, "Forbidden: user is deactivated", DeliveryError),
        (403, "Forbidden: bot was kicked from the supergroup chat", DeliveryError),
        (400, "Bad Request: chat not found", DeliveryError),
        (400, "Bad Request: TOPIC_CLOSED", DeliveryError),
        (413, "Request Entity Too Large", DeliveryError),
        (418, "I'm a teapot", DeliveryError),
        (409, "Conflict", ConnectionLostError),
    ],
)
async def test_refusals_have_their_error_and_leave_nothing_unclear(
    there: TelegramUnderTest, status: int, description: str, kind: type[AdapterError]
) -> None:
    before = counted("found") + counted("resent")
    fault = Fault(status=status, description=description)
    there.server.faults["sendMessage"].append(fault)
    with pytest.raises(kind):
        await there.adapter.send(there.conversation, ANSWER, key="k1")
    await there.adapter.send(there.conversation, ANSWER, key="k1")
    assert await there.shown(there.conversation) == ["Yes, we ship there."]
    assert counted("found") + counted("resent") == before


async def test_no_error_tells_the_token(
    there: TelegramUnderTest, redis_client: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    faults = [*UNCLEAR.values(), Fault(status=401), Fault(status=403), Fault(status=429)]
    for number, fault in enumerate(faults):
        there.server.faults["sendMessage"].append(fault)
        with pytest.raises(AdapterError) as raised:
            await there.adapter.send(there.conversation, ANSWER, key=f"k{number}")
        assert TOKEN not in "".join(traceback.format_exception(raised.value))
    gone = an_adapter(there.stage, redis_client, api_url="http://127.0.0.1:9", file_url="")
    with pytest.raises(ConnectionLostError) as raised:
        await gone.send(place(AGENT), ANSWER, key="gone")
    await gone.close()
    assert TOKEN not in "".join(traceback.format_exception(raised.value))
    assert TOKEN not in caplog.text
    assert ANSWER.text not in caplog.text


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


async def test_entities_that_telegram_refuses_are_left_out(there: TelegramUnderTest) -> None:
    there.server.faults["sendMessage"].append(
        Fault(status=400, description="Bad Request: ENTITY_BOUNDS_INVALID")
    )
    await there.adapter.send(there.conversation, ANSWER, key="k1")
    assert await there.shown(there.conversation) == ["Yes, we ship there."]
    assert not there.server.called("sendMessage")[-1]["entities"]


async def test_a_group_that_moved_is_followed(
    there: TelegramUnderTest,
) -> None:
    world = there.server.world
    world.add_group(-77, forum=False)
    world.moved[-77] = GROUP
    for key in ("k1", "k2"):
        await there.adapter.send(place(-77), ANSWER, key=key)
    assert await there.shown(place(GROUP)) == ["Yes, we ship there."] * 2
    sent_to = [call["chat_id"] for call in there.server.called("sendMessage")]
    assert sent_to == [-77, GROUP, GROUP], "the second message knows where to go"


async def test_a_private_topic_that_is_gone_does_not_swallow_the_answer(
    there: TelegramUnderTest,
) -> None:
    await there.adapter.send(place(CUSTOMER, 99), ANSWER, key="k1")
    assert await there.shown(place(CUSTOMER)) == ["Yes, we ship there."]


async def test_a_topic_of_the_desk_that_is_gone_is_an_error(there: TelegramUnderTest) -> None:
    with pytest.raises(DeliveryError, match="topic was deleted"):
        await there.adapter.send(place(GROUP, 99), ANSWER, key="k1")
    assert await there.shown(place(GROUP)) == []


@pytest.mark.parametrize("name", ["500", "dropped_after"])
async def test_an_edit_with_an_unclear_end_is_repeated(there: TelegramUnderTest, name: str) -> None:
    await there.adapter.send(there.conversation, ANSWER, key="k1")
    there.server.faults["editMessageText"].append(UNCLEAR[name])
    changed = OutgoingMessage(text="No.")
    with pytest.raises(ConnectionLostError):
        await there.adapter.edit(there.conversation, changed, key="k1")
    await there.adapter.edit(there.conversation, changed, key="k1")
    assert await there.shown(there.conversation) == ["No."]


async def test_a_file_that_came_through_is_not_sent_again(there: TelegramUnderTest) -> None:
    message = OutgoingMessage(text="Here.")
    other = File(name="other.txt", content_type="text/plain", content=b"other")
    there.server.faults["sendDocument"].append(Fault(status=403))
    await until_sent(there.adapter, there.conversation, message=message, files=(NOTE, other))
    seen = [item for item in there.stage.seen(there.conversation) if item.by_relevo]
    assert [item.text for item in seen] == ["Here.", "", ""]
    assert [item.files for item in seen[1:]] == [
        (("note.txt", b"hello"),),
        (("other.txt", b"other"),),
    ]


@pytest.mark.parametrize(
    ("size", "most", "fault", "kind"),
    [
        (10, 9, None, DeliveryError),
        (21_000_000, 30_000_000, None, DeliveryError),
        (10, 100, Fault(status=404), DeliveryError),
        (10, 100, Fault(status=502), ConnectionLostError),
    ],
)
async def test_files_that_do_not_come_through(
    there: TelegramUnderTest, size: int, most: int, fault: Fault | None, kind: type[AdapterError]
) -> None:
    file_id = there.server.keep_file(b"x" * size)
    if fault:
        there.server.faults["file"].append(fault)
    attachment = Attachment(
        name="a",
        content_type="text/plain",
        size_bytes=size,
        platform=Platform.TELEGRAM,
        file_id=file_id,
    )
    with pytest.raises(kind) as raised:
        await there.adapter.download(attachment, most_bytes=most)
    assert TOKEN not in "".join(traceback.format_exception(raised.value))


async def test_the_published_pace_is_kept(stage: TelegramStage, redis_client: Redis) -> None:
    """Three at once to one person, the fourth when a second has passed; a group is full for longer."""
    adapter = an_adapter(stage, redis_client, pace=Pace())
    began = asyncio.get_running_loop().time()
    for number in range(4):
        await adapter.send(stage.conversation, OutgoingMessage(text="x"), key=f"k{number}")
    assert 0.9 < asyncio.get_running_loop().time() - began < 2
    for number in range(5):
        await adapter.send(stage.channel, OutgoingMessage(text="x"), key=f"g{number}")
    with pytest.raises(RateLimitedError) as full:
        await adapter.send(stage.channel, OutgoingMessage(text="x"), key="g5")
    await adapter.close()
    assert 1.5 < full.value.retry_after <= 3
    assert len(stage.seen(stage.channel)) == 5


async def test_two_processes_share_the_pace(stage: TelegramStage, redis_client: Redis) -> None:
    pace = Pace(group=0.01, group_burst=4)
    adapters = [an_adapter(stage, redis_client, pace=pace) for _ in range(2)]
    sent = 0
    for number in range(6):
        try:
            message = OutgoingMessage(text="x")
            await adapters[number % 2].send(stage.channel, message, key=f"k{number}")
            sent += 1
        except RateLimitedError:
            pass
    for adapter in adapters:
        await adapter.close()
    assert sent == 4


async def test_an_answer_that_does_not_come_is_an_unclear_end(stage: TelegramStage) -> None:
    wire = Wire(read_timeout=0.05)
    bot = Bot(TOKEN, base_url=f"{stage.server.base}/bot", request=wire)
    stage.server.faults["sendMessage"].append(Fault(kind="garbage", delay=0.3))
    with pytest.raises(TelegramError) as raised:
        await bot.send_message(CUSTOMER, "hello")
    await wire.shutdown()
    assert not is_certain(raised.value)
    assert isinstance(translate(raised.value), ConnectionLostError)


LONG = OutgoingMessage(text="A sentence of words. " * 500)
SHORT = OutgoingMessage(text="Short.")


async def test_an_edit_may_need_more_or_fewer_pieces(there: TelegramUnderTest) -> None:
    await there.adapter.send(there.conversation, LONG, key="k1")
    pieces = await there.shown(there.conversation)
    assert len(pieces) == 3
    await there.adapter.edit(there.conversation, SHORT, key="k1")
    assert await there.shown(there.conversation) == ["Short."]
    for _ in range(2):
        await there.adapter.edit(there.conversation, LONG, key="k1")
        assert await there.shown(there.conversation) == pieces


async def test_what_was_taken_back_stays_away(there: TelegramUnderTest) -> None:
    await there.adapter.send(there.conversation, LONG, key="k1", files=(NOTE,))
    for _ in range(2):
        await there.adapter.retract(there.conversation, key="k1")
        assert await there.shown(there.conversation) == []
    await there.adapter.edit(there.conversation, SHORT, key="k1")
    await there.adapter.send(there.conversation, LONG, key="k1", files=(NOTE,))
    assert await there.shown(there.conversation) == []


async def test_what_a_person_has_deleted_is_taken_back_all_the_same(
    there: TelegramUnderTest,
) -> None:
    await there.adapter.send(there.conversation, SHORT, key="k1")
    there.server.world.messages.clear()
    await there.adapter.retract(there.conversation, key="k1")


async def test_what_is_too_old_to_be_taken_back_is_an_error(there: TelegramUnderTest) -> None:
    sent = await there.adapter.send(there.conversation, SHORT, key="k1")
    there.server.world.messages[CUSTOMER, int(sent.message_id)]["date"] -= 49 * 3600
    with pytest.raises(DeliveryError, match="48 hours"):
        await there.adapter.retract(there.conversation, key="k1")


async def test_an_edit_keeps_previews_off_and_changes_the_buttons(
    there: TelegramUnderTest,
) -> None:
    sent = await there.adapter.send(there.conversation, ANSWER, key="k1")
    message = there.server.world.messages[CUSTOMER, int(sent.message_id)]
    assert "reply_markup" in message
    link = OutgoingMessage(text="See https://shop.example/ and [here](https://shop.example/a).")
    await there.adapter.edit(there.conversation, link, key="k1")
    assert "reply_markup" not in message
    assert there.stage.unfurls() == 0
    assert len(there.server.called("editMessageText")) == 1


async def test_no_link_is_previewed(there: TelegramUnderTest) -> None:
    link = OutgoingMessage(text="See https://shop.example/ and [here](https://shop.example/a).")
    await there.adapter.send(there.conversation, link, key="k1")
    opened = await there.adapter.open_thread(there.channel, "R-1", link, key="k2")
    await there.adapter.send(opened.conversation, link, key="k3")
    assert there.stage.unfurls() == 0


def test_a_reason_of_telegrams_never_tells_the_token() -> None:
    error = translate(BadRequest(f"no such path /bot{TOKEN}/sendMessage"))
    assert TOKEN not in str(error)
    assert "sendMessage" in str(error)


async def test_in_groups_an_answer_hangs_on_its_question(there: TelegramUnderTest) -> None:
    there.server.world.add_group(-1007, forum=False)
    asked = await there.stage.write(place(-1007), "@relevo_bot hello")
    message = OutgoingMessage(text="Hi.", in_reply_to=asked)
    await there.adapter.send(place(-1007), message, key="k1")
    await there.adapter.send(there.conversation, message, key="k2")
    in_group, in_private = there.server.called("sendMessage")
    reply = {"message_id": int(asked), "allow_sending_without_reply": True}
    assert in_group["reply_parameters"] == reply
    assert "reply_parameters" not in in_private


async def test_typing_is_shown_once_in_a_while(there: TelegramUnderTest) -> None:
    there.server.faults["sendChatAction"].append(Fault(status=500))
    for _ in range(3):
        await there.adapter.typing(there.conversation)
    await there.adapter.typing(there.channel)
    assert len(there.server.called("sendChatAction")) == 2


async def test_an_answer_can_be_seen_while_it_is_written(there: TelegramUnderTest) -> None:
    drafts = there.server.world.drafts
    await there.adapter.preview(there.conversation, "We **ship", key="k1")
    await there.adapter.preview(there.conversation, "We **ship** to", key="k1")
    assert drafts == {CUSTOMER: "We **ship"}, "no more often than it is worth"
    await asyncio.sleep(DRAFT_SECONDS)
    await there.adapter.preview(there.conversation, "We **ship** to Spain", key="k1")
    assert drafts == {CUSTOMER: "We ship to Spain"}
    first, second = there.server.called("sendMessageDraft")
    assert first["draft_id"] == second["draft_id"] != 0
    await there.adapter.send(there.conversation, ANSWER, key="k1")
    assert drafts == {}
    assert await there.shown(there.conversation) == ["Yes, we ship there."]


async def test_nothing_is_left_of_an_answer_that_was_withheld(there: TelegramUnderTest) -> None:
    await there.adapter.preview(there.conversation, "I think that", key="k1")
    for _ in range(2):
        await there.adapter.retract(there.conversation, key="k1")
    assert there.server.world.drafts == {CUSTOMER: "Thinking…"}
    assert len(there.server.called("sendMessageDraft")) == 2


async def test_previews_never_raise(there: TelegramUnderTest) -> None:
    there.server.faults["sendMessageDraft"].append(Fault(status=429, retry_after=60))
    await there.adapter.preview(there.conversation, "a", key="k1")
    await asyncio.sleep(DRAFT_SECONDS)
    await there.adapter.preview(there.conversation, "ab", key="k1")
    await there.adapter.preview(there.channel, "a", key="k2")
    await there.adapter.preview(ConversationRef.parse("slack:T:C"), "a", key="k3")
    assert len(there.server.called("sendMessageDraft")) == 1, "it waits as long as it is told"
    there.server.world.add_person(7, "Eve")
    there.server.faults["sendMessageDraft"].append(Fault(kind="drop_before"))
    await there.adapter.preview(place(7), "a", key="k4")


def test_the_stage_is_no_slower_than_telegram() -> None:
    assert FAST.private > Pace().private
