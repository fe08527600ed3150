"""A set-up guide followed to the letter: what it tells to set and to do, and nothing else.

The guide's variables and its ``relevo.toml`` are taken as they stand there; for the ``…`` of a token
comes the loopback platform's, and on the platform is done what the steps say. Only the platform's
address (``api_url`` and the like) is ours.
"""

import asyncio
import os
import re
import shutil
import socket
import tomllib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import yaml

from bot.vocabulary.messages import Platform
from tests import forking
from tests.flows.installation import sample_knowledge
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.discord.world import FORUM
from tests.platforms.slack.stage import DESK, SlackStage
from tests.platforms.slack.workspace import BOT_USER
from tests.platforms.stage import Stage
from tests.platforms.telegram.stage import TelegramStage
from tests.platforms.telegram.world import GROUP, administrator

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"^\s*(RELEVO_\w+)=(\S+)$", re.MULTILINE)
SET_UP = ("## Set up", "## The desk in a group")


@dataclass(frozen=True, kw_only=True)
class Guide:
    """One of docs/*.md."""

    text: str

    @property
    def sections(self) -> dict[str, str]:
        parts = re.split(r"^(## .+)$", self.text, flags=re.MULTILINE)
        return dict(zip(parts[1::2], parts[2::2], strict=True))

    @property
    def set_up(self) -> str:
        return "".join(self.sections.get(name, "") for name in SET_UP)

    @property
    def toml(self) -> str:
        """What goes into ``relevo.toml``."""
        bodies = [body for kind, body in BLOCK.findall(self.set_up) if kind == "toml"]
        return "\n".join(line.strip() for body in bodies for line in body.splitlines())

    @property
    def desk(self) -> str:
        return tomllib.loads(self.toml)["desk"]["channel"].partition(":")[2]

    @property
    def commands(self) -> list[str]:
        """The commands of the steps, in their order, each once."""
        return list(dict.fromkeys(re.findall(r"`relevo (\w+)`", self.set_up)))

    def variables(self, section: str | None = None) -> dict[str, str]:
        """Variables that the steps (or another section) set, with the values that stand there."""
        return dict(VARIABLE.findall(self.sections[section] if section else self.set_up))


def guide_of(platform: Platform) -> Guide:
    return Guide(text=(ROOT / "docs" / f"{platform}.md").read_text(encoding="utf-8"))


def prepare(stage: Stage, guide: Guide) -> None:
    """Do on the platform what the steps say, with the example's channel as the desk."""
    match stage.platform:
        case Platform.SLACK:
            _prepare_slack(cast("SlackStage", stage), guide)
        case Platform.DISCORD:
            _prepare_discord(cast("DiscordStage", stage), guide)
        case _:
            _prepare_telegram(cast("TelegramStage", stage), guide)
    stage.channel = replace(stage.channel, channel_id=guide.desk)


def _prepare_slack(stage: SlackStage, guide: Guide) -> None:
    """The app from the manifest; a channel with the id of the example; ``/invite``."""
    manifest = yaml.safe_load((ROOT / "docs/slack-manifest.yaml").read_text(encoding="utf-8"))
    stage.server.scopes = ",".join(manifest["oauth_config"]["scopes"]["bot"])
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    stage.server.subscribed = frozenset(events)
    assert "/invite @Relevo" in guide.set_up
    workspace = stage.server.workspace
    del workspace.channels[DESK]
    workspace.add_channel(guide.desk).members.add(BOT_USER)


def _prepare_discord(stage: DiscordStage, guide: Guide) -> None:
    """The permissions of the invitation; the intent; a forum with the id of the example."""
    [permissions] = re.findall(r"permissions=(\d+)", guide.set_up)
    world = stage.server.world
    world.permissions = permissions
    world.channels[guide.desk] = world.channels.pop(FORUM) | {"id": guide.desk}


def _prepare_telegram(stage: TelegramStage, guide: Guide) -> None:
    """A private group with topics and the id of the example; one right for the bot."""
    world = stage.server.world
    del world.chats[GROUP]
    world.add_group(int(guide.desk))
    assert "*Manage topics*" in guide.set_up
    world.member = administrator(can_manage_topics=True)


@dataclass(kw_only=True)
class Follower:
    """Somebody who has done the steps, in a folder with documents in it."""

    folder: Path
    settings: dict[str, str]
    port: int

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.settings}

    async def call(self, *words: str) -> tuple[int, str]:
        """Run a command to its end; returns its exit code and all that it said."""
        done = await asyncio.to_thread(
            forking.run, *words, folder=self.folder, environment=self.environment
        )
        return done.returncode, done.stdout + done.stderr

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Let ``relevo run`` run; it ends in an orderly way and has complained of nothing."""
        said = self.folder / "said"
        process = forking.begin(
            forking.Orders(
                words=("run",),
                folder=self.folder,
                environment=self.environment,
                out=said,
                err=said,
            )
        )
        try:
            yield
        finally:
            process.terminate()
            code = await asyncio.to_thread(process.wait, 30)
        assert code == 0, said.read_text()
        assert "Traceback" not in said.read_text()


def follow(
    guide: Guide, stage: Stage, folder: Path, *, instead: dict[str, str] | None = None
) -> Follower:
    """Set what the guide says, or other variables ``instead`` of those of its steps."""
    shutil.copytree(sample_knowledge(), folder / "relevo-data")
    (folder / "relevo.toml").write_text(guide.toml, encoding="utf-8")
    prefix = f"RELEVO_{stage.platform.upper()}__"
    given = {f"{prefix}{name.upper()}": str(value) for name, value in stage.settings.items()}
    asked = guide.variables() if instead is None else instead
    ours = {name: value for name, value in given.items() if name.endswith("_URL")}
    filled = {name: _filled(value, given.get(name, "")) for name, value in asked.items()}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    hurry = {"RELEVO_HTTP__PORT": str(port), "RELEVO_DESK__UNDO_SECONDS": "0.2"}
    settings = {**ours, **filled, **hurry}
    return Follower(folder=folder, settings=settings, port=port)


def _filled(shown: str, real: str) -> str:
    """A value of the guide, with what stands for a secret filled in: ``xoxb-…`` → ``xoxb-123``."""
    beginning, dots, _ = shown.partition("…")
    if not dots:
        return shown
    assert real.startswith(beginning), f"{shown} in the guide is no beginning of such a secret"
    return real
