"""Builds an adapter for each platform that is set up, and finds the desk among them."""

import asyncio
from collections.abc import Callable, Mapping

from redis.asyncio import Redis

from bot.engine.board import SharedBoard
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
    from adapters.playground import DeskFacts, PlaygroundAdapter, Transcript  # noqa: PLC0415

    deadline = settings.redis.deadline_seconds
    return PlaygroundAdapter(
        Transcript(redis, deadline=deadline),
        receipts=Receipts(redis, deadline=deadline),
        cases=Cases(redis, deadline=deadline),
        desk=DeskFacts(
            board=SharedBoard(redis, deadline=deadline),
            undo_seconds=settings.desk.undo_seconds,
            teams=tuple(team.name for team in settings.teams),
        ),
    )


def show_desk(settings: Settings, adapters: Mapping[Platform, ChatAdapter]) -> None:
    """Let the playground show the desk as it is set now."""
    adapter = adapters.get(Platform.PLAYGROUND)
    if adapter is None:
        return
    from adapters.playground import PlaygroundAdapter  # noqa: PLC0415

    if isinstance(adapter, PlaygroundAdapter):
        adapter.show_desk(
            undo_seconds=settings.desk.undo_seconds,
            teams=tuple(team.name for team in settings.teams),
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
    return await _located(*desk_adapter(settings, adapters))


async def locate_teams(
    settings: Settings, adapters: Mapping[Platform, ChatAdapter], desk: ConversationRef
) -> dict[str, ConversationRef]:
    """Find where teams work that have a channel of their own, by their names.

    A platform's adapter knows one channel of the desk, so teams of one platform share theirs.

    Raises:
        ConfigurationError: One names no channel that a desk can be in, or a second one on a platform.
        ConnectionLostError: A platform can't be reached.
    """
    named = {team.name: team.channel for team in settings.teams if team.channel}
    taken = {desk.platform: settings.desk.channel}
    located = {settings.desk.channel: desk}
    for team, channel in named.items():
        setting = f"channel of team {team}"
        adapter, channel_id = _adapter_of(channel, setting, adapters)
        if taken.setdefault(adapter.platform, channel) != channel:
            raise ConfigurationError(
                f"The {setting} is a second one on {adapter.platform}: let it be "
                f"{taken[adapter.platform]}, for one channel on each platform can be a desk."
            )
        if channel not in located:
            located[channel] = await _located(adapter, channel_id)
    return {team: located[channel] for team, channel in named.items()}


async def _located(adapter: ChatAdapter, channel_id: str) -> ConversationRef:
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
    if not settings.desk.channel:
        raise ConfigurationError(
            "desk.channel is not set, so nobody could be handed over to a person: set it to a "
            "channel of your agents, such as slack:C0123456789."
        )
    return _adapter_of(settings.desk.channel, "desk.channel", adapters)


def _adapter_of(
    channel: str, setting: str, adapters: Mapping[Platform, ChatAdapter]
) -> tuple[ChatAdapter, str]:
    name, colon, channel_id = channel.partition(":")
    if name not in set(Platform) or not colon or not channel_id:
        raise ConfigurationError(
            f"{setting} = {channel!r} is no desk: use slack:<channel id>, "
            "discord:<forum id>, telegram:<supergroup id> or playground:desk."
        )
    platform = Platform(name)
    if platform not in adapters:
        raise ConfigurationError(
            f"{setting} is on {platform}, which is not set up: set its token, or choose a "
            "channel on another platform."
        )
    return adapters[platform], channel_id
