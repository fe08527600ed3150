"""``relevo init`` as an operator answers it, line by line, against loopback platforms and a real Redis."""

import asyncio
import io
import logging
import os
import re
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from bot.vocabulary.messages import Platform
from tests import forking
from tests.flows.consulting import manifest_scopes
from tests.platforms.discord.stage import DiscordStage, discord_stage
from tests.platforms.slack.stage import SlackStage, slack_stage
from tests.platforms.stage import Stage
from tests.platforms.telegram.stage import TelegramStage, telegram_stage
from tests.servers import RealServer

SECRETS = {
    Platform.SLACK: ("bot_token", "app_token"),
    Platform.DISCORD: ("token",),
    Platform.TELEGRAM: ("token",),
}


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a set-up said, how it ended, and how long it took in seconds."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def questions(self) -> int:
        counted = re.search(r"(\d+) questions", self.out)
        return int(counted[1]) if counted else 0


@dataclass(kw_only=True)
class Newcomer:
    """An empty folder, three platforms, and whoever sets Relevo up there."""

    folder: Path
    slack: SlackStage
    discord: DiscordStage
    telegram: TelegramStage
    environment: dict[str, str] = field(default_factory=dict[str, str])

    def tokens(self, *platforms: Platform) -> list[str]:
        """The right tokens in the order in which they are asked for."""
        return [
            self.stage(platform).settings[name]
            for platform in platforms
            for name in SECRETS[platform]
        ]

    def stage(self, platform: Platform) -> Stage:
        stages = {
            Platform.SLACK: self.slack,
            Platform.DISCORD: self.discord,
            Platform.TELEGRAM: self.telegram,
        }
        return cast("Stage", stages[platform])

    async def sets_up(self, answers: Sequence[str], *options: str) -> Done:
        """Run ``relevo init`` and answer with these lines."""
        given = self.folder.parent / "answers"
        given.write_text("".join(f"{line}\n" for line in answers), encoding="utf-8")
        began = time.monotonic()
        done = await self._run("init", *options, given=given)
        return Done(
            code=done.returncode,
            out=done.stdout,
            err=done.stderr,
            seconds=time.monotonic() - began,
        )

    @contextmanager
    def here(self, answers: Sequence[str]) -> Generator[None]:
        """Let this process be in the folder, with these answers: for what needs no process of its own."""
        with pytest.MonkeyPatch.context() as patch, _own_logs():
            patch.chdir(self.folder)
            patch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in answers)))
            for name, value in self.environment.items():
                patch.setenv(name, value)
            yield

    async def _run(self, *words: str, given: Path):
        return await asyncio.to_thread(
            forking.run,
            *words,
            folder=self.folder,
            environment={**os.environ, **self.environment},
            given=given,
        )


@contextmanager
def _own_logs() -> Generator[None]:
    """Let commands set up logs, and take that back."""
    handlers, level = logging.root.handlers, logging.root.level
    logging.root.handlers = []
    try:
        yield
    finally:
        logging.root.handlers = handlers
        logging.root.setLevel(level)


@asynccontextmanager
async def a_newcomer(folder: Path, redis: RealServer) -> AsyncGenerator[Newcomer]:
    """Give an empty folder beside running platforms; only their addresses are in the environment."""
    home = folder / "home"
    home.mkdir()
    redis.command("CONFIG", "SET", "appendfsync", "always")
    async with slack_stage() as slack, discord_stage() as discord, telegram_stage() as telegram:
        slack.server.scopes = ",".join(manifest_scopes())
        agent = slack.agent
        slack.server.workspace.add_user(agent.user_id, agent.name, is_admin=True)
        telegram.server.world.bot["can_read_all_group_messages"] = True
        environment = {"RELEVO_REDIS__URL": redis.url}
        for stage in (slack, discord, telegram):
            secrets = SECRETS[stage.platform]
            for name, value in stage.settings.items():
                if name not in secrets:
                    environment[f"RELEVO_{stage.platform.upper()}__{name.upper()}"] = str(value)
        yield Newcomer(
            folder=home,
            slack=slack,
            discord=discord,
            telegram=telegram,
            environment=environment,
        )
