"""What Telegram refuses has its error, tells no token, and is gone round where that is possible."""

import traceback

import pytest
from redis.asyncio import Redis
from telegram.error import BadRequest

from adapters.telegram import calls
from adapters.telegram.errors import translate
from bot.vocabulary.errors import (
    AdapterError,
    AuthenticationError,
    ConnectionLostError,
    DeliveryError,
)
from bot.vocabulary.messages import OutgoingMessage
from tests.adapters.telegram_faults.kit import ANSWER, UNCLEAR, counted
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import TelegramUnderTest, an_adapter, place
from tests.platforms.telegram.world import AGENT, CUSTOMER, GROUP, TOKEN


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


def test_a_reason_of_telegrams_never_tells_the_token() -> None:
    error = translate(BadRequest(f"no such path /bot{TOKEN}/sendMessage"))
    assert TOKEN not in str(error)
    assert "sendMessage" in str(error)


async def test_entities_that_telegram_refuses_are_left_out(there: TelegramUnderTest) -> None:
    there.server.faults["sendMessage"].append(
        Fault(status=400, description="Bad Request: ENTITY_BOUNDS_INVALID")
    )
    answer = OutgoingMessage(text="**Yes**, ask @ana_ruiz or help@shop.example.")
    await there.adapter.send(there.conversation, answer, key="k1")
    assert await there.shown(there.conversation) == ["Yes, ask @ana_ruiz or help@shop.example."]
    assert not there.server.called("sendMessage")[-1]["entities"]


async def test_a_fault_of_ours_is_no_unclear_end(
    there: TelegramUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object, **_more: object) -> None:
        raise TypeError("a fault of ours")

    refusal = Fault(status=400, description="Bad Request: ENTITY_BOUNDS_INVALID")
    there.server.faults["sendMessage"].append(refusal)
    monkeypatch.setattr(calls, "bare", fail)
    with pytest.raises(TypeError, match="a fault of ours"):
        await there.adapter.send(there.conversation, OutgoingMessage(text="**Yes**"), key="k1")
    assert await there.shown(there.conversation) == []


async def test_an_edit_is_shown_without_refused_entities_too(there: TelegramUnderTest) -> None:
    await there.adapter.send(there.channel, OutgoingMessage(text="Wait."), key="k1")
    refusal = Fault(status=400, description="Bad Request: wrong message entity")
    answer = OutgoingMessage(text="**Yes**, ask @ana_ruiz.")
    for _ in range(2):
        there.server.faults["editMessageText"].append(refusal)
        await there.adapter.edit(there.channel, answer, key="k1")
        assert await there.shown(there.channel) == ["Yes, ask ＠ana_ruiz."]
    assert there.stage.pings() == 0


async def test_a_message_that_lost_its_entities_is_found_again(there: TelegramUnderTest) -> None:
    """Its answer is lost, and the look-up asks for entities that Telegram refuses again."""
    await there.adapter.send(there.conversation, OutgoingMessage(text="Hi."), key="k0")
    refusal = Fault(status=400, description="Bad Request: wrong message entity")
    there.server.faults["sendMessage"] += [refusal, Fault(kind="commit_then_drop")]
    there.server.faults["editMessageText"].append(refusal)
    answer = OutgoingMessage(text="**Yes**.")
    with pytest.raises(ConnectionLostError):
        await there.adapter.send(there.conversation, answer, key="k1")
    await there.adapter.send(there.conversation, answer, key="k1")
    assert await there.shown(there.conversation) == ["Hi.", "Yes."]


async def test_names_lose_their_entities_in_a_group_and_still_notify_nobody(
    there: TelegramUnderTest,
) -> None:
    there.server.faults["sendMessage"].append(
        Fault(status=400, description="Bad Request: ENTITY_BOUNDS_INVALID")
    )
    answer = OutgoingMessage(text="**Yes**, ask @ana_ruiz or help@shop.example.")
    await there.adapter.send(there.channel, answer, key="k1")
    assert there.stage.pings() == 0
    assert await there.shown(there.channel) == ["Yes, ask ＠ana_ruiz or help@shop.example."]
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
