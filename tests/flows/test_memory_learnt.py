"""The whole of it on the playground: what a customer says is learnt afterwards, and shown to them."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis

from adapters.playground.lines import LineRole
from adapters.playground.transcript import Transcript
from bot.app import Relevo, open_relevo, read_settings
from bot.engine.keys import ConversationKeys
from knowledge import load_sample
from tests.builders import a_conversation, a_message

MARTA = a_conversation("marta")
PATIENCE = 30.0


@dataclass
class Talk:
    """A customer of a running installation."""

    relevo: Relevo
    redis: Redis
    said: int = 0

    async def says(self, text: str) -> str:
        """Write, and return what the bot says to it."""
        await self.relevo.engine.inbox.accept(a_message(text, conversation=MARTA))
        self.said += 1
        async with asyncio.timeout(PATIENCE):
            while len(heard := await self._heard()) < self.said:  # noqa: ASYNC110 - nothing calls back
                await asyncio.sleep(0.05)
        return heard[self.said - 1]

    async def until_learnt(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self.redis.exists(ConversationKeys(MARTA).lessons):  # noqa: ASYNC110 - nothing calls back
                await asyncio.sleep(0.05)

    async def _heard(self) -> list[str]:
        lines = [stored.line for stored in await Transcript(self.redis).lines(MARTA)]
        return [line.text for line in lines if line.role is LineRole.RELEVO and not line.draft]


@pytest.mark.parametrize("consent", ["opt-out", "none"])
async def test_what_is_said_is_remembered_after_the_turn(
    redis_client: Redis, redis_url: str, tmp_path: Path, consent: str
) -> None:
    load_sample(tmp_path)
    settings = read_settings(
        data_dir=tmp_path,
        redis={"url": redis_url},
        engine={"join_seconds": 0, "sweep_seconds": 0.2},
        memory={"learn_seconds": 0, "consent": consent},
        desk={"channel": "playground:desk"},
        playground={"enabled": True},
        http={"port": 0},
    )
    async with open_relevo(settings) as relevo, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(relevo.run("all"))
        talk = Talk(relevo, redis_client)
        await talk.says("My plan is Enterprise. How long does delivery take?")
        await talk.until_learnt()
        shown = await talk.says("/memory")
        running.cancel()
    assert ("Enterprise" in shown) == (consent == "opt-out")
