"""In a thread an answer grows as one of Slack's own streams."""

import pytest
from redis.asyncio import Redis

from adapters.slack.growing import MOST_CHARACTERS
from bot.vocabulary.messages import Platform
from tests.adapters.slack_streams.kit import APPEND, POST, START, STOP, UPDATE, grow, send, shown
from tests.contracts.kit import says
from tests.platforms.slack.faults import refusal
from tests.platforms.slack.under_test import SlackUnderTest
from tests.platforms.slack.workspace import TEAM
from tests.platforms.stage import Someone
from tests.tools import adapter_tools


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


async def test_nobody_is_noted_as_a_writer_in_the_desk(
    platform: SlackUnderTest, redis_client: Redis
) -> None:
    store = adapter_tools(redis_client, Platform.SLACK).store
    await platform.stage.write(platform.conversation, "Well?")
    before = await store.read("writers")
    opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k0")
    await platform.stage.write(opened.conversation, "A note", who=platform.stage.agent)
    assert len(platform.intake.handed) == 2
    assert await store.read("writers") == before
    assert len(before) == 1


async def test_where_no_one_wrote_a_message_grows(platform: SlackUnderTest) -> None:
    opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k0")
    await platform.adapter.preview(opened.conversation, "It is here", key="k1")
    assert platform.server.asked(START) == []
    assert await platform.shown(opened.conversation) == ["Card.", "It is"]


@pytest.mark.parametrize("text", ["It was something else.", "It", "It is in "])
async def test_another_text_leaves_the_stream_as_it_is(platform: SlackUnderTest, text: str) -> None:
    await grow(platform, "It is in ", text)
    assert platform.server.asked(APPEND) == []
    await send(platform)
    assert await shown(platform) == ["It is in the second drawer."]


@pytest.mark.parametrize("code", ["unknown_method", "channel_type_not_supported"])
async def test_without_streams_a_message_grows(platform: SlackUnderTest, code: str) -> None:
    platform.server.faults.add(START, refusal(code))
    await grow(platform)
    assert await shown(platform) == ["It is in the second"]
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
