"""An error of ours is no fault of the event: it counts as unheard, and comes again."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from adapters.discord.places import Places
from bot.vocabulary.errors import UnstorableError
from bot.vocabulary.messages import IncomingMessage
from tests.adapters.discord_gateway.kit import heard, lose, texts
from tests.contracts.kit import RecordingIntake
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import adapter_for, running
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.discord.world import CUSTOMER, DIRECT

ERRORS = [ValueError, KeyError, TypeError, AttributeError, IndexError, RuntimeError]
SOME_ERRORS = [KeyError, ValueError, RuntimeError]


class FailingIntake(RecordingIntake):
    """A core with a fault of ours, which some words set off."""

    def __init__(self, error: type[Exception]) -> None:
        super().__init__()
        self.error = error

    @override
    async def __call__(self, message: IncomingMessage) -> bool:
        if message.text == "fateful":
            raise self.error("a fault of ours")
        return await super().__call__(message)


def failing(error: type[Exception]) -> Callable[..., Awaitable[None]]:
    """A step of the adapter with a fault of ours."""

    async def fail(*_given: object) -> None:
        raise error("a fault of ours")

    return fail


@pytest.mark.parametrize("error", ERRORS)
async def test_an_event_that_the_core_fails_on_comes_again(
    stage: DiscordStage, redis_client: Redis, error: type[Exception]
) -> None:
    adapter = adapter_for(stage, redis_client)
    task = asyncio.create_task(adapter.run(FailingIntake(error)))
    await stage.ready()
    await stage.write(stage.conversation, "fateful")
    with pytest.raises(error):
        await asyncio.wait_for(task, 5)
    await adapter.close()
    async with running(stage, redis_client) as platform:
        await heard(platform.intake, "fateful")


@pytest.mark.parametrize("error", SOME_ERRORS)
async def test_an_event_that_the_adapter_fails_to_place_comes_again(
    stage: DiscordStage,
    redis_client: Redis,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    adapter = adapter_for(stage, redis_client)
    task = asyncio.create_task(adapter.run(RecordingIntake()))
    await stage.ready()
    with monkeypatch.context() as patch:
        patch.setattr(Places, "learn", failing(error))
        await stage.write(stage.conversation, "hello")
        with pytest.raises(error):
            await asyncio.wait_for(task, 5)
    await adapter.close()
    async with running(stage, redis_client) as platform:
        await heard(platform.intake, "hello")


@pytest.mark.parametrize("error", SOME_ERRORS)
async def test_a_message_that_the_reading_back_fails_to_place_comes_again(
    stage: DiscordStage,
    redis_client: Redis,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    adapter, intake = adapter_for(stage, redis_client), RecordingIntake()
    task = asyncio.create_task(adapter.run(intake))
    await stage.ready()
    await stage.write(stage.conversation, "before")
    await heard(intake, "before")
    with monkeypatch.context() as patch:
        patch.setattr(Places, "of", failing(error))
        lose(stage, lambda: stage.server.world.say(DIRECT, CUSTOMER, "hello"))
        with pytest.raises(error):
            await asyncio.wait_for(task, 5)
    await adapter.close()
    async with running(stage, redis_client) as platform:
        await until(lambda: "hello" in texts(platform.intake))


async def test_what_can_not_be_written_down_holds_nobody_up(
    stage: DiscordStage, redis_client: Redis
) -> None:
    async with running(stage, redis_client, intake=FailingIntake(UnstorableError)) as platform:
        for text in ("before", "fateful", "after"):
            await stage.write(stage.conversation, text)
        await heard(platform.intake, "before", "after")


async def test_what_can_not_be_written_down_does_not_end_the_reading_back(
    stage: DiscordStage, redis_client: Redis
) -> None:
    async with running(stage, redis_client, intake=FailingIntake(UnstorableError)) as platform:
        await stage.write(stage.conversation, "before")
        await heard(platform.intake, "before")

        def act() -> None:
            for text in ("fateful", "after"):
                stage.server.world.say(DIRECT, CUSTOMER, text)

        lose(stage, act)
        await heard(platform.intake, "before", "after")
