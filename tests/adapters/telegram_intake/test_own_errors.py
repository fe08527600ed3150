"""An error of ours is no fault of the update: it is not confirmed, and comes again."""

import asyncio

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


@pytest.mark.parametrize("error", ERRORS)
async def test_an_update_that_the_core_fails_on_comes_again(
    stage: TelegramStage, redis_client: Redis, error: type[Exception]
) -> None:
    failing = an_adapter(stage, redis_client)
    task = asyncio.create_task(failing.run(FailingIntake(error)))
    await stage.ready()
    await stage.write(stage.conversation, "fateful")
    with pytest.raises(error):
        await asyncio.wait_for(task, 5)
    await failing.close()
    adapter, intake = an_adapter(stage, redis_client), RecordingIntake()
    async with running(adapter, intake):
        await TelegramUnderTest(adapter, intake, stage).until_handed(1)
    assert texts(intake) == ["fateful"]


@pytest.mark.parametrize("error", ERRORS)
async def test_an_update_that_the_adapter_fails_to_note_comes_again(
    stage: TelegramStage,
    redis_client: Redis,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_given: object) -> None:
        raise error("a fault of ours")

    failing = an_adapter(stage, redis_client)
    with monkeypatch.context() as patch:
        patch.setattr(Lookup, "saw", fail)
        task = asyncio.create_task(failing.run(RecordingIntake()))
        await stage.ready()
        await stage.write(stage.conversation, "hello")
        with pytest.raises(error):
            await asyncio.wait_for(task, 5)
    await failing.close()
    adapter, intake = an_adapter(stage, redis_client), RecordingIntake()
    async with running(adapter, intake):
        await TelegramUnderTest(adapter, intake, stage).until_handed(1)
    assert texts(intake) == ["hello"]
