"""Builds an adapter for each platform that is set up, and finds the desk among them."""

import asyncio
from collections.abc import Callable, Mapping

from redis.asyncio import Redis

from bot.engine.cases import Cases
from bot.engine.receipts import Receipts
from bot.engine.tools import build_tools
from bot.vocabulary.errors import ConfigurationError, ConnectionLostError
from bot.vocabulary.messages import ConversationRef, Platform
from bot.vocabulary.platforms import ChatAdapter
from bot.vocabulary.tools import AdapterTools
from config.settings import Settings

LOCATE_TRIES = 5
"""A platform that can't be reached at the start is asked again after 1, 2, 4 and 8 seconds."""


def platforms_set_up(settings: Settings) -> list[Platform]:
    """Name the platforms that the settings have a token for, or switch on."""
    has = {
        Platform.SLACK: bool(settings.slack.bot_token.get_secret_value()),
        Platform.DISCORD: bool(settings.discord.token.get_secret_value()),
        Platform.TELEGRAM: bool(settings.telegram.token.get_secret_value()),
        Platform.PLAYGROUND: settings.playground.enabled,
    }
    return [platform for platform, wanted in has.items() if wanted]


def build_adapters(settings: Settings, redis: Redis) -> dict[Platform, ChatAdapter]:
    """Build an adapter for each platform that is set up.

    Raises:
        ConfigurationError: None is, or one lacks something.
    """
    adapters = {
        platform: build_adapter(platform, settings, redis)
        for platform in platforms_set_up(settings)
    }
    if not adapters:
        raise ConfigurationError(
            "No platform is set up, so nobody can write to Relevo: set slack.bot_token, "
            "discord.token or telegram.token, or try relevo demo."
        )
    return adapters


def build_adapter(
    platform: Platform, settings: Settings, redis: Redis, tools: AdapterTools | None = None
) -> ChatAdapter:
    """Build one platform's adapter; its SDK is imported only now.

    It is lent ``tools``, those over ``redis`` by default.

    Raises:
        ConfigurationError: Something that it needs is not set.
    """
    lent = tools or build_tools(redis, platform, deadline=settings.redis.deadline_seconds)
    return _BUILDERS[platform](settings, lent, redis)


def _slack(settings: Settings, tools: AdapterTools, _redis: Redis) -> ChatAdapter:
    from adapters.slack import SlackAdapter  # noqa: PLC0415 - a heavy SDK

    slack = settings.slack
    return SlackAdapter(
        tools,
        bot_token=slack.bot_token.get_secret_value(),
        app_token=slack.app_token.get_secret_value(),
        signing_secret=slack.signing_secret.get_secret_value(),
        api_url=slack.api_url,
        suggestions=settings.conversation.suggestions,
    )


def _discord(settings: Settings, tools: AdapterTools, _redis: Redis) -> ChatAdapter:
    from adapters.discord import DiscordAdapter  # noqa: PLC0415 - a heavy SDK

    discord = settings.discord
    return DiscordAdapter(
        tools,
        token=discord.token.get_secret_value(),
        api_url=discord.api_url,
        gateway_url=discord.gateway_url,
        suggestions=settings.conversation.suggestions,
    )


def _telegram(settings: Settings, tools: AdapterTools, _redis: Redis) -> ChatAdapter:
    from adapters.telegram import TelegramAdapter  # noqa: PLC0415 - a heavy SDK

    telegram = settings.telegram
    return TelegramAdapter(
        tools,
        token=telegram.token.get_secret_value(),
        api_url=telegram.api_url,
        file_url=telegram.file_url,
        webhook_url=telegram.webhook_url,
        webhook_secret=telegram.webhook_secret.get_secret_value(),
        suggestions=settings.conversation.suggestions,
    )


def _playground(settings: Settings, _tools: AdapterTools, redis: Redis) -> ChatAdapter:
    from adapters.playground import PlaygroundAdapter, Transcript  # noqa: PLC0415

    deadline = settings.redis.deadline_seconds
    return PlaygroundAdapter(
        Transcript(redis, deadline=deadline),
        receipts=Receipts(redis, deadline=deadline),
        cases=Cases(redis, deadline=deadline),
    )


_BUILDERS: Mapping[Platform, Callable[[Settings, AdapterTools, Redis], ChatAdapter]] = {
    Platform.SLACK: _slack,
    Platform.DISCORD: _discord,
    Platform.TELEGRAM: _telegram,
    Platform.PLAYGROUND: _playground,
}


async def locate_desk(
    settings: Settings, adapters: Mapping[Platform, ChatAdapter]
) -> ConversationRef:
    """Find where agents work.

    Raises:
        ConfigurationError: The setting is empty, or names no channel that a desk can be in.
        ConnectionLostError: Its platform can't be reached.
    """
    adapter, channel_id = desk_adapter(settings, adapters)
    for tries in range(LOCATE_TRIES - 1):
        try:
            return await adapter.locate(channel_id)
        except ConnectionLostError:
            await asyncio.sleep(2**tries)
    return await adapter.locate(channel_id)


def desk_adapter(
    settings: Settings, adapters: Mapping[Platform, ChatAdapter]
) -> tuple[ChatAdapter, str]:
    """Return the adapter of the desk's platform, and the channel's id there.

    Raises:
        ConfigurationError: ``desk.channel`` is empty, or names no platform that is set up.
    """
    name, colon, channel_id = settings.desk.channel.partition(":")
    if not settings.desk.channel:
        raise ConfigurationError(
            "desk.channel is not set, so nobody could be handed over to a person: set it to a "
            "channel of your agents, such as slack:C0123456789."
        )
    if name not in set(Platform) or not colon or not channel_id:
        raise ConfigurationError(
            f"desk.channel = {settings.desk.channel!r} is no desk: use slack:<channel id>, "
            "discord:<forum id>, telegram:<supergroup id> or playground:desk."
        )
    platform = Platform(name)
    if platform not in adapters:
        raise ConfigurationError(
            f"desk.channel is on {platform}, which is not set up: set its token, or choose a "
            "channel on another platform."
        )
    return adapters[platform], channel_id
