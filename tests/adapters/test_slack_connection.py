"""The socket under faults: dropped, refused, stale, replaced; and what was missed meanwhile."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis

from adapters.slack import SlackAdapter
from bot.vocabulary.errors import AuthenticationError, ConfigurationError, DeliveryError
from bot.vocabulary.messages import MessageKind, OutgoingMessage, Platform
from tests.contracts.kit import RecordingIntake, says
from tests.platforms.slack.faults import BROKEN, limited, refusal
from tests.platforms.slack.server import APP_TOKEN, BOT_TOKEN, SlackServer, drop, slack_server
from tests.platforms.slack.stage import DIRECT, SlackStage, place
from tests.platforms.slack.under_test import SlackUnderTest, running, slack
from tests.platforms.slack.workspace import BOT_USER, TEAM
from tests.tools import adapter_tools

OPEN = "apps.connections.open"


@pytest.fixture
async def platform(redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
    async with slack(redis_client) as under_test:
        yield under_test


async def until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is not ours
            await asyncio.sleep(0.01)


def texts(platform: SlackUnderTest) -> list[str]:
    return [message.text for message in platform.intake.handed]


async def test_a_dropped_socket_is_replaced_at_once(platform: SlackUnderTest) -> None:
    began = time.monotonic()
    drop(platform.server.sockets[-1])
    await until(lambda: len(platform.server.asked(OPEN)) == 2 and len(platform.server.sockets) == 1)
    assert time.monotonic() - began < 2, "the SDK alone takes its ping interval"
    await platform.stage.write(platform.conversation, "after")
    assert texts(platform) == ["after"]


async def test_a_closed_socket_is_replaced(platform: SlackUnderTest) -> None:
    await platform.server.sockets[-1].close()
    await until(lambda: len(platform.server.asked(OPEN)) == 2 and len(platform.server.sockets) == 1)
    await platform.stage.write(platform.conversation, "after")
    assert texts(platform) == ["after"]


async def test_a_new_socket_is_open_before_the_old_one_closes(platform: SlackUnderTest) -> None:
    old = platform.server.sockets[-1]
    await old.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
    await until(lambda: old not in platform.server.sockets)
    assert platform.server.sockets_over_time == [1, 2, 1]
    await platform.stage.write(platform.conversation, "after")
    assert texts(platform) == ["after"]


async def test_a_stale_address_is_not_tried_again(platform: SlackUnderTest) -> None:
    platform.server.stale_addresses = 1
    drop(platform.server.sockets[-1])
    await until(lambda: not platform.server.sockets)
    await platform.server.connected()
    assert len(platform.server.asked(OPEN)) == 3
    await platform.stage.write(platform.conversation, "after")
    assert texts(platform) == ["after"]


async def test_failures_to_get_an_address_are_outlived(platform: SlackUnderTest) -> None:
    platform.server.faults.add(OPEN, BROKEN, limited(1), refusal("internal_error"))
    drop(platform.server.sockets[-1])
    await until(lambda: not platform.server.sockets)
    await platform.server.connected()
    await platform.stage.write(platform.conversation, "after")
    assert texts(platform) == ["after"]


async def test_garbage_on_the_socket_harms_nothing(platform: SlackUnderTest) -> None:
    socket = platform.server.sockets[-1]
    for frame in ("", "{", "[]", "null", '{"type": 5}', '{"type": "events_api"}', "x" * 5000):
        await socket.send_str(frame)
    await socket.send_json({"type": "events_api", "envelope_id": "e", "payload": [1]})
    await platform.stage.write(platform.conversation, "after")
    assert texts(platform) == ["after"]
    assert len(platform.server.asked(OPEN)) == 1


async def test_what_is_begun_is_acknowledged_on_the_old_socket(platform: SlackUnderTest) -> None:
    platform.server.ack_seconds = 3.0
    original, release = platform.intake, asyncio.Event()

    async def slow(message: object) -> bool:
        await release.wait()
        return await original(message)  # pyright: ignore[reportArgumentType]

    assert platform.adapter._reception is not None
    platform.adapter._reception.open(slow)
    old = platform.server.sockets[-1]
    async with asyncio.TaskGroup() as group:
        writing = group.create_task(platform.stage.write(platform.conversation, "in between"))
        await asyncio.sleep(0.1)
        await old.send_json({"type": "disconnect", "reason": "warning", "debug_info": {}})
        await until(lambda: len(platform.server.sockets) == 2)
        release.set()
        await writing
    assert texts(platform) == ["in between"]


async def test_a_run_that_ends_while_a_socket_is_replaced_leaves_none_open(
    redis_client: Redis,
) -> None:
    async with slack_server() as server:
        stage, adapter = SlackStage(server), an_adapter(redis_client, server)
        before = asyncio.all_tasks()
        heard = asyncio.Event()

        async def never_stored(_message: object) -> bool:
            heard.set()
            await asyncio.Event().wait()
            return True

        async with asyncio.TaskGroup() as group:
            run = group.create_task(adapter.run(never_stored))
            await server.connected()
            [old] = server.sockets
            telling = group.create_task(stage.write(place(DIRECT), "in between"))
            await heard.wait()
            await old.send_json({"type": "disconnect", "reason": "warning", "debug_info": {}})
            await server.connected(2)
            await asyncio.sleep(0.1)
            assert len(server.sockets) == 2, "the old one is still drained"
            run.cancel()
            telling.cancel()
            await until(lambda: not server.sockets, 1)
        await adapter.close()
        await until(lambda: len(asyncio.all_tasks() - before) <= 2)


@pytest.mark.parametrize("token", [APP_TOKEN, BOT_TOKEN])
async def test_a_bad_token_ends_the_run(redis_client: Redis, token: str) -> None:
    async with slack_server() as server:
        server.tokens.remove(token)
        adapter = an_adapter(redis_client, server)
        with pytest.raises(AuthenticationError) as caught:
            await asyncio.wait_for(adapter.run(RecordingIntake()), 5)
        assert token not in str(caught.value)
        await adapter.close()


async def test_a_token_that_is_revoked_ends_the_run(redis_client: Redis) -> None:
    async with slack_server() as server:
        adapter = an_adapter(redis_client, server)
        async with asyncio.TaskGroup() as group:
            run = group.create_task(ending(adapter))
            await server.connected()
            server.tokens.clear()
            drop(server.sockets[-1])
            assert isinstance(await run, AuthenticationError)
        await adapter.close()


async def test_no_log_shows_words_or_secrets(
    redis_client: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with slack(redis_client) as platform:
        await platform.stage.write(platform.conversation, "my secret words")
        await platform.adapter.send(platform.conversation, says("an answer"), key="k1")
        platform.server.faults.add("chat.postMessage", refusal("channel_not_found"))
        with pytest.raises(DeliveryError):
            await platform.adapter.send(platform.conversation, says("an answer"), key="k2")
        platform.server.stale_addresses = 1
        drop(platform.server.sockets[-1])
        await until(lambda: not platform.server.sockets)
        await platform.server.connected()
        await platform.server.sockets[-1].send_str("{")
        platform.intake.failing = True
        message = platform.stage.post(platform.conversation, "my secret words again")
        [event] = platform.stage.events_of(platform.conversation, message)
        await platform.server.tell("events_api", platform.server.event(event))
    told = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "socket open" in told
    for secret in ("secret words", "an answer", BOT_TOKEN, APP_TOKEN, "ticket="):
        assert secret not in told


async def test_slacks_own_variables_change_nothing(
    redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "BOT_TOKEN", "SIGNING_SECRET", "APP_TOKEN"):
        monkeypatch.setenv(f"SLACK_{name}", "other")
    async with slack(redis_client) as platform:
        await platform.stage.write(platform.conversation, "hi")
        assert texts(platform) == ["hi"]


async def test_it_ends_promptly_and_leaves_no_task(redis_client: Redis) -> None:
    async with slack_server() as server:
        before = asyncio.all_tasks()
        adapter = an_adapter(redis_client, server)
        for _ in range(2):
            task = asyncio.get_running_loop().create_task(adapter.run(RecordingIntake()))
            await server.connected()
            began = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - began < 1
            await until(lambda: not server.sockets)
        await adapter.close()
        await until(lambda: len(asyncio.all_tasks() - before) <= 2)


def test_without_a_way_for_events_it_is_refused(redis_client: Redis) -> None:
    with pytest.raises(ConfigurationError, match="app_token"):
        SlackAdapter(adapter_tools(redis_client, Platform.SLACK), bot_token=BOT_TOKEN)


async def test_what_was_missed_is_fetched(redis_client: Redis) -> None:
    async with slack(redis_client) as platform:
        stage, channel = platform.stage, platform.conversation
        first = await stage.write(channel, "before")
        opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k1")
        platform.server.refuse_sockets = True
        drop(platform.server.sockets[-1])
        await until(lambda: not platform.server.sockets)
        for number in range(20):
            stage.post(channel, f"missed {number}")
        stage.post(opened.conversation, "!claim", who=SlackStage.agent)
        stage.edit_event(channel, first, "before, changed")
        platform.server.refuse_sockets = False
        await platform.server.connected()
        await until(lambda: "!claim" in texts(platform) and "missed 19" in texts(platform))
        direct = [it for it in platform.intake.handed if it.conversation == channel]
        fresh = [it.text for it in direct if it.kind is MessageKind.NEW]
        missed = [f"missed {number}" for number in range(20)]
        assert fresh == ["before", "before, changed", *missed], (
            "the copy bears the key of the first"
        )
        assert direct[0].event_key == direct[1].event_key
        edits = [it for it in direct if it.kind is MessageKind.EDITED]
        assert [(it.id, it.text) for it in edits] == [(first, "before, changed")]


async def test_what_was_missed_while_nothing_ran_is_fetched(redis_client: Redis) -> None:
    async with slack_server() as server:
        stage, intake = SlackStage(server), RecordingIntake()
        first, second = (an_adapter(redis_client, server) for _ in range(2))
        async with running(first, intake, server):
            await stage.write(place(DIRECT), "before")
        await first.close()
        missed = stage.post(place(DIRECT), "missed")
        async with running(second, intake, server):
            await until(lambda: "missed" in handed(intake))
        await second.close()
        assert intake.handed[-1].event_key == f"sl-{TEAM}-{DIRECT}-{missed['ts']}"
        assert server.violations == []


async def test_the_back_fill_rests_when_slack_says_so(
    redis_client: Redis,
) -> None:
    async with slack(redis_client) as platform:
        await platform.stage.write(platform.conversation, "before")
        drop(platform.server.sockets[-1])
        await until(lambda: not platform.server.sockets)
        platform.server.faults.add("conversations.history", limited(3))
        platform.stage.post(platform.conversation, "missed")
        await until(lambda: bool(platform.server.asked("conversations.history")))
        began = time.monotonic()
        await until(lambda: "missed" in texts(platform))
        assert time.monotonic() - began > 2.5, "our own rest after an error is one second"
        assert len(platform.server.asked("conversations.history")) == 2


async def test_a_place_that_is_gone_is_forgotten(redis_client: Redis) -> None:
    async with slack(redis_client) as platform:
        await platform.stage.write(platform.conversation, "before")
        del platform.server.workspace.channels[DIRECT]
        drop(platform.server.sockets[-1])
        store = adapter_tools(redis_client, Platform.SLACK).store
        async with asyncio.timeout(10):
            while await store.get("places", f"{DIRECT}:"):  # noqa: ASYNC110 - in the background
                await asyncio.sleep(0.01)


async def test_our_own_words_are_not_fetched_as_others(redis_client: Redis) -> None:
    async with slack(redis_client) as platform:
        await platform.stage.write(platform.conversation, "before")
        await platform.adapter.send(platform.conversation, OutgoingMessage(text="Ours."), key="k")
        # Else it would be enough that the bot is known as one.
        platform.server.workspace.users[BOT_USER]["is_bot"] = False
        drop(platform.server.sockets[-1])
        await until(lambda: not platform.server.sockets)
        platform.stage.post(platform.conversation, "missed")
        await until(lambda: "missed" in texts(platform))
        assert "Ours." not in texts(platform)


def handed(intake: RecordingIntake) -> list[str]:
    return [message.text for message in intake.handed]


async def ending(adapter: SlackAdapter) -> BaseException | None:
    try:
        await asyncio.wait_for(adapter.run(RecordingIntake()), 10)
    except AuthenticationError as error:
        return error
    return None


def an_adapter(redis: Redis, server: SlackServer) -> SlackAdapter:
    return SlackAdapter(
        adapter_tools(redis, Platform.SLACK),
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        api_url=server.api_url,
    )
