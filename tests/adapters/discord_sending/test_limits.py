"""Discord's limits: whom a refusal concerns rests, in all processes, and nobody else."""

import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import RateLimitedError
from tests.adapters.discord_sending.kit import shown
from tests.contracts.kit import says
from tests.platforms.discord.kit import adapter_for
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import DiscordStage


async def test_a_limit_rests_all_processes(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    stage.server.fail("create_message", Fault(kind="status", status=429, retry_after=30.0))
    with pytest.raises(RateLimitedError):
        await adapter.send(stage.conversation, says("One."), key="k1")
    other = adapter_for(stage, redis_client)
    with pytest.raises(RateLimitedError) as limited:
        await other.send(stage.conversation, says("Two."), key="k2")
    assert 25 < limited.value.retry_after <= 30
    assert len(stage.server.called("create_message")) == 1
    await other.close()


async def test_a_limit_of_one_kind_of_call_silences_nobody(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    limited = Fault(kind="status", status=429, retry_after=300.0)
    opened = await adapter.open_thread(stage.channel, "A case", says("Card"), key="case")
    stage.server.fail("typing", limited)
    stage.server.fail("change_channel", limited)
    await adapter.typing(stage.conversation)
    with pytest.raises(RateLimitedError):
        await adapter.mark_thread(opened.conversation, CaseStatus.RESOLVED)
    await adapter.send(stage.conversation, says("One."), key="k1")
    await adapter.open_thread(stage.channel, "Another", says("Card"), key="other")
    assert shown(stage) == ["One."]


async def test_a_limit_of_one_thread_rests_its_marks(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    opened = await adapter.open_thread(stage.channel, "A case", says("Card"), key="case")
    stage.server.fail("change_channel", Fault(kind="status", status=429, retry_after=300.0))
    for _ in range(2):
        with pytest.raises(RateLimitedError):
            await adapter.mark_thread(opened.conversation, CaseStatus.RESOLVED)
    assert len(stage.server.called("change_channel")) == 1


async def test_a_limit_of_everything_rests_every_call(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    opened = await adapter.open_thread(stage.channel, "A case", says("Card"), key="case")
    everything = Fault(kind="status", status=429, retry_after=30.0, scope="global")
    stage.server.fail("typing", everything)
    await adapter.typing(stage.conversation)
    calls = len(stage.server.calls)
    with pytest.raises(RateLimitedError):
        await adapter.send(stage.conversation, says("One."), key="k1")
    with pytest.raises(RateLimitedError):
        await adapter.mark_thread(opened.conversation, CaseStatus.RESOLVED)
    assert len(stage.server.calls) == calls
