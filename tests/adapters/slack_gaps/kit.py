"""A gap in what Slack tells, and how long ago something was written."""

import asyncio
import time
from collections.abc import Callable

from tests.platforms.slack.server import drop
from tests.platforms.slack.under_test import SlackUnderTest
from tests.platforms.slack.workspace import Message

CHANNEL = "C0PUBLIC01"
HISTORY, REPLIES = "conversations.history", "conversations.replies"
MINUTE, DAY = 60.0, 24 * 3600.0


def ago(seconds: float) -> str:
    """The time stamp of some time ago."""
    return f"{time.time() - seconds:.6f}"


def old_post(platform: SlackUnderTest, text: str, seconds: float) -> Message:
    """A message of the customer that was written some time ago and never told."""
    channel = platform.server.workspace.channels[platform.conversation.channel_id]
    user = platform.stage.customer.user_id
    ts = ago(seconds)
    channel.messages[ts] = {"type": "message", "user": user, "text": text, "ts": ts}
    return channel.messages[ts]


def texts(platform: SlackUnderTest) -> list[str]:
    return [message.text for message in platform.intake.handed]


async def until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is not ours
            await asyncio.sleep(0.01)


async def interrupt(platform: SlackUnderTest) -> None:
    """Cut the connection and let none be made."""
    platform.server.refuse_sockets = True
    drop(platform.server.sockets[-1])
    await until(lambda: not platform.server.sockets)


async def let_go_on(platform: SlackUnderTest) -> None:
    platform.server.refuse_sockets = False
    await platform.server.connected()
