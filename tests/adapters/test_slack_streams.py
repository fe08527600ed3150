"""In a thread an answer grows as one of Slack's own streams, and its words take the place: once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from adapters.slack import SlackAdapter
from adapters.slack.growing import MOST_CHARACTERS, addition, beginning
from bot.vocabulary.errors import ConnectionLostError, RateLimitedError
from bot.vocabulary.messages import Button, OutgoingMessage, Platform
from tests.contracts.adapter_contract import AdapterContract
from tests.contracts.kit import says
from tests.platforms.slack.faults import (
    BROKEN,
    DONE_AND_BROKEN,
    DONE_AND_DROPPED,
    DROPPED,
    Fault,
    limited,
    refusal,
)
from tests.platforms.slack.server import APP_TOKEN, BOT_TOKEN
from tests.platforms.slack.stage import DIRECT, QUICK, place
from tests.platforms.slack.under_test import SlackUnderTest, slack
from tests.platforms.slack.workspace import TEAM, sets_off_in_markdown
from tests.platforms.stage import Someone
from tests.tools import adapter_tools

POST, UPDATE, DELETE = "chat.postMessage", "chat.update", "chat.delete"
START, APPEND, STOP = "chat.startStream", "chat.appendStream", "chat.stopStream"
PUBLIC = "C0PUBLIC01"
FINAL = OutgoingMessage(
    text="It is in the **second** drawer.", buttons=(Button(action="human", label="Ask"),)
)


async def asked_in(platform: SlackUnderTest, kind: str) -> None:
    """Let the customer ask in a thread: of a channel, or of the agent view."""
    stage = platform.stage
    if kind == "channel":
        stage.server.workspace.add_channel(PUBLIC)
        thread = await stage.write(place(PUBLIC), "Where is it?")
        platform.conversation = place(PUBLIC, thread)
    else:
        platform.conversation = place(DIRECT, stage.post(place(DIRECT), "Hello")["ts"])
        await stage.write(platform.conversation, "Where is it?")
    platform.intake.handed.clear()


@pytest.fixture(params=["channel", "direct"])
async def platform(
    redis_client: Redis, request: pytest.FixtureRequest
) -> AsyncIterator[SlackUnderTest]:
    async with slack(redis_client, draft_seconds=0.0) as under_test:
        await asked_in(under_test, request.param)
        yield under_test
        assert under_test.server.methods.open_streams() == []


class TestSlackInAThreadOfAChannel(AdapterContract):
    @pytest.fixture
    async def platform(self, redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
        async with slack(redis_client, draft_seconds=0.0) as under_test:
            await asked_in(under_test, "channel")
            yield under_test


class TestSlackInADirectThread(AdapterContract):
    @pytest.fixture
    async def platform(self, redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
        async with slack(redis_client, draft_seconds=0.0) as under_test:
            await asked_in(under_test, "direct")
            yield under_test


async def shown(platform: SlackUnderTest) -> list[str]:
    return list(await platform.shown(platform.conversation))


async def grow(platform: SlackUnderTest, *texts: str) -> None:
    for text in texts or ("It is in ", "It is in the **second** drawer"):
        await platform.adapter.preview(platform.conversation, text, key="k1")


async def send(platform: SlackUnderTest) -> str:
    return (await platform.adapter.send(platform.conversation, FINAL, key="k1")).message_id


def other_process(redis: Redis, platform: SlackUnderTest) -> SlackAdapter:
    return SlackAdapter(
        adapter_tools(redis, Platform.SLACK),
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        api_url=platform.server.api_url,
        pace=QUICK,
        draft_seconds=0.0,
    )


async def test_a_stream_grows_and_becomes_the_answer(platform: SlackUnderTest) -> None:
    await grow(platform)
    assert await shown(platform) == ["It is in the **second** "]
    [started] = platform.server.asked(START)
    assert (started["recipient_user_id"], started["recipient_team_id"]) == ("U0CUSTOMER", TEAM)
    assert [it["markdown_text"] for it in platform.server.asked(APPEND)] == ["the **second** "]
    sent = [await send(platform) for _ in range(2)]
    [seen] = [it for it in platform.stage.seen(platform.conversation) if it.by_relevo]
    assert (seen.id, seen.text) == (sent[0], "It is in the second drawer.")
    assert seen.actions == ("human",)
    assert sent[0] == sent[1]
    assert platform.server.asked(POST) == []
    assert len(platform.server.asked(STOP)) == 1
    metadata = platform.server.asked(UPDATE)[-1]["metadata"]
    assert metadata["event_payload"] == {"key": "k1", "piece": 0}


async def test_a_guest_of_another_company_is_streamed_to(platform: SlackUnderTest) -> None:
    stage, here = platform.stage, platform.conversation
    stage.server.workspace.add_user("U0STRANGER", "Zoe", team_id="T0ELSEWHERE")
    message = stage.post(here, "And mine?", who=Someone(user_id="U0STRANGER", name="Zoe"))
    [event] = stage.events_of(here, message)
    await platform.server.insist(
        "events_api", platform.server.event({**event, "team": "T0ELSEWHERE"})
    )
    await grow(platform, "It is in ")
    [started] = platform.server.asked(START)
    assert (started["recipient_user_id"], started["recipient_team_id"]) == (
        "U0STRANGER",
        "T0ELSEWHERE",
    )
    await platform.adapter.retract(here, key="k1")


async def test_a_writer_is_noted_once_and_never_in_the_desk(
    platform: SlackUnderTest, redis_client: Redis
) -> None:
    store = adapter_tools(redis_client, Platform.SLACK).store
    before = await store.read("writers")
    await platform.stage.write(platform.conversation, "Well?")
    opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k0")
    await platform.stage.write(opened.conversation, "A note", who=platform.stage.agent)
    assert len(platform.intake.handed) == 2
    assert await store.read("writers") == before
    assert len(before) == 1


async def test_where_no_one_wrote_a_message_grows(platform: SlackUnderTest) -> None:
    opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k0")
    await platform.adapter.preview(opened.conversation, "It is here", key="k1")
    assert platform.server.asked(START) == []
    assert await platform.shown(opened.conversation) == ["Card.", "It is here"]


@pytest.mark.parametrize("text", ["It was something else.", "It", "It is in "])
async def test_another_text_leaves_the_stream_as_it_is(platform: SlackUnderTest, text: str) -> None:
    await grow(platform, "It is in ", text)
    assert platform.server.asked(APPEND) == []
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DONE_AND_BROKEN, DROPPED, BROKEN])
@pytest.mark.parametrize("method", [START, APPEND])
async def test_a_stream_of_unknown_fate_leaves_no_second_copy(
    platform: SlackUnderTest, method: str, fault: Fault
) -> None:
    await platform.adapter.send(platform.conversation, says("Earlier."), key="k0")
    platform.server.faults.add(method, fault)
    await grow(platform)
    await send(platform)
    assert await shown(platform) == ["Earlier.", "It is in the second drawer."]


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DROPPED])
async def test_no_words_are_streamed_twice(platform: SlackUnderTest, fault: Fault) -> None:
    platform.server.faults.add(APPEND, fault)
    await grow(platform, "It is in ", "It is in the ", "It is in the second ")
    assert len(platform.server.asked(APPEND)) == 1
    await platform.adapter.retract(platform.conversation, key="k1")


@pytest.mark.parametrize("fault", [limited(1), refusal("is_archived")])
async def test_what_was_certainly_not_begun_is_not_looked_for(
    platform: SlackUnderTest, fault: Fault
) -> None:
    platform.server.faults.add(START, fault)
    if fault.answers == 200:
        platform.server.faults.add(POST, fault)
    await grow(platform, "It is in ")
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]
    assert platform.server.asked("conversations.replies") == []


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DONE_AND_BROKEN, DROPPED, BROKEN])
@pytest.mark.parametrize("method", [STOP, UPDATE])
async def test_an_answer_of_unknown_fate_takes_the_place_again(
    platform: SlackUnderTest, method: str, fault: Fault
) -> None:
    await grow(platform)
    platform.server.faults.add(method, fault)
    with pytest.raises(ConnectionLostError):
        await send(platform)
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]


@pytest.mark.parametrize("method", [STOP, UPDATE])
async def test_an_answer_waits_when_slack_says_so(platform: SlackUnderTest, method: str) -> None:
    await grow(platform)
    platform.server.faults.add(method, limited(3))
    with pytest.raises(RateLimitedError):
        await send(platform)
    await asyncio.sleep(0)
    assert len(await shown(platform)) == 1
    assert platform.server.methods.open_streams() == [] or method == STOP
    await platform.adapter.retract(platform.conversation, key="k1")
    assert await shown(platform) == []


async def test_an_answer_waits_for_a_stream_that_can_not_be_ended(
    platform: SlackUnderTest,
) -> None:
    await grow(platform)
    platform.server.faults.add(STOP, refusal("not_allowed"), refusal("not_allowed"))
    for act in (send(platform), platform.adapter.retract(platform.conversation, key="k1")):
        with pytest.raises(RateLimitedError):
            await act
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]


@pytest.mark.parametrize("by_a_person", [False, True])
async def test_a_stream_that_is_over_becomes_the_answer(
    platform: SlackUnderTest, *, by_a_person: bool
) -> None:
    await grow(platform, "It is in ")
    [stream] = platform.server.methods.open_streams()
    channel = platform.conversation.channel_id
    platform.server.methods.close_stream(channel, stream["ts"], by_a_person=by_a_person)
    await grow(platform, "It is in the second", "It is in the second drawer")
    grown = "It is in " if by_a_person else "It is in the second drawer"
    assert await shown(platform) == [grown]
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]


async def test_an_answer_whose_stream_somebody_deleted_is_shown(platform: SlackUnderTest) -> None:
    await grow(platform, "It is in ")
    [stream] = platform.server.methods.open_streams()
    channel = platform.server.workspace.channels[platform.conversation.channel_id]
    del channel.messages[stream["ts"]]
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]


@pytest.mark.parametrize("fault", [None, DONE_AND_DROPPED, DONE_AND_BROKEN, DROPPED])
async def test_a_stream_is_taken_back(platform: SlackUnderTest, fault: Fault | None) -> None:
    if fault is not None:
        platform.server.faults.add(START, fault)
    await grow(platform)
    for _ in range(2):
        await platform.adapter.retract(platform.conversation, key="k1")
    assert await shown(platform) == []


@pytest.mark.parametrize("method", [STOP, DELETE])
@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DROPPED])
async def test_taking_back_can_be_repeated(
    platform: SlackUnderTest, method: str, fault: Fault
) -> None:
    await grow(platform)
    platform.server.faults.add(method, fault)
    with pytest.raises(ConnectionLostError):
        await platform.adapter.retract(platform.conversation, key="k1")
    await platform.adapter.retract(platform.conversation, key="k1")
    assert await shown(platform) == []


@pytest.mark.parametrize("fault", [None, DONE_AND_DROPPED])
async def test_another_process_ends_the_stream(
    platform: SlackUnderTest, redis_client: Redis, fault: Fault | None
) -> None:
    if fault is not None:
        platform.server.faults.add(START, fault)
    await grow(platform, "It is in ")
    other = other_process(redis_client, platform)
    try:
        await other.preview(platform.conversation, "It is in the second drawer", key="k1")
        assert await shown(platform) == ["It is in "]
        await other.send(platform.conversation, FINAL, key="k1")
        await grow(platform, "It is in the second drawer and")
        assert await shown(platform) == ["It is in the second drawer."]
    finally:
        await other.close()


async def test_a_stream_that_begins_after_the_answer_goes_again(
    platform: SlackUnderTest, redis_client: Redis
) -> None:
    platform.server.faults.add(START, Fault(does=True, after=0.3))
    other = other_process(redis_client, platform)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(grow(platform, "It is in "))
            while not platform.server.asked(START):  # noqa: ASYNC110 - the server has no signal
                await asyncio.sleep(0.01)
            ts = platform.server.methods.open_streams()[0]["ts"]
            messages = platform.server.workspace.channels[platform.conversation.channel_id].messages
            hidden = messages.pop(ts)
            await other.send(platform.conversation, FINAL, key="k1")
            messages[ts] = hidden
        assert await shown(platform) == ["It is in the second drawer."]
    finally:
        await other.close()


@pytest.mark.parametrize("code", ["unknown_method", "channel_type_not_supported"])
async def test_without_streams_a_message_grows(platform: SlackUnderTest, code: str) -> None:
    platform.server.faults.add(START, refusal(code))
    await grow(platform)
    assert await shown(platform) == ["It is in the second drawer"]
    await platform.adapter.preview(platform.conversation, "Next is ", key="k2")
    assert len(platform.server.asked(START)) == (1 if code == "unknown_method" else 2)
    await platform.adapter.retract(platform.conversation, key="k2")
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]


async def test_streams_are_few_enough_for_slack(platform: SlackUnderTest) -> None:
    for number in range(30):
        await platform.adapter.preview(platform.conversation, "It is ", key=f"key{number}")
    assert 0 < len(platform.server.asked(START)) <= 9
    assert len(platform.server.asked(POST)) <= 9
    for number in range(30):
        await platform.adapter.retract(platform.conversation, key=f"key{number}")


async def test_a_long_stream_ends_where_its_message_does(platform: SlackUnderTest) -> None:
    words = "word " * 1500
    await grow(platform, words[:100], words[:3000], words, words + "and more ")
    [drawn] = await shown(platform)
    assert len(drawn) <= MOST_CHARACTERS
    await platform.adapter.send(platform.conversation, says(words), key="k1")
    assert " ".join(await shown(platform)).split() == words.split()


async def test_a_stream_pings_nobody_and_previews_nothing(platform: SlackUnderTest) -> None:
    hostile = (
        "<!channel> <@U0CUSTOMER> @here https://evil.example www.evil.example "
        "[here](https://evil.example) ![x](http://evil.example/i.png) [a][b] <https://e.example> "
    )
    await grow(platform, hostile, hostile * 2, f"{hostile * 2}end ")
    assert len(platform.server.asked(APPEND)) == 2
    assert (platform.stage.pings(), platform.stage.unfurls()) == (0, 0)
    await platform.adapter.retract(platform.conversation, key="k1")


TEXTS = st.text(alphabet="ab [](){}!@<&>.:/\n*`w1é", max_size=60)


@given(TEXTS, TEXTS)
def test_a_longer_text_goes_on_where_the_shorter_ends(text: str, more: str) -> None:
    assert beginning(text + more) == beginning(text) + addition(text + more, beginning(text))


@pytest.mark.parametrize(
    ("text", "streamed"),
    [
        ("See [our pa", "See "),
        ("See [our page ", "See "),
        ("See [our page](https://shop.exam", "See "),
        ('See [our page](https://shop.example "the ', "See "),
        ("See [our page](https://shop.example/a) now ", "See our page now "),
        ("A list:\n- [ ] one ", "A list:\n- [ ] one "),
        ("3 < 4 & **b", "3 &lt; 4 &amp; "),
        ("  ", "  "),
        ("word", ""),
    ],
)
def test_what_may_go_on_is_not_streamed(text: str, streamed: str) -> None:
    assert beginning(text) == streamed


@given(st.text(max_size=80) | TEXTS)
def test_nothing_live_is_ever_streamed(text: str) -> None:
    pings, links = sets_off_in_markdown(beginning(text + " https://e.example <!here> "))
    assert (pings, links) == (0, 0)


def test_a_hostile_text_is_read_fast() -> None:
    for text in ("[" * 30_000 + "]x ", "[a](" * 9000, "[a" * 9000 + "\n ", "x" * 30_000):
        beginning(text)
