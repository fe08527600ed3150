"""A whole Relevo over loopback platforms: real adapters, SDKs, sockets, engine, desk and Redis."""

import asyncio
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from redis.asyncio import Redis

from bot.app import Relevo, open_relevo
from bot.vocabulary.messages import ConversationRef, Platform
from bot.vocabulary.platforms import ChatAdapter
from config.settings import Settings, load
from knowledge import load_sample
from tests.platforms.opening import quick_adapter
from tests.platforms.stage import Seen, Stage

PATIENCE = 20.0


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A running Relevo with the platforms that it is connected to."""

    relevo: Relevo
    stages: dict[Platform, Stage]


@cache
def sample_knowledge() -> Path:
    """Load the sample once for the whole run; each installation gets a copy."""
    folder = Path(mkdtemp(prefix="relevo-sample-"))
    load_sample(folder)
    return folder


@asynccontextmanager
async def installation(
    redis_url: str, data_dir: Path, stages: Iterable[Stage], *, desk: Stage, **overrides: Any
) -> AsyncGenerator[Installation]:
    """Run Relevo on these stages with the desk on one of them."""
    shutil.copytree(sample_knowledge(), data_dir, dirs_exist_ok=True)
    by_platform = {stage.platform: stage for stage in stages}
    settings = load(
        None,
        **{
            "data_dir": data_dir,
            "redis": {"url": redis_url},
            "engine": {"join_seconds": 0.05, "lease_seconds": 2.0, "drain_seconds": 2.0},
            "http": {"port": 0},
            "desk": {"channel": desk.desk_setting, "undo_seconds": 0.4},
        }
        | overrides,
    )

    def build(_settings: Settings, redis: Redis) -> dict[Platform, ChatAdapter]:
        return {name: quick_adapter(stage, redis) for name, stage in by_platform.items()}

    async with open_relevo(settings, build=build) as relevo, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(relevo.run("all"))
        for stage in by_platform.values():
            async with asyncio.timeout(PATIENCE):
                await stage.ready()
        yield Installation(relevo=relevo, stages=by_platform)
        running.cancel()


async def eventually(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds; the error says what did not."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"never: {what}"
        await asyncio.sleep(0.01)


async def sees(stage: Stage, place: ConversationRef, words: str, *, by_relevo: bool = True) -> Seen:
    """Wait until a message with these words is visible in a place, and return the newest such."""

    def found() -> list[Seen]:
        return [
            item for item in stage.seen(place) if words in item.text and item.by_relevo is by_relevo
        ]

    deadline = time.monotonic() + PATIENCE
    while not found():
        texts = [(item.by_relevo, item.text) for item in stage.seen(place)]
        assert time.monotonic() < deadline, f"{words!r} is not in {texts}"
        await asyncio.sleep(0.01)
    return found()[-1]
