"""The guide is true: its invitation asks for what the code needs, its words are the program's."""

import re
import tomllib
from pathlib import Path

import discord
import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter, commands
from adapters.discord.permissions import NEEDED, USEFUL
from adapters.discord.tags import NAMES
from bot.vocabulary.errors import AuthenticationError, ConfigurationError
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import Health
from tests.platforms.discord.stage import discord_stage
from tests.platforms.discord.world import FORUM
from tests.tools import adapter_tools

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "discord.md").read_text(encoding="utf-8")


def invited() -> discord.Permissions:
    [number] = re.findall(r"permissions=(\d+)", GUIDE)
    return discord.Permissions(int(number))


def test_the_invitation_asks_for_what_is_needed_and_no_more() -> None:
    asked = {name for name, is_asked in invited() if is_asked}
    assert {discord.Permissions(**{name: True}).value for name in asked} == {
        discord.Permissions(**{name: True}).value for name in (*NEEDED, *USEFUL)
    }


@pytest.mark.parametrize("name", [*NEEDED, *USEFUL])
def test_each_permission_is_explained(name: str) -> None:
    words = name.replace("_", " ").replace("channel", "channels").replace("channelss", "channels")
    assert words in GUIDE.lower()


def test_the_commands_are_those_that_are_offered() -> None:
    described = [*commands.commands(suggests=False), *commands.desk_commands()]
    offered = {f"/{command['name']}" for command in described}
    assert offered <= set(re.findall(r"`(/\w+)`", GUIDE))


def test_the_tags_are_those_that_are_made() -> None:
    assert all(f"*{name}*" in GUIDE for name in NAMES.values())


async def test_followed_to_the_letter_it_works(redis_client: Redis) -> None:
    """Token from the variable, forum from the example, permissions from the invitation."""
    assert "RELEVO_DISCORD__TOKEN=" in GUIDE
    [example] = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    platform, _, channel_id = tomllib.loads(
        "\n".join(line.strip() for line in example.splitlines())
    )["desk"]["channel"].partition(":")
    assert platform == Platform.DISCORD
    async with discord_stage() as stage:
        world = stage.server.world
        world.permissions = str(invited().value)
        world.channels[channel_id] = world.channels.pop(FORUM) | {"id": channel_id}
        adapter = DiscordAdapter(adapter_tools(redis_client, Platform.DISCORD), **stage.settings)
        desk = await adapter.locate(channel_id)
        assert desk.channel_id == channel_id
        found = {one.subject: one.health for one in await adapter.diagnose()}
        assert set(found.values()) == {Health.GOOD}
        await adapter.close()


async def test_the_errors_read_as_the_guide_says(redis_client: Redis) -> None:
    async with discord_stage() as stage:
        adapter = DiscordAdapter(adapter_tools(redis_client, Platform.DISCORD), **stage.settings)
        with pytest.raises(ConfigurationError) as unseen:
            await adapter.locate("5")
        stage.server.world.token = "renewed"  # noqa: S105
        with pytest.raises(AuthenticationError) as unknown:
            await adapter.locate("5")
        await adapter.close()
    for error in (unseen, unknown):
        quoted = [part for part in re.findall(r"`([^`\n]+)`", GUIDE) if part in str(error.value)]
        assert any(" " in part for part in quoted), error.value
