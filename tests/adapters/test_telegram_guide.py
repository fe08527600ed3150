"""The guide is true: followed to the letter it works, and its words are the program's."""

import re
import tomllib
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from adapters.customers import COMMANDS, does
from adapters.telegram.menus import AGENT, for_agents
from adapters.telegram.pace import Pace
from adapters.telegram.topics import ICONS
from adapters.telegram.webhook import PATH
from bot.texts import LANGUAGES
from bot.vocabulary.commands import read
from bot.vocabulary.errors import AuthenticationError, ConfigurationError, ConnectionLostError
from bot.vocabulary.messages import OutgoingMessage, Platform
from bot.vocabulary.platforms import Health
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import (
    SECRET,
    TelegramStage,
    TelegramUnderTest,
    an_adapter,
    running,
    telegram_stage,
)
from tests.platforms.telegram.world import GROUP, TOKEN, administrator

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "telegram.md").read_text(encoding="utf-8")


def the_desk() -> str:
    """The desk's channel as the guide sets it."""
    [example] = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    lines = "\n".join(line.strip() for line in example.splitlines())
    platform, _, channel_id = tomllib.loads(lines)["desk"]["channel"].partition(":")
    assert platform == Platform.TELEGRAM
    return channel_id


async def test_followed_to_the_letter_it_works(redis_client: Redis) -> None:
    """A token, a private group with topics, one right; then "hi", and a case in a topic."""
    async with telegram_stage() as stage:
        world = stage.server.world
        world.chats = {chat: data for chat, data in world.chats.items() if chat > 0}
        world.add_group(int(the_desk()))
        world.member = administrator(can_manage_topics=True)
        adapter, intake = an_adapter(stage, redis_client), RecordingIntake()
        desk = await adapter.locate(the_desk())
        findings = {finding.subject: finding.health for finding in await adapter.diagnose()}
        assert findings.pop("groups") is Health.WARNING, "privacy mode, which need not be changed"
        assert set(findings.values()) == {Health.GOOD}
        async with running(adapter, intake):
            await stage.ready()
            await stage.write(stage.conversation, "hi")
            await TelegramUnderTest(adapter, intake, stage).until_handed(1)
            card = OutgoingMessage(text="Card.")
            opened = await adapter.open_thread(desk, "R-1", card, key="k1")
            assert [item.text for item in stage.seen(opened.conversation)] == ["Card."]


async def test_the_webhook_of_the_guide_is_taken(redis_client: Redis) -> None:
    [url] = re.findall(r"RELEVO_TELEGRAM__WEBHOOK_URL=(\S+)", GUIDE)
    assert PATH in GUIDE
    async with telegram_stage() as stage:
        adapter = an_adapter(stage, redis_client, webhook_url=url, webhook_secret=SECRET)
        async with running(adapter, RecordingIntake()):
            await stage.server.until_called("setWebhook")
        assert stage.server.webhook["url"] == url + PATH


def test_the_commands_are_those_of_the_menus() -> None:
    named = set(re.findall(r"`/(\w+)`", GUIDE))
    assert {*COMMANDS, *AGENT} <= named
    for name in COMMANDS:
        assert does(name, "es") != does(name, "en")
    for name in AGENT:
        assert for_agents(name, "es") != for_agents(name, "en")
        assert all(3 <= len(for_agents(name, language)) <= 256 for language in LANGUAGES)


def test_the_admins_commands_of_the_guide_are_understood() -> None:
    section = GUIDE.partition("## What admins do")[2].partition("\n## ")[0]
    joined, apart = map(read, re.findall(r"`(/settings[_ ]set)`", section))
    assert joined == apart
    assert joined is not None
    assert read("/status@yourbot") is not None
    assert "/status@yourbot" in section


def test_the_icons_are_those_that_are_set() -> None:
    assert all(icons[0] in GUIDE for icons in ICONS.values())


def test_the_limits_are_those_that_are_kept() -> None:
    pace = Pace()
    assert f"{pace.group * 60:g} messages a minute" in GUIDE
    assert f"{pace.overall:g} in all" in GUIDE
    assert pace.private == 1


async def test_the_errors_read_as_the_guide_says(redis_client: Redis) -> None:
    async with telegram_stage() as stage:
        texts = [text async for text in _errors(stage, redis_client)]
    table = GUIDE.partition("## When something is wrong")[2]
    for quoted in re.findall(r"^\| `(.+?)` \|", table, re.MULTILINE):
        assert any(quoted in text for text in texts), quoted


async def _errors(stage: TelegramStage, redis: Redis) -> AsyncGenerator[str]:
    wrong = an_adapter(stage, redis, token=TOKEN.replace("test", "fake"))
    with pytest.raises(AuthenticationError) as refused:
        await wrong.run(RecordingIntake())
    await wrong.close()
    yield str(refused.value)
    adapter = an_adapter(stage, redis)
    stage.server.faults["getUpdates"].append(Fault(status=409))
    with pytest.raises(ConnectionLostError) as conflict:
        await adapter.run(RecordingIntake())
    yield str(conflict.value)
    group = stage.server.world.chats[GROUP]
    for broken in ({"is_forum": False}, {"is_forum": True, "username": "x"}, {"username": ""}):
        stage.server.world.chats[GROUP] = group | broken
        stage.server.world.member = administrator(can_manage_topics=False)
        with pytest.raises(ConfigurationError) as unfit:
            await adapter.locate(str(GROUP))
        yield str(unfit.value)
    with pytest.raises(ConfigurationError) as unseen:
        await adapter.locate("-1009")
    yield str(unseen.value)
    await adapter.close()
