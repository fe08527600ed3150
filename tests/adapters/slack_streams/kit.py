"""A customer who has asked in a thread, an answer that grows there, and Slack's methods for it."""

from redis.asyncio import Redis

from adapters.slack import SlackAdapter
from bot.vocabulary.messages import Button, OutgoingMessage, Platform
from tests.platforms.slack.server import APP_TOKEN, BOT_TOKEN
from tests.platforms.slack.stage import DIRECT, QUICK, place
from tests.platforms.slack.under_test import SlackUnderTest
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
