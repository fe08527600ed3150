"""An error of ours is no fault of the event: it counts as unheard, and comes again."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from adapters.discord.interactions import Interactions
from adapters.discord.places import Places
from adapters.discord.rest import Rest
from bot.vocabulary.errors import UnstorableError
from bot.vocabulary.messages import Button, IncomingMessage, OutgoingMessage
from tests.adapters.discord_gateway.kit import heard, lose, texts
from tests.contracts.kit import RecordingIntake
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import adapter_for, running
from tests.platforms.discord.stage import DiscordStage, DiscordUnderTest
from tests.platforms.discord.world import CUSTOMER, DIRECT

ERRORS = [ValueError, KeyError, TypeError, AttributeError, IndexError, RuntimeError]
SOME_ERRORS = [KeyError, ValueError, RuntimeError]
CARD = OutgoingMessage(text="Well?", buttons=(Button(action="human", label="Talk to a person"),))


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


def breaking(error: type[Exception]) -> Callable[..., None]:
    """The same of a step that does not wait."""

    def fail(*_given: object) -> None:
        raise error("a fault of ours")

    return fail


def actions(intake: RecordingIntake) -> list[str | None]:
    return [message.action for message in intake.handed]


@asynccontextmanager
async def run_that_ends(
    stage: DiscordStage, redis: Redis, error: type[Exception], intake: RecordingIntake
) -> AsyncGenerator[None]:
    """A run of the adapter that an error of ours is to end."""
    adapter = adapter_for(stage, redis)
    task = asyncio.create_task(adapter.run(intake))
    try:
        await stage.ready()
        yield
        with pytest.raises(error):
            await asyncio.wait_for(task, 5)
    finally:
        task.cancel()
        await adapter.close()


async def card(stage: DiscordStage, redis: Redis) -> str:
    """A message with a button, of an earlier run."""
    async with running(stage, redis) as platform:
        return (await platform.adapter.send(stage.conversation, CARD, key="k1")).message_id


@pytest.mark.parametrize("error", ERRORS)
async def test_an_event_that_the_core_fails_on_comes_again(
    stage: DiscordStage, redis_client: Redis, error: type[Exception]
) -> None:
    async with run_that_ends(stage, redis_client, error, FailingIntake(error)):
        await stage.write(stage.conversation, "fateful")
    async with running(stage, redis_client) as platform:
        await heard(platform.intake, "fateful")


@pytest.mark.parametrize("error", SOME_ERRORS)
async def test_an_event_that_the_adapter_fails_to_place_comes_again(
    stage: DiscordStage,
    redis_client: Redis,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        async with run_that_ends(stage, redis_client, error, RecordingIntake()):
            patch.setattr(Places, "learn", failing(error))
            await stage.write(stage.conversation, "hello")
    async with running(stage, redis_client) as platform:
        await heard(platform.intake, "hello")


@pytest.mark.parametrize("error", SOME_ERRORS)
async def test_a_message_that_the_reading_back_fails_to_place_comes_again(
    stage: DiscordStage,
    redis_client: Redis,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    intake = RecordingIntake()
    with monkeypatch.context() as patch:
        async with run_that_ends(stage, redis_client, error, intake):
            await stage.write(stage.conversation, "before")
            await heard(intake, "before")
            patch.setattr(Places, "of", failing(error))
            lose(stage, lambda: stage.server.world.say(DIRECT, CUSTOMER, "hello"))
    async with running(stage, redis_client) as platform:
        await until(lambda: "hello" in texts(platform.intake))


@pytest.mark.parametrize("error", [KeyError, ValueError])
async def test_a_press_that_the_adapter_fails_to_expect_comes_again(
    stage: DiscordStage,
    redis_client: Redis,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = await card(stage, redis_client)
    with monkeypatch.context() as patch:
        async with run_that_ends(stage, redis_client, error, RecordingIntake()):
            patch.setattr(Interactions, "expect", breaking(error))
            await stage.press(stage.conversation, shown, "human")
    async with running(stage, redis_client) as platform:
        await until(lambda: "human" in actions(platform.intake))


async def test_a_press_comes_again_when_the_connection_ends_before_it_is_taken(
    platform: DiscordUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = await platform.adapter.send(platform.conversation, CARD, key="k1")
    with monkeypatch.context() as patch:
        patch.setattr(Interactions, "expect", breaking(RuntimeError))
        await platform.stage.press(platform.conversation, shown.message_id, "human")
        await until(lambda: platform.stage.server.gateway.lines == 0)
    await until(lambda: "human" in actions(platform.intake))


@pytest.mark.parametrize("error", SOME_ERRORS)
async def test_a_fault_in_the_answer_to_a_press_is_not_taken_for_the_press(
    stage: DiscordStage,
    redis_client: Redis,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call, shown = Rest.call, await card(stage, redis_client)

    async def fail(rest: Rest, method: str, path: str, **more: Any) -> Any:
        if path.startswith("/interactions/"):
            raise error("a fault of ours")
        return await call(rest, method, path, **more)

    with monkeypatch.context() as patch:
        async with run_that_ends(stage, redis_client, error, RecordingIntake()):
            patch.setattr(Rest, "call", fail)
            await stage.press(stage.conversation, shown, "human")


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
