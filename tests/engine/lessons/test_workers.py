"""Real workers: learning through Docket and the sweeper, and workers that are killed while they learn."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL

import pytest
from redis.asyncio import Redis

from bot.engine.lessons import Teaching
from bot.engine.scheduler import DocketScheduler, open_docket, register
from tests.builders import a_conversation, a_message
from tests.engine.lessons.kit import CARLA, OPTIONS, School
from tests.engine_kit import build_engine

ROOT = Path(__file__).parents[3]
POINTS = ("leased", "committed", "settled")
"""Nothing is learnt yet; it is written; its lessons are dropped."""


async def test_through_docket_everything_is_learnt_and_concluded_by_itself(
    redis_client: Redis, redis_url: str
) -> None:
    options = replace(OPTIONS, sweep=0.2, learn=0.1, idle=1.0, lease=1, learn_lease=60)
    school = School(redis_client, options=options)
    places = [a_conversation(f"c{number}") for number in range(20)]
    async with open_docket(redis_url) as docket:
        engine = build_engine(
            redis_client,
            school.adapter,
            school.handler,
            scheduler=DocketScheduler(docket, deadline=5),
            options=options,
            teaching=Teaching(learner=school.learner, owners=school.shelf),
        )
        register(docket, engine.duties)
        working = asyncio.create_task(engine.work(docket))
        for number, place in enumerate(places):
            text = f"my version is {number}"
            await engine.inbox.accept(a_message(text, conversation=place))
        async with asyncio.timeout(60):
            while len(await school.problems()) < len(places):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.05)
        working.cancel()
        await asyncio.wait([working])
    assert len(school.learner.read) == len(places), "each was learnt once"
    memory = await school.shelf.memory(f"person:{CARLA}")
    assert len(memory.facts) + len(memory.replaced) == len(places)


@pytest.fixture
async def dying(redis_url: str):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.engine.lessons.dying",
        redis_url,
        stdin=PIPE,
        stdout=PIPE,
        cwd=ROOT,
    )
    yield process
    assert process.stdin is not None
    process.stdin.close()
    assert await process.wait() == 0


async def test_killed_anywhere_it_is_learnt_and_concluded_once(
    redis_client: Redis, dying: asyncio.subprocess.Process
) -> None:
    assert dying.stdin is not None
    assert dying.stdout is not None
    school = School(redis_client)
    for number, point in enumerate(POINTS):
        await school.say(f"my plan is P{number}")
        await school.pass_time()
        dying.stdin.write(f"{point}\n".encode())
        assert int(await dying.stdout.readline()) == SIGKILL
        await school.pass_time()
        if point != "settled":
            assert len(await school.waiting()) == 1
            await school.learn()
        assert await school.waiting() == []
        assert await school.facts() == {"plan": f"P{number}"}
        assert await school.problems() == [f"my plan is P{before}" for before in range(number + 1)]
    memory = await school.shelf.memory()
    assert [fact.value for fact in memory.replaced] == ["P0", "P1"]
