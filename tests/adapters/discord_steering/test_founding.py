"""The desk's forum is created where the bot may, and closed to all whom it does not concern."""

import asyncio
from collections.abc import AsyncGenerator
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from redis.asyncio import Redis
from typing_extensions import override

from adapters.discord import DiscordAdapter
from adapters.discord.permissions import NEEDED, USEFUL, in_channel, invite_link
from bot.cli.setup.asking import Asker
from bot.cli.setup.desk import ask_desk
from bot.cli.setup.tokens import Tokens
from bot.vocabulary.errors import AdapterError, ConfigurationError
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import Health
from bot.vocabulary.standing import Founding, Inviting
from tests.adapters.discord_steering.kit import looking
from tests.platforms.discord.faults import Fault
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.discord.world import AGENT, BOT, CUSTOMER, GUILD, OTHER_GUILD, World

MANAGE_GUILD, MANAGE_MESSAGES, EMBED_LINKS = 1 << 5, 1 << 13, 1 << 14
INVITED = discord.Permissions(**dict.fromkeys((*NEEDED, *USEFUL), True))


@pytest.fixture
async def worker(stage: DiscordStage, redis_client: Redis) -> AsyncGenerator[DiscordAdapter]:
    stage.server.world.permissions = str(INVITED.value)
    async with looking(stage, redis_client) as adapter:
        yield adapter


def sees(world: World, user_id: str, channel_id: str) -> bool:
    """What Discord lets somebody see there, worked out from what was created."""
    roles = [{"id": GUILD, "permissions": world.permissions}, *world.roles.values()]
    overwrites = world.channels[channel_id]["permission_overwrites"]
    allowed = in_channel(GUILD, user_id, world.members[user_id], roles, overwrites)
    return allowed.view_channel


async def test_a_forum_for_the_desk(stage: DiscordStage, worker: DiscordAdapter) -> None:
    world = stage.server.world
    world.give_role(AGENT, "700", MANAGE_MESSAGES)
    world.give_role(CUSTOMER, "701", EMBED_LINKS)
    assert isinstance(worker, Founding)
    channel_id = await worker.found_desk("relevo-desk")
    forum = world.channels[channel_id]
    assert (forum["type"], forum["name"], forum["guild_id"]) == (15, "relevo-desk", GUILD)
    assert [sees(world, one, channel_id) for one in (AGENT, BOT, CUSTOMER)] == [True, True, False]
    desk = await worker.locate(channel_id)
    assert desk.channel_id == channel_id
    found = {one.subject: one.health for one in await worker.diagnose()}
    assert found["desk"] is Health.GOOD


async def test_other_bots_do_not_see_it(stage: DiscordStage, worker: DiscordAdapter) -> None:
    world = stage.server.world
    world.give_role(CUSTOMER, "702", MANAGE_GUILD, managed=True)
    assert not sees(world, CUSTOMER, await worker.found_desk("relevo-desk"))


async def test_once_founded_it_is_found_again(stage: DiscordStage, worker: DiscordAdapter) -> None:
    world = stage.server.world
    stage.server.fail("create_channel", Fault(kind="commit_then_drop"))
    with pytest.raises(AdapterError):
        await worker.found_desk("relevo-desk")
    channel_id = await worker.found_desk("relevo-desk")
    assert await worker.found_desk("relevo-desk") == channel_id
    assert [raw["name"] for raw in world.channels.values() if raw["type"] == 15] == [
        "cases",
        "relevo-desk",
    ]


async def test_an_open_forum_of_that_name_is_not_taken(
    stage: DiscordStage, worker: DiscordAdapter
) -> None:
    channel_id = await worker.found_desk("cases")
    assert stage.server.world.channels[channel_id]["permission_overwrites"]
    assert not sees(stage.server.world, CUSTOMER, channel_id)


@pytest.mark.parametrize("lacking", ["manage_channels", "view_channel"])
async def test_without_the_right_the_cure_is_named(
    stage: DiscordStage, worker: DiscordAdapter, lacking: str
) -> None:
    allowed = dict.fromkeys((*NEEDED, *USEFUL), True) | {lacking: False}
    stage.server.world.permissions = str(discord.Permissions(**allowed).value)
    with pytest.raises(ConfigurationError, match="Manage Channels and View Channels"):
        await worker.found_desk("relevo-desk")
    assert stage.server.called("create_channel") == []


async def test_a_refusal_names_the_cure(stage: DiscordStage, worker: DiscordAdapter) -> None:
    stage.server.fail("create_channel", Fault(kind="status", status=403, code=50013))
    with pytest.raises(ConfigurationError, match="paste its id"):
        await worker.found_desk("relevo-desk")


async def test_in_no_server_or_in_several_it_has_to_be_named(
    stage: DiscordStage, worker: DiscordAdapter
) -> None:
    world = stage.server.world
    world.elsewhere[OTHER_GUILD] = {}
    with pytest.raises(ConfigurationError, match="2 Discord servers"):
        await worker.found_desk("relevo-desk")
    world.elsewhere.clear()
    del world.members[BOT]
    with pytest.raises(
        ConfigurationError, match="invite it first with https://discord.com/oauth2/"
    ):
        await worker.found_desk("relevo-desk")


@pytest.mark.parametrize("call", ["guilds", "guild", "member", "channels"])
async def test_what_is_no_answer_is_no_desk(
    stage: DiscordStage, worker: DiscordAdapter, call: str
) -> None:
    stage.server.fail(call, Fault(kind="garbled"))
    with pytest.raises(AdapterError):
        await worker.found_desk("relevo-desk")
    assert stage.server.called("create_channel") == []


async def test_the_invitation_asks_for_what_is_used(worker: DiscordAdapter) -> None:
    assert isinstance(worker, Inviting)
    link = await worker.invitation()
    assert link == invite_link(BOT)
    asked = parse_qs(urlsplit(link).query)
    assert asked["client_id"] == [BOT]
    assert asked["scope"] == ["bot applications.commands"]
    assert asked["permissions"] == [str(INVITED.value)]


class Silent(Asker):
    """An operator who answers each question with Enter."""

    @override
    def _line(self, question: str, default: str, *, secret: bool) -> str:
        return ""


async def test_the_set_up_founds_it_before_there_is_a_redis(
    stage: DiscordStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stage.settings.items():
        monkeypatch.setenv(f"RELEVO_DISCORD__{name.upper()}", str(value))
    asker = Silent()
    tokens = Tokens(asker=asker, given={})
    desk = await asyncio.to_thread(ask_desk, asker, tokens, [Platform.DISCORD])
    forum = stage.server.world.channels[desk.removeprefix("discord:")]
    assert (forum["type"], forum["name"], asker.questions) == (15, "relevo-desk", 1)
