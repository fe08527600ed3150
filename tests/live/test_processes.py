"""Two processes change the same setting at once: nothing is lost, and the log is the order of effect."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.live.kit import base, opened, put
from tests.test_house import ROOT

CHANGES = 15


async def started(*arguments: str) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.live.worker", *arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.processes
async def test_two_processes_lose_nothing_and_agree_on_the_order(
    redis_client: Redis, redis_url: str, tmp_path: Path
) -> None:
    live = await opened(redis_client, base(tmp_path))
    place = (redis_url, str(tmp_path / "relevo.toml"), str(tmp_path))
    other = await started(*place, "other", str(CHANGES))
    going = asyncio.create_task(other.communicate(b"go\n"))
    own = await asyncio.gather(
        *(put(live, "desk.brand", f"own-{number}") for number in range(CHANGES)),
    )
    output, _ = await going
    told = [(number, value) for number, value in json.loads(output)]
    told += [(change.number, change.new["desk.brand"]) for change in own]
    log = list(reversed(await live.changes(100)))
    assert sorted(told) == [(change.number, change.new["desk.brand"]) for change in log]
    assert [change.number for change in log] == list(range(1, 2 * CHANGES + 1))
    values = [change.new["desk.brand"] for change in log]
    assert [change.old["desk.brand"] for change in log] == ["", *values[:-1]], "in this order"
    await live.refresh()
    assert live.settings.desk.brand == values[-1]
