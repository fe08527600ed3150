"""``relevo doctor`` as an operator calls it: a real process in an installation that is in order."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from adapters.discord.commands import synchronise
from adapters.discord.rest import Rest
from bot.engine.client.connection import connect
from tests import forking
from tests.flows.installation import sample_knowledge
from tests.platforms.discord.stage import DiscordStage, discord_stage
from tests.platforms.discord.world import BOT as DISCORD_BOT
from tests.platforms.discord.world import GUILD
from tests.platforms.slack.stage import SlackStage, slack_stage
from tests.platforms.telegram.stage import TelegramStage, telegram_stage
from tests.servers import RealServer
from tests.tools import adapter_tools

ROOT = Path(__file__).parents[2]
NOBODY = "redis://127.0.0.1:1/0"


@dataclass(frozen=True, kw_only=True)
class Consultation:
    """What the process said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def findings(self) -> list[dict[str, str]]:
        return json.loads(self.out)["findings"]


@dataclass(kw_only=True)
class Patient:
    """An installation that is in order until somebody spoils it: platforms, settings, Redis."""

    folder: Path
    redis: RealServer
    slack: SlackStage
    discord: DiscordStage
    telegram: TelegramStage
    settings: dict[str, str]

    @property
    def secrets(self) -> set[str]:
        return {
            value
            for name, value in self.settings.items()
            if name.endswith(("TOKEN", "SECRET")) and value
        }

    async def consult(self, *options: str) -> Consultation:
        """Run ``relevo doctor`` in the installation's folder with its settings alone."""
        done = await asyncio.to_thread(
            forking.run,
            *("doctor", *options),
            folder=self.folder,
            environment={**os.environ, **self.settings},
        )
        return Consultation(code=done.returncode, out=done.stdout, err=done.stderr)


@asynccontextmanager
async def a_patient(folder: Path, redis: RealServer) -> AsyncGenerator[Patient]:
    """Set up all three platforms, knowledge, a safe Redis, and the desk on Slack."""
    shutil.copytree(sample_knowledge(), folder / "relevo-data")
    redis.command("CONFIG", "SET", "appendfsync", "always")
    async with slack_stage() as slack, discord_stage() as discord, telegram_stage() as telegram:
        slack.server.scopes = ",".join(manifest_scopes())
        await _has_run_before(discord, redis)
        telegram.server.world.bot["can_read_all_group_messages"] = True
        settings = {"RELEVO_REDIS__URL": redis.url, "RELEVO_DESK__CHANNEL": slack.desk_setting}
        for stage in (slack, discord, telegram):
            for name, value in stage.settings.items():
                settings[f"RELEVO_{stage.platform.upper()}__{name.upper()}"] = str(value)
        yield Patient(
            folder=folder,
            redis=redis,
            slack=slack,
            discord=discord,
            telegram=telegram,
            settings=settings,
        )


async def _has_run_before(discord: DiscordStage, redis: RealServer) -> None:
    """At its first start Relevo tells Discord the slash commands."""
    client = connect(redis.url, pool_size=4, deadline_seconds=5)
    tools = adapter_tools(client, discord.platform)
    rest = Rest(tools.limits, token=discord.settings["token"], api_url=discord.settings["api_url"])
    await synchronise(rest, tools.store, DISCORD_BOT, suggests=False, guild=GUILD)
    await rest.close()
    await client.aclose()


def manifest_scopes() -> list[str]:
    manifest = yaml.safe_load((ROOT / "docs/slack-manifest.yaml").read_text(encoding="utf-8"))
    return manifest["oauth_config"]["scopes"]["bot"]
