"""What the doctor says of a Discord installation."""

import discord
import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from adapters.discord.permissions import NEEDED, USEFUL, invite_link
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import Health
from tests.platforms.discord.kit import adapter_for, running
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.discord.world import BOT, FORUM, GUILD


async def findings(adapter: DiscordAdapter) -> dict[str, Health]:
    return {found.subject: found.health for found in await adapter.diagnose()}


async def test_the_doctor_finds_a_good_installation(
    stage: DiscordStage, redis_client: Redis
) -> None:
    async with running(stage, redis_client) as platform:
        await platform.adapter.locate(FORUM)
        await platform.settle()
        assert set((await findings(platform.adapter)).values()) == {Health.GOOD}
        assert set(await findings(platform.adapter)) == {
            "token",
            "intents",
            f"guild {GUILD}",
            "desk",
            "commands",
            "connections",
        }


async def test_the_doctor_names_what_is_wrong(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    stage.server.world.application_flags = 0
    stage.server.world.permissions = "0"
    await adapter.locate(FORUM)
    found = await findings(adapter)
    assert found["intents"] is Health.WARNING
    assert found["commands"] is Health.GOOD
    assert found["desk"] is found[f"guild {GUILD}"] is Health.BROKEN
    assert any("send messages" in one.text for one in await adapter.diagnose())
    stage.server.world.token = "renewed"  # noqa: S105
    assert await findings(adapter) == {"token": Health.BROKEN}


async def test_a_bot_that_nobody_has_invited_is_given_its_address(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    del stage.server.world.members[BOT]
    [found] = [one for one in await adapter.diagnose() if one.subject == "guilds"]
    assert found.health is Health.WARNING
    assert invite_link(BOT) in found.text


@pytest.mark.parametrize(
    ("lacking", "subject"),
    [("add_reactions", "desk signs"), ("manage_threads", "desk tags")],
)
async def test_a_right_that_is_useful_is_missed_by_name(
    stage: DiscordStage, adapter: DiscordAdapter, lacking: str, subject: str
) -> None:
    allowed = dict.fromkeys((*NEEDED, *USEFUL), True) | {lacking: False}
    stage.server.world.permissions = str(discord.Permissions(**allowed).value)
    await adapter.locate(FORUM)
    found = [one for one in await adapter.diagnose() if one.health is not Health.GOOD]
    assert [(one.subject, one.health) for one in found] == [(subject, Health.WARNING)]
    assert lacking.replace("_", " ") in found[0].text


async def test_the_doctor_never_raises(stage: DiscordStage, redis_client: Redis) -> None:
    stage.settings["api_url"] = "http://127.0.0.1:9/api/v10"
    cut_off = adapter_for(stage, redis_client)
    assert await findings(cut_off) == {"token": Health.BROKEN}
    await cut_off.close()
    assert cut_off.platform is Platform.DISCORD


async def test_overwrites_of_the_desk_count(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    stage.server.world.permissions = str((1 << 53) - 1 & ~8)
    forum = stage.server.world.channels[FORUM]
    forum["permission_overwrites"] = [{"id": GUILD, "type": 0, "allow": "0", "deny": str(1 << 11)}]
    await adapter.locate(FORUM)
    assert (await findings(adapter))["desk"] is Health.BROKEN
    forum["permission_overwrites"].append(
        {"id": BOT, "type": 1, "allow": str(1 << 11), "deny": "0"}
    )
    assert (await findings(adapter))["desk"] is Health.GOOD
