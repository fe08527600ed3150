"""``relevo doctor`` as an operator calls it: a real process, a good installation, ways to spoil it.

``COMPLAINTS`` holds everything that is spoilt, with what the doctor has to say of it; the tests and
``python -m benchmarks doctor`` go through the same list.
"""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from typing_extensions import override

from adapters.discord.commands import synchronise
from adapters.discord.rest import Rest
from bot.engine.client.connection import connect
from tests.flows.installation import sample_knowledge
from tests.platforms.discord import payloads
from tests.platforms.discord.stage import DiscordStage, discord_stage
from tests.platforms.discord.world import BOT as DISCORD_BOT
from tests.platforms.discord.world import GUILD
from tests.platforms.slack.stage import SlackStage, slack_stage
from tests.platforms.slack.workspace import BOT_USER
from tests.platforms.telegram.stage import SECRET as WEBHOOK_SECRET
from tests.platforms.telegram.stage import TelegramStage, telegram_stage
from tests.platforms.telegram.world import BOT, GROUP
from tests.servers import RealServer
from tests.tools import adapter_tools

ROOT = Path(__file__).parents[2]
NOBODY = "redis://127.0.0.1:1/0"
VOICE = "203"


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
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "doctor", *options),
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **self.settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(), 60)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return Consultation(code=process.returncode or 0, out=out.decode(), err=err.decode())


@asynccontextmanager
async def a_patient(folder: Path, redis: RealServer) -> AsyncGenerator[Patient]:
    """Set up all three platforms, knowledge, a safe Redis, and the desk on Slack."""
    shutil.copytree(sample_knowledge(), folder / "relevo-data")
    redis.command("CONFIG", "SET", "appendfsync", "always")
    async with slack_stage() as slack, discord_stage() as discord, telegram_stage() as telegram:
        slack.server.scopes = ",".join(_manifest_scopes())
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
    await synchronise(rest, tools.store, DISCORD_BOT, suggests=False)
    await rest.close()
    await client.aclose()


def _manifest_scopes() -> list[str]:
    manifest = yaml.safe_load((ROOT / "docs/slack-manifest.yaml").read_text(encoding="utf-8"))
    return manifest["oauth_config"]["scopes"]["bot"]


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """Something that is wrong, and what has to be said of it: under which name, cause, cure."""

    name: str
    spoil: Callable[[Patient], object]
    subject: str
    cause: str
    cure: str
    code: int = 1
    health: str = "broken"

    @override
    def __str__(self) -> str:
        return self.name


def _set(**settings: str) -> Callable[[Patient], None]:
    given = {f"RELEVO_{name}": value for name, value in settings.items()}
    return lambda patient: patient.settings.update(given)


def _unset(*beginnings: str) -> Callable[[Patient], None]:
    def spoil(patient: Patient) -> None:
        for name in list(patient.settings):
            if name.startswith(tuple(f"RELEVO_{beginning}" for beginning in beginnings)):
                del patient.settings[name]

    return spoil


def _without_scope(scope: str) -> Callable[[Patient], None]:
    def spoil(patient: Patient) -> None:
        kept = [name for name in _manifest_scopes() if name != scope]
        patient.slack.server.scopes = ",".join(kept)

    return spoil


def _not_invited(patient: Patient) -> None:
    workspace = patient.slack.server.workspace
    workspace.channels[patient.slack.channel.channel_id].members.discard(BOT_USER)


def _archived(patient: Patient) -> None:
    channels = patient.slack.server.workspace.channels
    channels[patient.slack.channel.channel_id].is_archived = True


def _desk_on_discord(patient: Patient) -> None:
    patient.settings["RELEVO_DESK__CHANNEL"] = patient.discord.desk_setting


def _desk_in_voice(patient: Patient) -> None:
    world = patient.discord.server.world
    world.channels[VOICE] = payloads.channel(VOICE, 2, GUILD, "voice")
    patient.settings["RELEVO_DESK__CHANNEL"] = f"discord:{VOICE}"


def _closed_forum(patient: Patient) -> None:
    """The bot's role may do everything but send messages in threads."""
    _desk_on_discord(patient)
    everything_else = (1 << 50) - 1 - (1 << 38) - (1 << 3)
    patient.discord.server.world.permissions = str(everything_else)


def _no_intent(patient: Patient) -> None:
    patient.discord.server.world.application_flags = 0


def _on_telegram(change: Callable[[dict[str, Any]], object]) -> Callable[[Patient], None]:
    def spoil(patient: Patient) -> None:
        patient.settings["RELEVO_DESK__CHANNEL"] = patient.telegram.desk_setting
        change(patient.telegram.server.world.chats[GROUP])

    return spoil


def _no_administrator(patient: Patient) -> None:
    patient.settings["RELEVO_DESK__CHANNEL"] = patient.telegram.desk_setting
    patient.telegram.server.world.member = {"status": "member", "user": BOT}


def _someone_elses_webhook(patient: Patient) -> None:
    patient.telegram.server.webhook["url"] = "https://elsewhere.example/hook"


def _another_webhook(patient: Patient) -> None:
    _someone_elses_webhook(patient)
    patient.settings["RELEVO_TELEGRAM__WEBHOOK_URL"] = "https://support.example.com"
    patient.settings["RELEVO_TELEGRAM__WEBHOOK_SECRET"] = WEBHOOK_SECRET


def _evicting(patient: Patient) -> None:
    patient.redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")


def _forgetful(patient: Patient) -> None:
    patient.redis.command("CONFIG", "SET", "appendonly", "no")


def _file(text: str) -> Callable[[Patient], object]:
    return lambda patient: (patient.folder / "relevo.toml").write_text(text, encoding="utf-8")


def _no_documents(patient: Patient) -> None:
    shutil.rmtree(patient.folder / "relevo-data")


COMPLAINTS = (
    Complaint(
        name="wrong Slack bot token",
        spoil=_set(SLACK__BOT_TOKEN="xoxb-of-somebody-else"),  # noqa: S106
        subject="slack token",
        cause="does not accept the token",
        cure="copy it again from the app's page (slack.bot_token)",
    ),
    Complaint(
        name="wrong Slack app token",
        spoil=_set(SLACK__APP_TOKEN="xapp-of-somebody-else"),  # noqa: S106
        subject="slack connection",
        cause="does not accept the token",
        cure="copy it again from the app's page (slack.app_token)",
    ),
    Complaint(
        name="a Slack scope is missing",
        spoil=_without_scope("reactions:write"),
        subject="slack scope reactions:write",
        cause="Missing, needed to mark how a case stands",
        cure="add it on the app's page under OAuth & Permissions and install the app again",
    ),
    Complaint(
        name="neither Slack app token nor signing secret",
        spoil=_unset("SLACK__APP_TOKEN"),
        subject="slack",
        cause="needs slack.app_token (Socket Mode) or slack.signing_secret (HTTP)",
        cure="set one",
    ),
    Complaint(
        name="the bot is not in the desk's Slack channel",
        spoil=_not_invited,
        subject="desk",
        cause="does not have the bot as a member",
        cure="write /invite and its name there",
    ),
    Complaint(
        name="the desk's Slack channel is archived",
        spoil=_archived,
        subject="desk",
        cause="is archived",
        cure="restore it or name another",
    ),
    Complaint(
        name="Slack can't be reached",
        spoil=_set(SLACK__API_URL="http://127.0.0.1:1/api/"),
        subject="slack token",
        cause="Slack can't be reached",
        cure="check the network, proxy and slack.api_url",
    ),
    Complaint(
        name="wrong Discord token",
        spoil=_set(DISCORD__TOKEN="of.somebody.else"),  # noqa: S106
        subject="discord token",
        cause="Discord does not know this bot",
        cure="put a valid token in RELEVO_DISCORD__TOKEN",
    ),
    Complaint(
        name="the desk's Discord channel has no threads",
        spoil=_desk_in_voice,
        subject="desk",
        cause="names a Discord channel without threads",
        cure="set the id of a forum",
    ),
    Complaint(
        name="the desk's Discord channel does not exist",
        spoil=_set(DESK__CHANNEL="discord:999"),
        subject="desk",
        cause="names a Discord channel that the bot can't see",
        cure="set the id of a forum and let the bot's role view it",
    ),
    Complaint(
        name="the Discord bot lacks a permission in the desk's forum",
        spoil=_closed_forum,
        subject="discord desk",
        cause="The bot's role lacks permissions",
        cure="allow send messages in threads",
    ),
    Complaint(
        name="Discord without the message-content intent",
        spoil=_no_intent,
        subject="discord intents",
        cause="Without the message-content intent the bot reads direct messages, mentions",
        cure="switch the intent on in the developer portal to let people write freely",
        code=0,
        health="warning",
    ),
    Complaint(
        name="wrong Telegram token",
        spoil=_set(TELEGRAM__TOKEN="4711001:AAof-somebody-else_0123456789abcdef"),  # noqa: S106
        subject="telegram token",
        cause="does not accept the bot's token",
        cure="copy it anew from @BotFather (telegram.token)",
    ),
    Complaint(
        name="a Telegram token that is none",
        spoil=_set(TELEGRAM__TOKEN="relevo_bot-and-not-its-token"),  # noqa: S106
        subject="telegram",
        cause="telegram.token is no bot token",
        cure="copy it from @BotFather",
    ),
    Complaint(
        name="the desk's Telegram group has no topics",
        spoil=_on_telegram(lambda group: group.pop("is_forum")),
        subject="desk",
        cause="it has no topics",
        cure="Turn on Topics in the group's settings",
    ),
    Complaint(
        name="the desk's Telegram group is public",
        spoil=_on_telegram(lambda group: group.update(username="everybody")),
        subject="desk",
        cause="strangers can write in it",
        cure="Make the group private",
    ),
    Complaint(
        name="the bot is no administrator of the desk's Telegram group",
        spoil=_no_administrator,
        subject="desk",
        cause="the bot is no administrator there",
        cure="Make it one that may manage topics",
    ),
    Complaint(
        name="a Telegram webhook without secret",
        spoil=_set(TELEGRAM__WEBHOOK_URL="https://support.example.com"),
        subject="telegram",
        cause="telegram.webhook_url needs telegram.webhook_secret",
        cure="set it to 1–256 letters, digits, _ or -",
    ),
    Complaint(
        name="another program has set a Telegram webhook",
        spoil=_someone_elses_webhook,
        subject="telegram polling",
        cause="A webhook is set for this bot",
        cure="`relevo run` removes it",
        code=0,
        health="warning",
    ),
    Complaint(
        name="the Telegram webhook is set elsewhere",
        spoil=_another_webhook,
        subject="telegram webhook",
        cause="Telegram calls another address",
        cure="`relevo run` sets the right one",
        code=0,
        health="warning",
    ),
    Complaint(
        name="Redis can't be reached",
        spoil=_set(REDIS__URL=NOBODY),
        subject="redis",
        cause="Redis can't be reached",
        cure="start it, or correct redis.url",
    ),
    Complaint(
        name="Redis throws keys away",
        spoil=_evicting,
        subject="redis",
        cause="throws conversations away when its memory is full (maxmemory-policy allkeys-lru)",
        cure="set maxmemory-policy noeviction",
    ),
    Complaint(
        name="Redis keeps nothing on disk",
        spoil=_forgetful,
        subject="redis",
        cause="would lose what it acknowledged when it restarts (appendonly no)",
        cure="set appendonly yes",
    ),
    Complaint(
        name="no documents",
        spoil=_no_documents,
        subject="knowledge",
        cause="There are no documents, so every question goes to a person",
        cure="relevo kb add FOLDER",
        code=0,
        health="warning",
    ),
    Complaint(
        name="no platform",
        spoil=_unset("SLACK", "DISCORD", "TELEGRAM"),
        subject="platforms",
        cause="No platform is set up",
        cure="set slack.bot_token, discord.token or telegram.token",
    ),
    Complaint(
        name="the desk's platform is not set up",
        spoil=_unset("SLACK"),
        subject="desk",
        cause="desk.channel is on slack, which is not set up",
        cure="set its token, or choose a channel on another platform",
    ),
    Complaint(
        name="no desk",
        spoil=_unset("DESK"),
        subject="desk",
        cause="desk.channel is not set, so nobody could be handed over to a person",
        cure="set it to a channel of your agents",
    ),
    Complaint(
        name="a misspelt variable",
        spoil=_set(SLAKC__BOT_TOKEN="xoxb-misplaced"),  # noqa: S106
        subject="settings",
        cause="The environment has RELEVO_SLAKC__BOT_TOKEN, which is no setting",
        cure="write RELEVO_SECTION__KEY with two underscores",
        code=2,
    ),
    Complaint(
        name="a misspelt setting in relevo.toml",
        spoil=_file('[desk]\nchanel = "slack:C0DESK0001"\n'),
        subject="settings",
        cause="desk.chanel (there is no such setting)",
        cure="Correct them and start again",
        code=2,
    ),
    Complaint(
        name="a secret in relevo.toml",
        spoil=_file('[discord]\ntoken = "kept-in.the.wrong-place"\n'),
        subject="settings",
        cause="discord.token is a secret and does not belong into relevo.toml",
        cure="put it into RELEVO_DISCORD__TOKEN or into a file that discord.token_file names",
        code=2,
    ),
)
