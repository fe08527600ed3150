"""Every message is shown once, whatever Discord answers."""

from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from bot.engine.keys import pieces as pieces_key
from bot.vocabulary.errors import (
    AuthenticationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)
from bot.vocabulary.messages import File
from tests.adapters.discord_sending.kit import COMMITTED, NOT_COMMITTED, insist, shown
from tests.contracts.kit import says
from tests.platforms.discord.kit import adapter_for
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import DiscordStage


@pytest.mark.parametrize("fault", COMMITTED, ids=str)
async def test_what_was_shown_before_the_error_is_not_shown_again(
    stage: DiscordStage, adapter: DiscordAdapter, fault: Fault
) -> None:
    stage.server.fail("create_message", fault)
    assert await insist(adapter, stage, "One.", key="k1") == 2
    assert shown(stage) == ["One."]


@pytest.mark.parametrize("fault", NOT_COMMITTED, ids=str)
async def test_what_was_not_shown_is_shown_later(
    stage: DiscordStage, adapter: DiscordAdapter, fault: Fault
) -> None:
    stage.server.fail("create_message", fault, fault)
    if fault.status == 429 and fault.retry_after is None:
        with pytest.raises(RateLimitedError) as limited:
            await adapter.send(stage.conversation, says("One."), key="k1")
        assert limited.value.retry_after == 5.0
        return
    await insist(adapter, stage, "One.", key="k1")
    assert shown(stage) == ["One."]


async def age(redis: Redis, key: str, minutes: int) -> None:
    """Let an attempt have begun earlier."""
    begun = datetime.now(UTC) - timedelta(minutes=minutes)
    await redis.hset(pieces_key(key), "begun:0", str(begun.timestamp()))


async def try_long_ago(
    stage: DiscordStage,
    adapter: DiscordAdapter,
    redis: Redis,
    fault: str,
    text: str = "One.",
    *files: File,
) -> None:
    """Try to send so long ago that Discord has forgotten the nonce; nobody knows what became of it."""
    stage.server.fail("create_message", Fault(kind=fault))
    with pytest.raises(ConnectionLostError):
        await adapter.send(stage.conversation, says(text), key="k1", files=files)
    await age(redis, "k1", 5)
    stage.server.world.nonces.clear()


@pytest.mark.parametrize("fault", ["drop_before", "commit_then_drop"])
async def test_an_old_unclear_try_is_looked_up(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis, fault: str
) -> None:
    await try_long_ago(stage, adapter, redis_client, fault)
    await adapter.send(stage.conversation, says("One."), key="k1")
    assert shown(stage) == ["One."]


@pytest.mark.parametrize("fault", ["drop_before", "commit_then_drop"])
@pytest.mark.parametrize("text", ["Okay.", ""])
async def test_an_equal_message_of_another_key_is_not_taken_for_it(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis, fault: str, text: str
) -> None:
    file = File(name="a.txt", content_type="text/plain", content=b"abc")
    await adapter.send(stage.conversation, says(text), key="k0", files=[file])
    await try_long_ago(stage, adapter, redis_client, fault, text, file)
    await adapter.send(stage.conversation, says(text), key="k2", files=[file])
    await adapter.send(stage.conversation, says(text), key="k1", files=[file])
    assert shown(stage) == [text] * 3


async def test_a_message_with_other_files_is_not_taken_for_it(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    for key, name in (("k0", "a b.txt"), ("k1", "c.txt")):
        file = File(name=name, content_type="text/plain", content=b"abc")
        stage.server.fail(
            "create_message", Fault(kind="commit_then_drop" if key == "k0" else "drop_before")
        )
        with pytest.raises(ConnectionLostError):
            await adapter.send(stage.conversation, says(""), key=key, files=[file])
        await age(redis_client, key, 5)
    stage.server.world.nonces.clear()
    await adapter.send(stage.conversation, says(""), key="k1", files=[file])
    names = [file for seen in stage.seen(stage.conversation) for file, _ in seen.files]
    assert names == ["a b.txt", "c.txt"]


async def test_a_refusal_does_not_clear_an_unclear_try_up(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    await try_long_ago(stage, adapter, redis_client, "commit_then_drop")
    stage.server.fail("list_messages", Fault(kind="status", status=429, retry_after=0.05))
    with pytest.raises(RateLimitedError):
        await adapter.send(stage.conversation, says("One."), key="k1")
    await insist(adapter, stage, "One.", key="k1")
    assert shown(stage) == ["One."]


async def test_an_api_that_can_not_be_reached_is_certain(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    await adapter.send(stage.conversation, says("One."), key="k1")
    stage.settings["api_url"] = "http://127.0.0.1:9/api/v10"
    cut_off = adapter_for(stage, redis_client)
    with pytest.raises(ConnectionLostError):
        await cut_off.send(stage.conversation, says("Two."), key="k2")
    await cut_off.close()
    assert not await redis_client.hgetall(pieces_key("k2"))


@pytest.mark.parametrize(("status", "code"), [(403, 50007), (403, 50013), (404, 10003), (400, 1)])
async def test_a_refusal_is_final(
    stage: DiscordStage, adapter: DiscordAdapter, status: int, code: int
) -> None:
    stage.server.fail("create_message", Fault(kind="status", status=status, code=code))
    with pytest.raises(DeliveryError):
        await adapter.send(stage.conversation, says("One."), key="k1")


async def test_a_refused_token_is_told(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    stage.server.world.token = "renewed"  # noqa: S105
    with pytest.raises(AuthenticationError):
        await adapter.send(stage.conversation, says("One."), key="k1")


async def test_no_token_shows_in_any_text(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    stage.server.fail("create_message", *[Fault(kind="status", status=403)] * 2)
    with pytest.raises(DeliveryError) as error:
        await adapter.send(stage.conversation, says("One."), key="k1")
    assert stage.server.world.token not in f"{error.value!r} {adapter!r}"
