"""Many sends through one narrow pipe: none keeps its sender waiting, so that what waits can be joined."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from adapters.slack import SlackAdapter
from adapters.slack.sending import Pace as SlackPace
from adapters.telegram import Pace as TelegramPace
from adapters.telegram import TelegramAdapter
from bot.vocabulary.errors import RateLimitedError
from bot.vocabulary.messages import OutgoingMessage, Platform, SentMessage
from bot.vocabulary.platforms import ChatAdapter
from tests.platforms.discord.stage import QUICK
from tests.platforms.opening import PLATFORMS, open_stage
from tests.platforms.stage import Stage
from tests.tools import adapter_tools

MANY = 40
A_SECOND = 5.0
"""What Discord allows in a channel; the others are set to it."""


def narrow(stage: Stage, redis: Redis) -> ChatAdapter:
    tools = adapter_tools(redis, stage.platform)
    match stage.platform:
        case Platform.SLACK:
            pace = SlackPace(a_second=A_SECOND)
            return SlackAdapter(tools, pace=pace, **stage.settings)
        case Platform.DISCORD:
            return DiscordAdapter(tools, pace=QUICK, **stage.settings)
        case _:
            pace = TelegramPace(private=A_SECOND)
            return TelegramAdapter(tools, pace=pace, **stage.settings)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_full_pipe_gives_its_senders_back(redis_client: Redis, platform: Platform) -> None:
    async with open_stage(platform) as stage:
        adapter = narrow(stage, redis_client)
        began = time.monotonic()
        ends = await asyncio.gather(
            *(
                adapter.send(stage.conversation, OutgoingMessage(text=f"n{n}"), key=f"k{n}")
                for n in range(MANY)
            ),
            return_exceptions=True,
        )
        seconds = time.monotonic() - began
        await adapter.close()
        sent = [end for end in ends if isinstance(end, SentMessage)]
        assert all(isinstance(end, SentMessage | RateLimitedError) for end in ends)
        assert len(stage.seen(stage.conversation)) == len(sent)
        assert 3 <= len(sent) < MANY
        assert seconds < MANY / A_SECOND / 2, "somebody has waited for the whole queue"
