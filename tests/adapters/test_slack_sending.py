"""Each piece once, whatever Slack answers: refusals, limits, lost answers, dropped connections."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from adapters.slack import SlackAdapter
from adapters.slack.sending import Pace
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import (
    AuthenticationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)
from bot.vocabulary.messages import Button, OutgoingMessage, Platform
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
from tests.platforms.slack.server import BOT_TOKEN, SECRET
from tests.platforms.slack.stage import place
from tests.platforms.slack.under_test import SlackUnderTest, slack
from tests.tools import adapter_tools

POST = "chat.postMessage"
LOST = {
    "dropped after it was done": DONE_AND_DROPPED,
    "dropped before it was done": DROPPED,
    "an error after it was done": DONE_AND_BROKEN,
    "an error before it was done": BROKEN,
    "an inner error of Slack's": refusal("internal_error"),
    "no JSON": Fault(does=True, answers=502),
}


@pytest.fixture
async def platform(redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
    async with slack(redis_client) as under_test:
        yield under_test


async def shown(platform: SlackUnderTest) -> list[str]:
    return list(await platform.shown(platform.conversation))


@pytest.mark.parametrize("name", LOST)
async def test_a_lost_answer_shows_no_second_copy(platform: SlackUnderTest, name: str) -> None:
    platform.server.faults.add(POST, LOST[name])
    send = platform.adapter.send
    with pytest.raises(ConnectionLostError):
        await send(platform.conversation, says("One."), key="k1")
    first = await send(platform.conversation, says("One."), key="k1")
    again = await send(platform.conversation, says("One."), key="k1")
    assert first == again
    assert await shown(platform) == ["One."]


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DONE_AND_BROKEN, DROPPED])
async def test_any_piece_of_a_long_text_may_be_lost(platform: SlackUnderTest, fault: Fault) -> None:
    words = " ".join(f"word{number}" for number in range(1600))
    platform.server.faults.add(POST, Fault(does=True), fault)
    platform.server.faults.add("conversations.history", limited(0.1), Fault(does=True))
    send = platform.adapter.send
    for error in (ConnectionLostError, RateLimitedError):
        with pytest.raises(error):
            await send(platform.conversation, says(words), key="k1")
    await send(platform.conversation, says(words), key="k1")
    assert " ".join(await shown(platform)).split() == words.split()


async def test_a_channel_is_read_back_further_than_one_page(platform: SlackUnderTest) -> None:
    platform.server.faults.add(POST, DONE_AND_DROPPED)
    with pytest.raises(ConnectionLostError):
        await platform.adapter.send(platform.conversation, says("One."), key="k1")
    for number in range(40):
        platform.stage.post(platform.conversation, f"n{number}")
    await platform.adapter.send(platform.conversation, says("One."), key="k1")
    assert await shown(platform) == ["One."]


async def test_a_thread_is_read_back(platform: SlackUnderTest) -> None:
    opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k0")
    platform.server.faults.add(POST, DONE_AND_DROPPED)
    with pytest.raises(ConnectionLostError):
        await platform.adapter.send(opened.conversation, says("One."), key="k1")
    await platform.adapter.send(opened.conversation, says("One."), key="k1")
    assert await platform.shown(opened.conversation) == ["Card.", "One."]


async def test_a_lost_thread_is_opened_once(platform: SlackUnderTest) -> None:
    platform.server.faults.add(POST, DONE_AND_DROPPED)
    with pytest.raises(ConnectionLostError):
        await platform.adapter.open_thread(platform.channel, "A case", says("Card."), key="k1")
    await platform.adapter.open_thread(platform.channel, "A case", says("Card."), key="k1")
    assert len(platform.stage.threads()) == 1


async def test_without_the_right_to_read_back_nothing_is_shown_twice(
    platform: SlackUnderTest,
) -> None:
    platform.server.faults.add(POST, DONE_AND_DROPPED)
    platform.server.faults.add("conversations.history", refusal("missing_scope"))
    for _ in range(2):
        with pytest.raises(ConnectionLostError):
            await platform.adapter.send(platform.conversation, says("One."), key="k1")
    assert await shown(platform) == ["One."]


@pytest.mark.parametrize(("retry_after", "rest"), [(7.0, 7.0), (None, 10.0)])
async def test_slacks_wish_for_rest_is_told_and_kept(
    platform: SlackUnderTest, retry_after: float | None, rest: float
) -> None:
    platform.server.faults.add(POST, limited(retry_after))
    with pytest.raises(RateLimitedError) as caught:
        await platform.adapter.send(platform.conversation, says("One."), key="k1")
    assert caught.value.retry_after == rest
    with pytest.raises(RateLimitedError) as caught:
        await platform.adapter.send(platform.conversation, says("Two."), key="k2")
    assert rest - 1 < caught.value.retry_after <= rest
    assert len(platform.server.asked(POST)) == 1, "the second was asked in spite of the pause"
    other = await platform.adapter.send(platform.channel, says("Elsewhere."), key="k3")
    assert other.message_id


@pytest.mark.parametrize("faults", [[limited(30)], [refusal("invalid_blocks"), limited(30)]])
async def test_a_limit_of_changes_holds_up_no_new_message(
    platform: SlackUnderTest, faults: list[Fault]
) -> None:
    adapter, here = platform.adapter, platform.conversation
    await adapter.send(here, says("One."), key="k1")
    platform.server.faults.add("chat.update", *faults)
    for _ in range(2):
        with pytest.raises(RateLimitedError) as caught:
            await adapter.edit(here, says("One and a half."), key="k1")
        assert 29 < caught.value.retry_after <= 30
    assert len(platform.server.asked("chat.update")) == len(faults), "asked in spite of the pause"
    await adapter.send(here, says("Two."), key="k2")
    await adapter.retract(here, key="k1")
    assert await shown(platform) == ["Two."]


async def test_a_limit_of_deletions_holds_up_no_change(platform: SlackUnderTest) -> None:
    adapter, here = platform.adapter, platform.conversation
    await adapter.send(here, says("One."), key="k1")
    platform.server.faults.add("chat.delete", limited(30))
    for _ in range(2):
        with pytest.raises(RateLimitedError):
            await adapter.retract(here, key="k1")
    assert len(platform.server.asked("chat.delete")) == 1
    await adapter.edit(here, says("Two."), key="k1")
    assert await shown(platform) == ["Two."]


async def test_a_limit_of_a_channel_holds_up_no_change_there(platform: SlackUnderTest) -> None:
    adapter, here = platform.adapter, platform.conversation
    await adapter.send(here, says("One."), key="k1")
    platform.server.faults.add(POST, limited(30))
    with pytest.raises(RateLimitedError):
        await adapter.send(here, says("Two."), key="k2")
    await adapter.edit(here, says("One and a half."), key="k1")
    assert await shown(platform) == ["One and a half."]


async def test_our_own_pace_is_kept(redis_client: Redis) -> None:
    async with slack(redis_client, pace=Pace(a_second=0.2, at_once=3)) as platform:
        for number in range(3):
            await platform.adapter.send(platform.conversation, says("Quick."), key=f"k{number}")
        with pytest.raises(RateLimitedError) as caught:
            await platform.adapter.send(platform.conversation, says("Slow."), key="k4")
        assert 1.5 < caught.value.retry_after <= 5
        assert len(platform.server.asked(POST)) == 3


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("channel_not_found", DeliveryError),
        ("is_archived", DeliveryError),
        ("missing_scope", DeliveryError),
        ("invalid_auth", AuthenticationError),
        ("token_revoked", AuthenticationError),
    ],
)
async def test_a_refusal_is_certain(
    platform: SlackUnderTest, code: str, kind: type[Exception]
) -> None:
    platform.server.faults.add(POST, refusal(code))
    with pytest.raises(kind) as caught:
        await platform.adapter.send(platform.conversation, says("One."), key="k1")
    assert code in str(caught.value)
    assert BOT_TOKEN not in str(caught.value)
    await platform.adapter.send(platform.conversation, says("One."), key="k1")
    assert await shown(platform) == ["One."]
    assert platform.server.asked("conversations.history") == [], "nothing was to be read back"


async def test_blocks_that_slack_does_not_take_become_plain_text(platform: SlackUnderTest) -> None:
    platform.server.faults.add(POST, refusal("invalid_blocks"))
    await platform.adapter.send(platform.conversation, says("**One** <b> & @here"), key="k1")
    assert await shown(platform) == ["One <b> & @here"]
    assert platform.stage.pings() == 0


async def test_what_never_reached_slack_is_sent_again(redis_client: Redis) -> None:
    tools = adapter_tools(redis_client, Platform.SLACK)
    nowhere = SlackAdapter(
        tools, bot_token=BOT_TOKEN, signing_secret=SECRET, api_url="http://127.0.0.1:9/api/"
    )
    with pytest.raises(ConnectionLostError):
        await nowhere.send(place("D1"), says("One."), key="k1")
    await nowhere.close()
    assert await tools.sends.shown("k1") == {}
    assert await tools.sends.begin("k1") is None


async def test_one_key_is_shown_once_by_two_processes_in_turn(redis_client: Redis) -> None:
    async with slack(redis_client) as one:
        await one.adapter.send(one.conversation, says("One."), key="k1")
        other = SlackAdapter(
            adapter_tools(redis_client, Platform.SLACK),
            bot_token=BOT_TOKEN,
            signing_secret=SECRET,
            api_url=one.server.api_url,
        )
        await other.send(one.conversation, says("One."), key="k1")
        await other.close()
        assert await shown(one) == ["One."]


async def test_a_cancelled_send_is_looked_for(platform: SlackUnderTest) -> None:
    platform.server.faults.add(POST, Fault(does=True, after=5.0))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await platform.adapter.send(platform.conversation, says("One."), key="k1")
    await platform.adapter.send(platform.conversation, says("One."), key="k1")
    assert await shown(platform) == ["One."]


async def test_a_change_may_need_more_or_fewer_pieces(platform: SlackUnderTest) -> None:
    send, edit = platform.adapter.send, platform.adapter.edit
    await send(platform.conversation, says("short"), key="k1")
    words = "word " * 1200
    await edit(platform.conversation, says(words), key="k1")
    assert " ".join(await shown(platform)).split() == words.split()
    assert len(await shown(platform)) == 2
    await edit(platform.conversation, says("short again"), key="k1")
    assert await shown(platform) == ["short again"]


async def test_changes_and_edits_ping_and_unfurl_nothing(platform: SlackUnderTest) -> None:
    hostile = OutgoingMessage(
        text="<!channel> <@U0CUSTOMER> @here [x](https://evil.example/x) https://evil.example/y",
        speaker="<!everyone>",
        buttons=(Button(action="human", label="<@U0CUSTOMER>"),),
    )
    for number, is_literal in enumerate((False, True)):
        message = OutgoingMessage(
            text=hostile.text, is_literal=is_literal, speaker="<!here>", buttons=hostile.buttons
        )
        await platform.adapter.send(platform.conversation, message, key=f"k{number}")
        await platform.adapter.edit(platform.conversation, message, key=f"k{number}")
        title = "<!channel> https://evil.example"
        await platform.adapter.open_thread(platform.channel, title, message, key=f"t{number}")
    assert (platform.stage.pings(), platform.stage.unfurls()) == (0, 0)


async def test_the_title_of_a_thread_stays_when_its_card_changes(platform: SlackUnderTest) -> None:
    opened = await platform.adapter.open_thread(platform.channel, "Case 7", says("Old."), key="k1")
    await platform.adapter.edit(opened.conversation, says("New."), key="k1")
    channel = platform.server.workspace.channels[platform.channel.channel_id]
    header, body = channel.messages[opened.message_id]["blocks"]
    assert header["text"]["text"] == "Case 7"
    assert body["elements"][0]["elements"][0]["text"] == "New."


async def test_a_name_is_shown_where_the_app_may(redis_client: Redis) -> None:
    message = OutgoingMessage(text="Hello.", speaker="Ana")
    async with slack(redis_client) as platform:
        await platform.adapter.send(platform.conversation, message, key="k1")
        assert await shown(platform) == ["Ana\nHello."]
        platform.server.scopes = f"{platform.server.scopes},chat:write.customize"
        await platform.adapter.diagnose()
        await platform.adapter.send(platform.conversation, message, key="k2")
        assert (await shown(platform))[-1] == "Hello."
        assert platform.server.asked(POST)[-1]["username"] == "Ana"


async def test_a_mark_takes_the_earlier_one_away(platform: SlackUnderTest) -> None:
    opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k1")
    marks = platform.server.workspace.reactions
    spot = (opened.conversation.channel_id, opened.message_id)
    for status, name in (
        (CaseStatus.QUEUED, "new"),
        (CaseStatus.QUEUED, "new"),
        (CaseStatus.CLAIMED, "eyes"),
        (CaseStatus.SNOOZED, "alarm_clock"),
        (CaseStatus.RESOLVED, "white_check_mark"),
        (CaseStatus.QUEUED, "new"),
        (CaseStatus.EXPIRED, "hourglass"),
        (CaseStatus.CLAIMED, "eyes"),
    ):
        await platform.adapter.mark_thread(opened.conversation, status)
        assert marks[spot] == {name}


async def test_a_proxy_of_the_environment_is_not_used_for_this_machine(
    redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with slack(redis_client) as platform:
        await platform.adapter.send(platform.conversation, says("One."), key="k1")
        assert await shown(platform) == ["One."]
