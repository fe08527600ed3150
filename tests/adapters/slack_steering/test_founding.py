"""The desk's channel is created with people in it, or it is said what to do."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from adapters.slack import SlackAdapter
from bot.vocabulary.errors import ConfigurationError, ConnectionLostError, RateLimitedError
from bot.vocabulary.messages import Platform
from bot.vocabulary.standing import Founding
from tests.platforms.slack.faults import DROPPED, limited, refusal
from tests.platforms.slack.server import BOT_TOKEN, SECRET, SlackServer, slack_server
from tests.platforms.slack.stage import SlackStage
from tests.platforms.slack.workspace import BOT_USER, Channel
from tests.tools import adapter_tools

OWNER, ADMIN = "U0OWNER001", "U0ADMIN001"


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        SlackStage(server)
        workspace = server.workspace
        workspace.add_user(ADMIN, "Alba", is_admin=True)
        workspace.add_user("U0LEFT0001", "Leo", is_admin=True, deleted=True)
        workspace.add_user("U0STRANGER", "Eve", is_admin=True, team_id="T0OTHER001")
        workspace.add_user("U0ROBOT001", "Robot", is_admin=True, is_bot=True)
        workspace.add_user(OWNER, "Olga", is_admin=True, is_owner=True)
        server.methods.people = 3
        yield server
        assert server.violations == []


@pytest.fixture
async def relevo(redis_client: Redis, server: SlackServer) -> AsyncIterator[SlackAdapter]:
    adapter = SlackAdapter(
        adapter_tools(redis_client, Platform.SLACK),
        bot_token=BOT_TOKEN,
        signing_secret=SECRET,
        api_url=server.api_url,
    )
    yield adapter
    await adapter.close()


def created(server: SlackServer) -> list[Channel]:
    return [channel for channel in server.workspace.channels.values() if channel.name]


async def test_a_private_channel_with_the_workspaces_admins(
    server: SlackServer, relevo: SlackAdapter
) -> None:
    assert isinstance(relevo, Founding)
    channel_id = await relevo.found_desk("Relevo Desk!")
    [channel] = created(server)
    assert (channel.id, channel.name, channel.is_private) == (channel_id, "relevo-desk", True)
    assert channel.members == {BOT_USER, OWNER, ADMIN}
    [invited] = server.asked("conversations.invite")
    assert invited["users"] == f"{OWNER},{ADMIN}"
    assert (await relevo.locate(channel_id)).channel_id == channel_id


async def test_a_name_that_is_taken_gets_a_number(
    server: SlackServer, relevo: SlackAdapter
) -> None:
    for _ in range(3):
        await relevo.found_desk("relevo-desk")
    names = [channel.name for channel in created(server)]
    assert names == ["relevo-desk", "relevo-desk-2", "relevo-desk-3"]
    server.faults.add("conversations.create", *[refusal("name_taken")] * 9)
    with pytest.raises(ConfigurationError, match="name_taken.*another name"):
        await relevo.found_desk("relevo-desk")
    assert not server.faults


async def test_names_become_such_as_slack_takes(server: SlackServer, relevo: SlackAdapter) -> None:
    for name in ("Atención al cliente", "!!!", "x" * 200, "x" * 200):
        await relevo.found_desk(name)
    names = [channel.name for channel in created(server)]
    assert names == ["atención-al-cliente", "relevo-desk", "x" * 80, f"{'x' * 78}-2"]


async def test_without_the_scope_the_cure_is_named(
    server: SlackServer, relevo: SlackAdapter
) -> None:
    server.scopes = (server.scopes or "").replace("groups:write,", "")
    with pytest.raises(ConfigurationError, match=r"groups:write.*/invite"):
        await relevo.found_desk("relevo-desk")


async def test_a_workspace_that_lets_no_app_create_channels(
    server: SlackServer, relevo: SlackAdapter
) -> None:
    server.methods.restricted = True
    with pytest.raises(ConfigurationError, match=r"restricted_action.*private channel yourself"):
        await relevo.found_desk("relevo-desk")


async def test_a_channel_that_nobody_can_be_let_into_is_put_away(
    server: SlackServer, relevo: SlackAdapter
) -> None:
    server.faults.add("conversations.invite", refusal("cant_invite"))
    with pytest.raises(ConfigurationError, match="cant_invite"):
        await relevo.found_desk("relevo-desk")
    for user_id in (OWNER, ADMIN):
        server.workspace.users[user_id] |= {"is_admin": False, "is_owner": False}
    with pytest.raises(ConfigurationError, match="no_user"):
        await relevo.found_desk("relevo-desk")
    assert [channel.is_archived for channel in created(server)] == [True, True]


async def test_a_platform_that_can_not_be_asked_is_no_setting_that_is_wrong(
    server: SlackServer, relevo: SlackAdapter
) -> None:
    server.faults.add("conversations.create", DROPPED, limited(1))
    with pytest.raises(ConnectionLostError):
        await relevo.found_desk("relevo-desk")
    with pytest.raises(RateLimitedError):
        await relevo.found_desk("relevo-desk")
    server.faults.add("users.list", DROPPED)
    with pytest.raises(ConnectionLostError):
        await relevo.found_desk("relevo-desk")
    assert all(channel.is_archived for channel in created(server))
