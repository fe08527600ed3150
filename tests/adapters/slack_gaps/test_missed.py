"""What Slack gave up telling while nothing could be stored is fetched when it can be stored again."""

import asyncio

import pytest
from redis.asyncio import Redis

from tests.adapters.slack_gaps.kit import CHANNEL, interrupt, let_go_on, texts, until
from tests.platforms.slack.stage import SlackStage, place
from tests.platforms.slack.under_test import slack
from tests.platforms.slack.workspace import BOT_USER


@pytest.mark.parametrize("over_http", [False, True], ids=["socket", "http"])
async def test_what_could_not_be_stored_is_fetched_later(
    redis_client: Redis, *, over_http: bool
) -> None:
    async with slack(redis_client, over_http=over_http) as platform:
        stage, server = platform.stage, platform.server
        server.workspace.add_channel(CHANNEL)
        platform.intake.failing = True
        direct = stage.post(platform.conversation, "Nobody knows me yet.")
        [event] = stage.events_of(platform.conversation, direct)
        assert not (await server.tell("events_api", server.event(event))).acknowledged
        mention = stage.post(place(CHANNEL), "Nor this thread.")
        for event in stage.events_of(place(CHANNEL), mention):
            assert not (await server.tell("events_api", server.event(event))).acknowledged

        platform.intake.failing = False
        async with asyncio.timeout(10):
            while len({it.event_key for it in platform.intake.handed}) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        handed = {it.text: it.conversation for it in platform.intake.handed}
        assert handed == {
            "Nobody knows me yet.": platform.conversation,
            "Nor this thread.": place(CHANNEL, mention["ts"]),
        }


async def test_a_gap_brings_nothing_from_before_the_bot_was_called(redis_client: Redis) -> None:
    async with slack(redis_client) as platform:
        stage, server = platform.stage, platform.server
        channel = server.workspace.add_channel(CHANNEL)
        agent = SlackStage.agent.user_id
        head = server.workspace.post(channel, {"user": agent, "text": "She is difficult."})
        thread = place(CHANNEL, head["ts"])
        stage.post(thread, "Very.", who=SlackStage.agent)
        called = server.workspace.post(
            channel,
            {"user": agent, "text": f"<@{BOT_USER}> help", "thread_ts": head["ts"]},
        )
        for event in stage.events_of(thread, called):
            await server.insist("events_api", server.event(event))
        await interrupt(platform)
        stage.post(thread, "Are you there?")
        await let_go_on(platform)
        await until(lambda: "Are you there?" in texts(platform))
        assert set(texts(platform)) == {"help", "Are you there?"}
