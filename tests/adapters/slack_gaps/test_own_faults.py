"""What the core fails on is read again, and stands in the way of nothing else."""

import asyncio
from collections.abc import Callable

import pytest
from redis.asyncio import Redis

from adapters.slack import SlackAdapter
from bot.supervisor import Backoff, keep_receiving
from bot.vocabulary.errors import StateUnavailableError, UnstorableError
from bot.vocabulary.messages import IncomingMessage, Platform
from tests.adapters.slack_gaps.kit import CHANNEL, interrupt, let_go_on, texts, until
from tests.platforms.slack.server import APP_TOKEN, BOT_TOKEN, SlackServer, slack_server
from tests.platforms.slack.stage import QUICK, SlackStage, place
from tests.platforms.slack.under_test import SlackUnderTest, slack
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


def failing_on(
    platform: SlackUnderTest, text: str, error: Callable[[], Exception], *, times: int
) -> list[str]:
    """Let the core fail so many times on a message; returns what it failed on."""
    failed: list[str] = []

    async def intake(message: IncomingMessage) -> bool:
        if message.text == text and len(failed) < times:
            failed.append(text)
            raise error()
        return await platform.intake(message)

    assert platform.adapter._reception is not None
    platform.adapter._reception.open(intake)
    return failed


@pytest.mark.parametrize("error", [ValueError, KeyError, OverflowError, RecursionError])
async def test_a_place_that_the_core_fails_on_is_read_later(
    redis_client: Redis, error: type[Exception]
) -> None:
    async with slack(redis_client) as platform:
        await platform.stage.write(platform.conversation, "before")
        await interrupt(platform)
        platform.stage.post(platform.conversation, "missed")
        failing_on(platform, "missed", error, times=2)
        await let_go_on(platform)
        await until(lambda: "missed" in texts(platform))
        assert len(platform.server.sockets) == 1, "the connection is none of its business"
        assert len(platform.server.asked("apps.connections.open")) == 2


async def test_what_stands_behind_a_message_that_the_core_fails_on_is_taken(
    redis_client: Redis,
) -> None:
    async with slack(redis_client) as platform:
        await platform.stage.write(platform.conversation, "before")
        await interrupt(platform)
        for text in ("poison", "behind it"):
            platform.stage.post(platform.conversation, text)
        failed = failing_on(platform, "poison", ValueError, times=1000)
        await let_go_on(platform)
        await until(lambda: "behind it" in texts(platform))
        await until(lambda: len(failed) > 1)
        assert "poison" not in texts(platform)


async def test_what_can_not_be_written_down_is_passed_over_once(redis_client: Redis) -> None:
    async with slack(redis_client) as platform:
        await platform.stage.write(platform.conversation, "before")
        await interrupt(platform)
        for text in ("odd", "behind it"):
            platform.stage.post(platform.conversation, text)
        failed = failing_on(platform, "odd", lambda: UnstorableError("odd"), times=1000)
        await let_go_on(platform)
        await until(lambda: "behind it" in texts(platform))
        await asyncio.sleep(1.2)
        assert failed == ["odd"], "its place is not read again"


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
