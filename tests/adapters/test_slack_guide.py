"""The guide and its manifest: followed to the letter they give what the adapter needs."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from redis.asyncio import Redis

from adapters.slack import SlackAdapter
from adapters.slack.doctor import NEEDED, WELCOME
from adapters.slack.marks import REACTIONS
from adapters.slack.receipts import REACTIONS as RECEIPTS
from adapters.slack.webhook import PATH
from adapters.verbs import VERBS
from bot.vocabulary.commands import read
from bot.vocabulary.errors import ConfigurationError, ConnectionLostError
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import Health, Sign
from tests.platforms.slack.faults import DROPPED, limited, refusal
from tests.platforms.slack.server import APP_TOKEN, BOT_TOKEN, SECRET, SlackServer, slack_server
from tests.platforms.slack.stage import DESK, DIRECT, SlackStage
from tests.platforms.slack.workspace import BOT_USER, TEAM
from tests.tools import adapter_tools

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "slack.md").read_text(encoding="utf-8")
EMOJI = {"eyes": "👀", "white_check_mark": "✅"}


def manifest() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load((DOCS / "slack-manifest.yaml").read_text("utf-8")))


def scopes() -> set[str]:
    return set(manifest()["oauth_config"]["scopes"]["bot"])


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        SlackStage(server)
        server.scopes = ",".join(sorted(scopes()))
        yield server
        assert server.violations == []


def adapter(redis: Redis, server: SlackServer, **ways: Any) -> SlackAdapter:
    return SlackAdapter(
        adapter_tools(redis, Platform.SLACK),
        bot_token=BOT_TOKEN,
        api_url=ways.pop("api_url", server.api_url),
        **(ways or {"app_token": APP_TOKEN}),
    )


def test_the_manifest_asks_for_what_is_needed_and_no_more() -> None:
    assert scopes() == set(NEEDED) | set(WELCOME)


def test_the_manifest_has_the_events_that_are_understood() -> None:
    told = set(manifest()["settings"]["event_subscriptions"]["bot_events"])
    assert told == {
        "agent_session_stopped",
        "app_home_opened",
        "app_mention",
        "reaction_added",
        *(f"message.{kind}" for kind in ("channels", "groups", "im", "mpim")),
    }


def test_the_manifest_declares_an_agent_whose_work_can_be_stopped() -> None:
    assert manifest()["features"]["agent_view"]["agent_description"]
    assert "assistant_view" not in manifest()["features"]
    assert {"assistant:write", "chat:write"} <= scopes()


def test_each_event_has_the_scope_that_slack_wants_for_it() -> None:
    wanted = {
        "agent_session_stopped": "assistant:write",
        "app_mention": "app_mentions:read",
        "reaction_added": "reactions:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
    }
    told = manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert {wanted[event] for event in told if event in wanted} <= scopes()


def test_the_manifest_has_the_command_of_the_adapter() -> None:
    [command] = manifest()["features"]["slash_commands"]
    assert f"{command['command']} " == SlackAdapter.capabilities.command_prefix
    assert manifest()["settings"]["interactivity"]["is_enabled"] is True
    assert manifest()["settings"]["socket_mode_enabled"] is True


def test_the_guide_names_what_there_is() -> None:
    assert f"https://your.host{PATH}" in GUIDE
    assert "Options Load URL" in GUIDE
    lines = re.findall(r"`/relevo ([^`]+)`", GUIDE)
    steering = GUIDE.partition("## What admins do")[2].partition("\n## ")[0]
    for line in (line for line in lines if f"/relevo {line}`" in steering):
        assert read(f"/{line}"), line
    prefix = SlackAdapter.capabilities.desk_prefix
    assert {f"{prefix}{verb}" for verb in VERBS} <= set(re.findall(r"`(!\w+)`", GUIDE))
    [line] = re.findall(r"🆕.*\n?.*expired", GUIDE)
    assert len(REACTIONS) == len(re.findall("🆕|👀|⏰|✅|⌛", line))
    assert f"gets the reaction {EMOJI[RECEIPTS[Sign.SEEN]]}" in GUIDE
    assert EMOJI[RECEIPTS[Sign.DELIVERED]] in GUIDE


async def test_followed_to_the_letter_everything_is_good(
    redis_client: Redis, server: SlackServer
) -> None:
    relevo = adapter(redis_client, server)
    findings = await relevo.diagnose()
    assert {it.subject: it.health for it in findings} == {
        "slack token": Health.GOOD,
        "slack scopes": Health.GOOD,
        "slack connection": Health.GOOD,
    }
    desk = await relevo.locate(DESK)
    assert str(desk) == f"slack:{TEAM}:{DESK}"
    await relevo.close()


async def test_over_http_too(redis_client: Redis, server: SlackServer) -> None:
    relevo = adapter(redis_client, server, signing_secret=SECRET)
    assert {it.health for it in await relevo.diagnose()} == {Health.GOOD}
    assert [route.path for route in relevo.routes()] == [PATH]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    await relevo.close()


@pytest.mark.parametrize("scope", [*NEEDED, *WELCOME])
async def test_each_missing_scope_is_named_with_its_purpose(
    redis_client: Redis, server: SlackServer, scope: str
) -> None:
    server.scopes = ",".join(scopes() - {scope})
    relevo = adapter(redis_client, server)
    [found] = [it for it in await relevo.diagnose() if it.health is not Health.GOOD]
    assert found.subject == f"slack scope {scope}"
    assert found.health is (Health.BROKEN if scope in NEEDED else Health.WARNING)
    assert {**NEEDED, **WELCOME}[scope] in found.text
    await relevo.close()


@pytest.mark.parametrize(
    ("wrong", "subject"), [(BOT_TOKEN, "slack token"), (APP_TOKEN, "slack connection")]
)
async def test_a_wrong_token_is_named_and_not_shown(
    redis_client: Redis, server: SlackServer, wrong: str, subject: str
) -> None:
    server.tokens.remove(wrong)
    relevo = adapter(redis_client, server)
    [found] = [it for it in await relevo.diagnose() if it.health is Health.BROKEN]
    assert found.subject == subject
    assert wrong not in str(found)
    await relevo.close()


async def test_without_a_network_it_says_so(redis_client: Redis, server: SlackServer) -> None:
    relevo = adapter(redis_client, server, api_url="http://127.0.0.1:9/api/")
    [found] = await relevo.diagnose()
    assert found.health is Health.BROKEN
    assert "can't be reached" in found.text
    await relevo.close()


async def test_what_slack_does_not_tell_is_a_warning(
    redis_client: Redis, server: SlackServer
) -> None:
    server.scopes = None
    relevo = adapter(redis_client, server)
    assert Health.WARNING in {it.health for it in await relevo.diagnose()}
    await relevo.close()


@pytest.mark.parametrize(
    ("channel", "cure"),
    [
        ("general", "no id of a channel"),
        ("C0NOWHERE1", "channel_not_found"),
        (DIRECT, "no id of a channel"),
        ("C0ARCHIVED", "archived"),
        ("C0STRANGE1", "/invite"),
        ("C0TALKONLY", "direct message"),
    ],
)
async def test_a_channel_that_can_not_be_the_desk(
    redis_client: Redis, server: SlackServer, channel: str, cure: str
) -> None:
    server.workspace.add_channel("C0ARCHIVED").is_archived = True
    server.workspace.add_channel("C0STRANGE1").members.remove(BOT_USER)
    server.workspace.add_channel("C0TALKONLY", is_im=True)
    relevo = adapter(redis_client, server)
    with pytest.raises(ConfigurationError, match=cure):
        await relevo.locate(channel)
    await relevo.close()


async def test_the_desk_is_not_wrong_when_slack_can_not_be_asked(
    redis_client: Redis, server: SlackServer
) -> None:
    server.faults.add("conversations.info", DROPPED, refusal("internal_error"), limited(1))
    relevo = adapter(redis_client, server)
    for _ in range(3):
        with pytest.raises(ConnectionLostError):
            await relevo.locate(DESK)
    await relevo.close()
