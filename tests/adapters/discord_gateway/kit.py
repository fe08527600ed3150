"""What the core has heard from Discord, a session that is lost, and a run that ends."""

import asyncio
from collections.abc import Callable

from redis.asyncio import Redis

from tests.contracts.kit import RecordingIntake
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import adapter_for
from tests.platforms.discord.stage import DiscordStage


def texts(intake: RecordingIntake) -> list[str]:
    """What the core has, each event once, in order."""
    return [message.text for message in {one.event_key: one for one in intake.handed}.values()]


async def heard(intake: RecordingIntake, *expected: str) -> None:
    await until(lambda: texts(intake) == list(expected))


def lose(stage: DiscordStage, act: Callable[[], object]) -> None:
    """Let something happen while no session lives."""
    stage.server.gateway.forget_sessions()
    stage.server.gateway.refuses = True
    stage.server.gateway.drop()
    act()
    stage.server.gateway.refuses = False


async def run_to_the_end(stage: DiscordStage, redis: Redis) -> None:
    adapter = adapter_for(stage, redis)
    try:
        async with asyncio.timeout(5):
            await adapter.run(RecordingIntake())
    finally:
        await adapter.close()
