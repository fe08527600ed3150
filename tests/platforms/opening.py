"""Opens the loopback platforms by name, and builds their adapters without the platforms' patience."""

from contextlib import AbstractAsyncContextManager
from typing import cast

from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from adapters.slack import SlackAdapter
from adapters.telegram import TelegramAdapter
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import ChatAdapter
from tests.platforms.discord.stage import QUICK as QUICK_DISCORD
from tests.platforms.discord.stage import discord_stage
from tests.platforms.slack.stage import QUICK as QUICK_SLACK
from tests.platforms.slack.stage import slack_stage
from tests.platforms.stage import Stage
from tests.platforms.telegram.stage import FAST as QUICK_TELEGRAM
from tests.platforms.telegram.stage import telegram_stage
from tests.tools import adapter_tools

PLATFORMS = (Platform.SLACK, Platform.DISCORD, Platform.TELEGRAM)


def open_stage(platform: Platform) -> AbstractAsyncContextManager[Stage]:
    """Set up one platform with people on it; at the end it must have seen no violation."""
    opened = {
        Platform.SLACK: slack_stage,
        Platform.DISCORD: discord_stage,
        Platform.TELEGRAM: telegram_stage,
    }
    return cast("AbstractAsyncContextManager[Stage]", opened[platform]())


def quick_adapter(stage: Stage, redis: Redis) -> ChatAdapter:
    """Build a stage's adapter as the app does, with rate limits that no test has to wait for."""
    tools = adapter_tools(redis, stage.platform)
    match stage.platform:
        case Platform.SLACK:
            return SlackAdapter(tools, pace=QUICK_SLACK, **stage.settings)
        case Platform.DISCORD:
            return DiscordAdapter(tools, pace=QUICK_DISCORD, **stage.settings)
        case _:
            return TelegramAdapter(tools, pace=QUICK_TELEGRAM, **stage.settings)
