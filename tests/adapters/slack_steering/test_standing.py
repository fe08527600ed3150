"""Who somebody is, by a fresh look: each flag of Slack's, and in doubt an error."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.slack import SlackAdapter, standings
from bot.vocabulary.errors import AdapterError, AuthenticationError
from bot.vocabulary.messages import Platform
from bot.vocabulary.standing import Standing, Vouching
from tests.platforms.slack.faults import BROKEN, DROPPED, Fault, limited, refusal
from tests.platforms.slack.server import APP_TOKEN, BOT_TOKEN, SlackServer, slack_server
from tests.platforms.slack.stage import DESK, SlackStage
from tests.platforms.slack.workspace import BOT_USER, TEAM
from tests.tools import adapter_tools

WHO = "U0SOMEBODY"
ADMINS: list[dict[str, Any]] = [{"is_admin": True}, {"is_owner": True}, {"is_primary_owner": True}]
GRID = {"id": WHO, "enterprise_id": "E0ORG00001", "teams": [TEAM, "T0OTHER001"]}

TABLE: list[tuple[dict[str, Any], Standing]] = [
    ({}, Standing.MEMBER),
    ({"is_app_user": True}, Standing.MEMBER),
    *((admin, Standing.ADMIN) for admin in ADMINS),
    ({"team_id": "T0OTHER001", "enterprise_user": GRID}, Standing.MEMBER),
    ({"team_id": "T0OTHER001", "enterprise_user": GRID, "is_admin": True}, Standing.ADMIN),
    ({"enterprise_user": GRID | {"is_owner": True, "is_admin": True}}, Standing.MEMBER),
    ({"team_id": "T0OTHER001"}, Standing.GUEST),
    ({"team_id": "E0ORG00001"}, Standing.GUEST),
    (
        {"team_id": "T0OTHER001", "enterprise_user": GRID | {"teams": ["T0OTHER001"]}},
        Standing.GUEST,
    ),
    ({"team_id": "T0OTHER001", "enterprise_user": GRID | {"teams": TEAM}}, Standing.GUEST),
    ({"team_id": "T0OTHER001", "is_admin": True}, Standing.GUEST),
    *(
        ({flag: True, **admin}, Standing.GUEST)
        for flag in ("is_restricted", "is_ultra_restricted", "is_stranger", "is_invited_user")
        for admin in ({}, {"is_admin": True})
    ),
    *(
        ({flag: True, "is_admin": True}, Standing.BOT)
        for flag in ("is_bot", "is_workflow_bot", "is_connector_bot")
    ),
    *(({"deleted": True, **admin}, Standing.GONE) for admin in ({}, *ADMINS, {"is_bot": True})),
]

UNCLEAR: list[dict[str, Any] | str | None] = [
    None,
    "nobody",
    {},
    {"id": "U0ANOTHER1"},
    {"team_id": None},
    {"deleted": "no"},
    {"is_bot": None},
    {"is_restricted": 0},
    {"is_admin": "true"},
    {"is_owner": []},
]
"""Instead of a profile; with fields of one, these in it."""


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        SlackStage(server)
        yield server
        assert not server.faults, "a fault was prepared and never met"


@pytest.fixture
async def relevo(redis_client: Redis, server: SlackServer) -> AsyncIterator[SlackAdapter]:
    adapter = SlackAdapter(
        adapter_tools(redis_client, Platform.SLACK),
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        api_url=server.api_url,
    )
    yield adapter
    await adapter.close()


async def test_each_flag_counts(server: SlackServer, relevo: SlackAdapter) -> None:
    assert isinstance(relevo, Vouching)
    await relevo.locate(DESK)
    for fields, standing in TABLE:
        server.workspace.add_user(WHO, "Sam", **fields)
        assert await relevo.standing(WHO) is standing, fields


async def test_where_the_desk_is_elsewhere_nobody_is_an_admin(
    server: SlackServer, relevo: SlackAdapter
) -> None:
    for fields, standing in TABLE:
        server.workspace.add_user(WHO, "Sam", **fields)
        expected = Standing.MEMBER if standing is Standing.ADMIN else standing
        assert await relevo.standing(WHO) is expected, fields


async def test_who_is_not_there_is_gone_and_bots_are_bots(
    server: SlackServer, relevo: SlackAdapter
) -> None:
    server.workspace.add_user("USLACKBOT", "Slackbot")
    assert await relevo.standing("U0NOWHERE1") is Standing.GONE
    assert await relevo.standing(BOT_USER) is Standing.BOT
    assert await relevo.standing("USLACKBOT") is Standing.BOT


async def test_each_look_is_fresh(server: SlackServer, relevo: SlackAdapter) -> None:
    await relevo.locate(DESK)
    server.workspace.add_user(WHO, "Sam", is_admin=True)
    assert await relevo.standing(WHO) is Standing.ADMIN
    server.workspace.users[WHO]["is_admin"] = False
    assert await relevo.standing(WHO) is Standing.MEMBER
    server.workspace.users[WHO]["deleted"] = True
    assert await relevo.standing(WHO) is Standing.GONE
    assert len(server.asked("users.info")) == 3


@pytest.mark.parametrize("flag", ["is_bot", "is_restricted", "is_ultra_restricted", "is_admin"])
async def test_a_profile_without_what_slack_always_tells_is_unclear(
    server: SlackServer, relevo: SlackAdapter, flag: str
) -> None:
    server.workspace.add_user(WHO, "Sam", is_owner=True)
    del server.workspace.users[WHO][flag]
    with pytest.raises(AdapterError):
        await relevo.standing(WHO)


async def test_an_answer_that_is_odd_vouches_for_nobody(
    server: SlackServer, relevo: SlackAdapter
) -> None:
    await relevo.locate(DESK)
    for odd in UNCLEAR:
        server.workspace.add_user(WHO, "Sam", is_admin=True)
        known: Any = server.workspace.users[WHO]
        users: dict[str, Any] = server.workspace.users
        users[WHO] = {**known, **odd} if isinstance(odd, dict) and odd else odd
        with pytest.raises(AdapterError):
            await relevo.standing(WHO)


@pytest.mark.parametrize(
    "fault",
    [
        DROPPED,
        BROKEN,
        limited(1),
        limited(None),
        refusal("internal_error"),
        refusal("user_not_visible"),
        refusal("missing_scope"),
        refusal("fatal_error", does=True),
        Fault(),
        Fault(does=True, after=1.0),
    ],
)
async def test_a_platform_that_does_not_answer_vouches_for_nobody(
    server: SlackServer,
    relevo: SlackAdapter,
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(standings, "PATIENCE_SECONDS", 0.3)
    await relevo.locate(DESK)
    server.workspace.add_user(WHO, "Sam", is_admin=True)
    server.faults.add("users.info", fault)
    began = time.monotonic()
    with pytest.raises(AdapterError):
        await relevo.standing(WHO)
    assert time.monotonic() - began < 0.9


async def test_with_a_token_that_is_void_nobody_is_vouched_for(
    server: SlackServer, relevo: SlackAdapter
) -> None:
    await relevo.locate(DESK)
    server.tokens.remove(BOT_TOKEN)
    with pytest.raises(AuthenticationError):
        await relevo.standing(SlackStage.agent.user_id)
