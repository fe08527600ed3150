"""An error of ours is no fault of the update: it is not confirmed, and comes again."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from adapters.telegram.lookup import Lookup
from bot.vocabulary.messages import IncomingMessage
from tests.adapters.telegram_intake.kit import texts
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.stage import TelegramStage, TelegramUnderTest, an_adapter, running

ERRORS = [ValueError, KeyError, TypeError, AttributeError, RuntimeError]


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


@asynccontextmanager
async def run_that_ends(
    stage: TelegramStage, redis: Redis, error: type[Exception], intake: RecordingIntake
) -> AsyncGenerator[None]:
    """A run of the adapter that an error of ours is to end."""
    adapter = an_adapter(stage, redis)
    task = asyncio.create_task(adapter.run(intake))
    try:
        await stage.ready()
        yield
        with pytest.raises(error):
            await asyncio.wait_for(task, 5)
    finally:
        task.cancel()
        await adapter.close()


async def heard_next(stage: TelegramStage, redis: Redis) -> list[str]:
    """What the next run hands to the core first."""
    adapter, intake = an_adapter(stage, redis), RecordingIntake()
    async with running(adapter, intake):
        await TelegramUnderTest(adapter, intake, stage).until_handed(1)
    return texts(intake)


@pytest.mark.parametrize("error", ERRORS)
async def test_an_update_that_the_core_fails_on_comes_again(
    stage: TelegramStage, redis_client: Redis, error: type[Exception]
) -> None:
    async with run_that_ends(stage, redis_client, error, FailingIntake(error)):
        await stage.write(stage.conversation, "fateful")
    assert await heard_next(stage, redis_client) == ["fateful"]


@pytest.mark.parametrize("error", ERRORS)
async def test_an_update_that_the_adapter_fails_to_note_comes_again(
    stage: TelegramStage,
    redis_client: Redis,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_given: object) -> None:
        raise error("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr(Lookup, "saw", fail)
        async with run_that_ends(stage, redis_client, error, RecordingIntake()):
            await stage.write(stage.conversation, "hello")
    assert await heard_next(stage, redis_client) == ["hello"]
