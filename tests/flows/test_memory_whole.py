"""A memory from end to end: said, learnt, shown, sent, joined and erased, on the real platforms."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.client.connection import run_command
from bot.vocabulary.messages import Platform
from tests.flows.installation import PATIENCE, eventually, installation, sees
from tests.platforms.opening import PLATFORMS, open_stage
from tests.platforms.stage import Stage

PAIRS = list(zip(PLATFORMS, [*PLATFORMS[1:], *PLATFORMS[:1]], strict=True))
"""Each platform once as that on which something is said, and once as the other one."""


@dataclass
class Two:
    """One customer with an account on two platforms."""

    stages: tuple[Stage, Stage]
    redis: Redis

    async def say(self, number: int, text: str) -> None:
        stage = self.stages[number]
        await stage.write(stage.conversation, text)

    async def hears(self, number: int, words: str) -> str:
        stage = self.stages[number]
        return (await sees(stage, stage.conversation, words)).text

    async def presses(self, number: int, beginning: str) -> None:
        stage = self.stages[number]

        def found() -> list[tuple[str, str]]:
            return [
                (item.id, action)
                for item in stage.seen(stage.conversation)
                for action in item.actions
                if action.startswith(beginning)
            ]

        await eventually(found, f"a button {beginning}")
        message_id, action = found()[-1]
        await stage.press(stage.conversation, message_id, action)

    def files(self, number: int) -> list[tuple[str, bytes]]:
        stage = self.stages[number]
        seen = stage.seen(stage.conversation)
        return [file for item in seen if item.by_relevo for file in item.files]


@pytest.fixture(params=PAIRS, ids="-".join)
async def two(
    request: pytest.FixtureRequest, redis_client: Redis, redis_url: str, tmp_path: Path
) -> AsyncIterator[Two]:
    names: tuple[Platform, Platform] = request.param
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(open_stage(names[0]))
        second = await stack.enter_async_context(open_stage(names[1]))
        running = installation(
            redis_url,
            tmp_path,
            (first, second),
            desk=first,
            memory={"learn_seconds": 0.0},
            engine={"join_seconds": 0.05, "lease_seconds": 2.0, "sweep_seconds": 0.3},
        )
        await stack.enter_async_context(running)
        yield Two((first, second), redis_client)


async def until_kept(two: Two, *, kept: bool) -> None:
    """Wait until something is remembered of a person, or nothing of anybody."""
    deadline = time.monotonic() + PATIENCE
    while bool(await run_command(two.redis, "KEYS", "rv:{u*}:memory")) is not kept:
        assert time.monotonic() < deadline, f"kept is never {kept}"
        await asyncio.sleep(0.05)


async def test_said_learnt_shown_sent_joined_and_erased(two: Two) -> None:
    await two.say(0, "How do I season my cast iron pan?")
    assert "memory off stops it" in await two.hears(0, "I remember what helps me")
    await two.say(0, "I'm on the Enterprise plan.")
    await until_kept(two, kept=True)
    await two.say(0, "/memory")
    await two.hears(0, "Your plan: Enterprise (you said so on")

    await two.say(0, "/memory export")
    await eventually(lambda: two.files(0), "the file")
    [(name, content)] = two.files(0)
    assert name == "relevo-memory.json"
    assert "Enterprise" in json.dumps(json.loads(content))

    await two.say(0, "/link")
    code = re.search(r"Your code is (\d{4}) (\d{4})", await two.hears(0, "Your code is"))
    assert code is not None
    await two.say(1, "Hello, good morning!")
    await two.hears(1, "I'm the assistant of this help desk")
    await two.say(1, f"/link {code[1]} {code[2]}")
    await two.hears(1, "Joined!")
    await two.say(1, "/memory")
    await two.hears(1, "Enterprise")

    await two.say(0, "/forget")
    await two.hears(0, "Shall I erase it?")
    await two.presses(0, "memory:answer:yes")
    await two.hears(0, "in a moment nothing of it is left")
    await until_kept(two, kept=False)
    await two.say(1, "/memory")
    await two.hears(1, "don't remember anything of you yet")
