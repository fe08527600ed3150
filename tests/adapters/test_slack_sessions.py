"""Titles, the status while an answer is prepared, and agent sessions: seen, and never in the way."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.slack.api import SlackApi
from adapters.slack.chores import Chores
from bot.texts import say
from bot.vocabulary.messages import ConversationRef
from tests.contracts.kit import says
from tests.platforms.slack.faults import BROKEN, DROPPED, Fault, limited, refusal
from tests.platforms.slack.server import BOT_TOKEN
from tests.platforms.slack.stage import DIRECT, place
from tests.platforms.slack.under_test import SlackUnderTest, slack

STATUS, SESSION = "assistant.threads.setStatus", "agents.sessions.setStatus"
TITLE = "assistant.threads.setTitle"
PUBLIC = "C0PUBLIC01"


@pytest.fixture
async def platform(redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
    """A thread of the agent view, in which nobody has written yet."""
    async with slack(redis_client, draft_seconds=0.0) as under_test:
        head = under_test.stage.post(place(DIRECT), "Hello")["ts"]
        under_test.conversation = place(DIRECT, head)
        yield under_test


async def until(platform: SlackUnderTest, method: str, number: int = 1) -> list[dict[str, Any]]:
    async with asyncio.timeout(5):
        while len(platform.server.asked(method)) < number:  # noqa: ASYNC110 - the server has no signal
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    return platform.server.asked(method)


def session(platform: SlackUnderTest, where: ConversationRef | None = None) -> Mapping[str, Any]:
    seen = where or platform.conversation
    return platform.server.methods.sessions[seen.channel_id, seen.thread_id or ""]


async def test_the_first_question_is_the_title(platform: SlackUnderTest) -> None:
    write = platform.stage.write
    await write(platform.conversation, "/help")
    await write(platform.conversation, "Where  is\nmy <order> & co? " + "long " * 60)
    await write(platform.conversation, "Another question?")
    [title] = await until(platform, TITLE)
    assert title["title"].startswith("Where is my <order> & co? long")
    assert len(title["title"]) <= 200
    assert "\n" not in title["title"]
    assert session(platform) == {"status": "active", "title": title["title"]}


async def test_no_title_where_there_is_no_direct_thread(platform: SlackUnderTest) -> None:
    platform.server.workspace.add_channel(PUBLIC)
    await platform.stage.write(place(PUBLIC), "A question?")
    await platform.stage.write(place(DIRECT), "Another?")
    await platform.settle()
    assert platform.server.asked(TITLE) == []
    assert platform.server.methods.sessions == {}


@pytest.mark.parametrize(
    ("locale", "language"), [("es-ES", "es"), ("en-US", "en"), ("fi-FI", "en")]
)
async def test_the_status_is_in_the_language_of_the_customer(
    platform: SlackUnderTest, locale: str, language: str
) -> None:
    platform.server.workspace.users["U0CUSTOMER"]["locale"] = locale
    await platform.stage.write(platform.conversation, "Where is it?")
    await platform.adapter.typing(platform.conversation)
    [status] = platform.server.methods.statuses
    assert status["status"] == say("adapters.thinking", language)
    assert say("adapters.thinking_reading", language) in status["loading_messages"]


async def test_a_thread_is_at_work_until_the_answer(platform: SlackUnderTest) -> None:
    await platform.stage.write(platform.conversation, "Where is it?")
    for _ in range(3):
        await platform.adapter.typing(platform.conversation)
    assert session(platform)["status"] == "processing"
    assert [it["status"] for it in platform.server.asked(SESSION)].count("processing") == 1
    await platform.adapter.send(platform.conversation, says("Here."), key="k1")
    assert session(platform)["status"] == "active"
    asked = len(platform.server.asked(SESSION))
    await platform.adapter.send(platform.conversation, says("And here."), key="k2")
    assert len(platform.server.asked(SESSION)) == asked


@pytest.mark.parametrize("ends", ["send", "retract"])
async def test_a_status_set_over_a_draft_is_cleared(platform: SlackUnderTest, ends: str) -> None:
    await platform.stage.write(platform.conversation, "Where is it?")
    await platform.adapter.preview(platform.conversation, "It is ", key="k1")
    await platform.adapter.typing(platform.conversation)
    if ends == "send":
        await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
    else:
        await platform.adapter.retract(platform.conversation, key="k1")
    assert platform.server.methods.statuses[-1]["status"] == ""
    assert session(platform)["status"] == "active"


async def test_no_status_without_a_thread(platform: SlackUnderTest) -> None:
    await platform.adapter.typing(place(DIRECT))
    await platform.adapter.send(place(DIRECT), says("Here."), key="k1")
    assert platform.server.asked(STATUS) == []
    assert platform.server.asked(SESSION) == []


async def test_an_app_that_is_no_agent_is_not_asked_again(platform: SlackUnderTest) -> None:
    platform.server.methods.is_agent = False
    for number in range(3):
        await platform.stage.write(platform.conversation, "Where is it?")
        await platform.adapter.typing(platform.conversation)
        await platform.adapter.send(platform.conversation, says("Here."), key=f"k{number}")
    await until(platform, TITLE)
    assert len(platform.server.asked(SESSION)) == 1
    assert len(platform.server.methods.statuses) == 3


async def test_what_a_place_refuses_another_may_have(platform: SlackUnderTest) -> None:
    platform.server.faults.add(STATUS, refusal("invalid_thread_ts"))
    for _ in range(2):
        await platform.adapter.typing(platform.conversation)
    assert len(platform.server.methods.statuses) == 1


@pytest.mark.parametrize("fault", [DROPPED, BROKEN, limited(5), refusal("invalid_auth")])
@pytest.mark.parametrize("method", [STATUS, SESSION, TITLE])
async def test_nothing_of_it_is_ever_in_the_way(
    platform: SlackUnderTest, method: str, fault: Fault
) -> None:
    platform.server.faults.add(method, fault)
    await platform.stage.write(platform.conversation, "Where is it?")
    await until(platform, TITLE)
    await platform.adapter.typing(platform.conversation)
    await platform.adapter.send(platform.conversation, says("Here."), key="k1")
    assert list(await platform.shown(platform.conversation)) == ["Here."]
    assert len(platform.intake.handed) == 1


async def test_slack_is_not_waited_for(platform: SlackUnderTest) -> None:
    api = SlackApi(bot_token=BOT_TOKEN, app_token="", url=platform.server.api_url)
    chores = Chores(api, patience_seconds=0.05)
    platform.server.faults.add(STATUS, Fault(after=0.3))
    try:
        assert not await chores.call(STATUS, channel_id=DIRECT, thread_ts="1.0", status="x")
        assert await chores.call(STATUS, channel_id=DIRECT, thread_ts="1.0", status="y")
    finally:
        await api.close()


async def test_stop_ends_the_stream_and_the_work(platform: SlackUnderTest) -> None:
    await platform.stage.write(platform.conversation, "Where is it?")
    await platform.adapter.typing(platform.conversation)
    await platform.adapter.preview(platform.conversation, "It is in ", key="k1")
    [stream] = platform.server.methods.open_streams()
    platform.server.methods.close_stream(DIRECT, stream["ts"], by_a_person=True)
    stop = {
        "type": "agent_session_stopped",
        "user": "U0CUSTOMER",
        "channel": DIRECT,
        "thread_ts": platform.conversation.thread_id,
        "streaming_message_ts": [stream["ts"]],
        "event_ts": platform.server.workspace.new_ts(),
    }
    delivered = await platform.server.tell("events_api", platform.server.event(stop))
    assert delivered.acknowledged
    for _ in range(100):
        if session(platform)["status"] == "active":
            break
        await asyncio.sleep(0.01)
    assert session(platform)["status"] == "active"
    await platform.adapter.preview(platform.conversation, "It is in the second ", key="k1")
    assert list(await platform.shown(platform.conversation)) == ["It is in "]
    await platform.adapter.send(platform.conversation, says("It is here."), key="k1")
    assert list(await platform.shown(platform.conversation)) == ["It is here."]
    assert len(platform.intake.handed) == 1
