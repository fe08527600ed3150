"""An adapter that runs against a stage for the time of a test."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis

from adapters.discord import DiscordAdapter, Pace
from bot.vocabulary.messages import Platform
from tests.contracts.kit import RecordingIntake
from tests.platforms.discord.gateway import until
from tests.platforms.discord.stage import QUICK, DiscordStage, DiscordUnderTest
from tests.tools import adapter_tools


def adapter_for(stage: DiscordStage, redis: Redis, *, pace: Pace = QUICK) -> DiscordAdapter:
    """Build the adapter as the app does, only quicker."""
    tools = adapter_tools(redis, Platform.DISCORD)
    return DiscordAdapter(tools, pace=pace, **stage.settings)


@asynccontextmanager
async def running(
    stage: DiscordStage,
    redis: Redis,
    *,
    intake: RecordingIntake | None = None,
    pace: Pace = QUICK,
    desk: str | None = None,
) -> AsyncGenerator[DiscordUnderTest]:
    """Run an adapter, with a desk if one is named, until the block ends.

    It is connected when the block begins.
    """
    adapter = adapter_for(stage, redis, pace=pace)
    if desk is not None:
        await adapter.locate(desk)
    platform = DiscordUnderTest(
        stage=stage,
        tools=adapter_tools(redis, Platform.DISCORD),
        adapter=adapter,
        intake=intake or RecordingIntake(),
    )
    task = asyncio.create_task(adapter.run(platform.intake))
    try:
        await until(lambda: task.done() or stage.server.gateway.lines)
        await until(lambda: task.done() or stage.server.gateway.sessions)
        if task.done():
            await task
        yield platform
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await adapter.close()
