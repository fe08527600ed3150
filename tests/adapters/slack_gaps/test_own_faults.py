"""What the core fails on is read again, and stands in the way of nothing else."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from adapters.slack import SlackAdapter
from bot.supervisor import Backoff, keep_receiving
from bot.vocabulary.errors import StateUnavailableError, UnstorableError
from bot.vocabulary.messages import ConversationRef, IncomingMessage, Platform
from tests.adapters.slack_gaps.kit import CHANNEL, interrupt, let_go_on, until
from tests.contracts.kit import RecordingIntake
from tests.platforms.slack.server import (
    APP_TOKEN,
    BOT_TOKEN,
    SlackServer,
    drop,
    slack_server,
)
from tests.platforms.slack.stage import QUICK, SlackStage, place
from tests.platforms.slack.under_test import slack
from tests.tools import adapter_tools

QUICK_RESTART = Backoff(first=0.05, longest=0.1)


class OddError(Exception):
    """An error that nobody has thought of."""


def an_adapter(redis: Redis, server: SlackServer) -> SlackAdapter:
    return SlackAdapter(
        adapter_tools(redis, Platform.SLACK),
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        api_url=server.api_url,
        pace=QUICK,
    )


class FailingIntake(RecordingIntake):
    """A core that fails on a message until it is mended, and knows how often."""

    def __init__(self, text: str, error: Callable[[], Exception]) -> None:
        super().__init__()
        self.text = text
        self.error = error
        self.failed = 0
        self.is_mended = False

    @property
    def texts(self) -> list[str]:
        """What the core has, each event once, in order."""
        events = {message.event_key: message.text for message in self.handed}
        return list(events.values())

    @override
    async def __call__(self, message: IncomingMessage) -> bool:
        if message.text == self.text and not self.is_mended:
            self.failed += 1
            raise self.error()
        return await super().__call__(message)


class Kept:
    """An adapter that is started again whenever its run ends, as the bot's supervisor does."""

    def __init__(self, redis: Redis, server: SlackServer) -> None:
        self.server = server
        self.stage = SlackStage(server)
        self.adapter = an_adapter(redis, server)

    async def a_thread(self, channel: str) -> ConversationRef:
        """Let the customer call the bot in a channel of its own."""
        self.server.workspace.add_channel(channel)
        return place(channel, await self.stage.write(place(channel), "Where is it?"))

    async def post_in_a_gap(self, *texts: str) -> None:
        """Let the customer write while nobody listens."""
        self.server.refuse_sockets = True
        drop(self.server.sockets[-1])
        await until(lambda: not self.server.sockets)
        for text in texts:
            self.stage.post(self.stage.conversation, text)
        self.server.refuse_sockets = False


@asynccontextmanager
async def kept(redis: Redis, intake: FailingIntake) -> AsyncGenerator[Kept]:
    """Keep an adapter receiving; in the end the core is mended, and what it failed on is taken."""
    async with slack_server() as server:
        platform = Kept(redis, server)
        async with asyncio.TaskGroup() as group:
            keeping = keep_receiving([platform.adapter], intake, backoff=QUICK_RESTART)
            task = group.create_task(keeping)
            await server.connected()
            await platform.stage.write(platform.stage.conversation, "before")
            yield platform
            intake.is_mended = True
            await until(lambda: intake.text in intake.texts)
            task.cancel()
        await platform.adapter.close()


@pytest.mark.parametrize("error", [ValueError, KeyError, OverflowError, RecursionError, OddError])
async def test_a_place_that_the_core_fails_on_is_read_later(
    redis_client: Redis, error: type[Exception]
) -> None:
    intake = FailingIntake("missed", error)
    async with kept(redis_client, intake) as platform:
        await platform.post_in_a_gap("missed")
        await until(lambda: intake.failed > 1)
    assert intake.texts == ["before", "missed"]


async def test_what_stands_behind_a_message_that_the_core_fails_on_is_taken(
    redis_client: Redis,
) -> None:
    intake = FailingIntake("poison", ValueError)
    async with kept(redis_client, intake) as platform:
        await platform.post_in_a_gap("poison", "behind it", "far behind it")
        await until(lambda: intake.failed > 3)
        assert intake.texts == ["before", "behind it", "far behind it"]


async def test_a_message_that_the_core_fails_on_stands_in_the_way_of_no_other_place(
    redis_client: Redis,
) -> None:
    intake = FailingIntake("poison", ValueError)
    async with kept(redis_client, intake) as platform:
        threads = [await platform.a_thread(f"C0PUBLIC0{number}") for number in range(3)]
        await platform.post_in_a_gap("poison")
        for thread in threads:
            platform.stage.post(thread, f"in {thread.channel_id}")
        wanted = {f"in {thread.channel_id}" for thread in threads}
        await until(lambda: wanted <= set(intake.texts) and intake.failed > 1)


async def test_what_can_not_be_written_down_is_passed_over_once(redis_client: Redis) -> None:
    intake = FailingIntake("odd", lambda: UnstorableError("odd"))
    async with slack(redis_client, intake=intake) as platform:
        await platform.stage.write(platform.conversation, "before")
        await interrupt(platform)
        for text in ("odd", "behind it"):
            platform.stage.post(platform.conversation, text)
        await let_go_on(platform)
        await until(lambda: "behind it" in intake.texts)
        await asyncio.sleep(1.2)
        assert intake.failed == 1, "its place is not read again"


async def test_what_was_to_be_read_outlives_a_run_that_ends(redis_client: Redis) -> None:
    """Its place is in no list yet: nothing but this process knows that it was missed."""
    async with slack_server() as server:
        stage, adapter = SlackStage(server), an_adapter(redis_client, server)
        server.workspace.add_channel(CHANNEL)
        errors: list[Exception] = [StateUnavailableError("no Redis"), OddError()]
        handed: list[IncomingMessage] = []

        async def intake(message: IncomingMessage) -> bool:
            if errors:
                raise errors.pop(0)
            handed.append(message)
            return True

        async with asyncio.TaskGroup() as group:
            task = group.create_task(keep_receiving([adapter], intake, backoff=QUICK_RESTART))
            await server.connected()
            mention = stage.post(place(CHANNEL), "Nobody knows this thread yet.")
            event = stage.events_of(place(CHANNEL), mention)[-1]
            assert not (await server.tell("events_api", server.event(event))).acknowledged
            await until(lambda: bool(handed))
            task.cancel()
        await adapter.close()
        assert handed[0].conversation == place(CHANNEL, mention["ts"])
        assert len(server.asked("apps.connections.open")) == 2, "the run ended"
