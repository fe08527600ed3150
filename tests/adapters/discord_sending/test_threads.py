"""Threads of cases and of customers: opened once, marked, with room made for them."""

from dataclasses import replace

import pytest

from adapters.discord import DiscordAdapter
from adapters.discord.parse import direct, in_guild
from adapters.discord.threads import FULL_REST_SECONDS
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import (
    ConfigurationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)
from tests.adapters.discord_sending.kit import COMMITTED
from tests.contracts.kit import says
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.discord.world import BOT, CHANNEL, CUSTOMER, DESK_CHANNEL, DIRECT, FORUM, GUILD


@pytest.mark.parametrize(
    ("status", "code"), [(403, 50013), (403, 50001), (400, 50024), (400, 160006), (400, 0)]
)
async def test_where_no_thread_can_be_started_the_answer_stands_in_the_channel(
    stage: DiscordStage, adapter: DiscordAdapter, status: int, code: int
) -> None:
    place = in_guild(GUILD, CHANNEL, stage.server.world.say(CHANNEL, CUSTOMER, f"<@{BOT}>?")["id"])
    stage.server.fail("start_thread", *[Fault(kind="status", status=status, code=code)] * 9)
    long = "\n\n".join(f"{number} " + "word " * 300 for number in range(2))

    def texts() -> list[str]:
        return [seen.text[:11] for seen in stage.seen(replace(place, thread_id=None))][1:]

    await adapter.preview(place, "It is", key="k1")
    assert texts() == ["It is"]
    for _ in range(2):
        await adapter.send(place, says("It is here."), key="k1")
        assert texts() == ["It is here."]
    for _ in range(2):
        await adapter.edit(place, says(long), key="k1")
        assert texts() == ["0 word word", "1 word word"]
    await adapter.retract(place, key="k1")
    assert texts() == []


async def test_a_question_that_is_gone_is_not_answered_in_the_channel(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    asked = stage.server.world.say(CHANNEL, CUSTOMER, f"<@{BOT}>?")["id"]
    stage.server.world.take_back(asked)
    with pytest.raises(DeliveryError):
        await adapter.send(in_guild(GUILD, CHANNEL, asked), says("It is here."), key="k1")
    assert not stage.server.world.by_bot(CHANNEL)


@pytest.mark.parametrize("channel_id", [FORUM, DESK_CHANNEL])
@pytest.mark.parametrize("fault", COMMITTED[:2], ids=str)
async def test_a_thread_that_was_opened_before_the_error_is_found_again(
    stage: DiscordStage, adapter: DiscordAdapter, channel_id: str, fault: Fault
) -> None:
    channel = await adapter.locate(channel_id)
    await adapter.open_thread(channel, "A case", says("The card."), key="k0")
    stage.server.fail("create_thread", fault)
    with pytest.raises(ConnectionLostError):
        await adapter.open_thread(channel, "A case", says("The card."), key="k1")
    opened = await adapter.open_thread(channel, "A case", says("The card."), key="k1")
    threads = stage.server.world.threads(channel_id)
    assert [raw["id"] for raw in threads][1:] == [opened.conversation.thread_id]
    assert [seen.text for seen in stage.seen(opened.conversation)] == ["The card."]


async def test_a_thread_that_was_not_opened_is_opened_later(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    stage.server.fail("create_thread", Fault(kind="status", status=503))
    with pytest.raises(ConnectionLostError):
        await adapter.open_thread(stage.channel, "A case", says("The card."), key="k1")
    await adapter.open_thread(stage.channel, "A case", says("The card."), key="k1")
    assert len(stage.threads()) == 1


async def test_a_full_guild_gets_room_from_resolved_cases(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    old = await adapter.open_thread(stage.channel, "Old", says("Card"), key="k1")
    await adapter.mark_thread(old.conversation, CaseStatus.RESOLVED)
    await adapter.send(old.conversation, says("Thanks."), key="k2")
    stage.server.world.most_threads = 1
    opened = await adapter.open_thread(stage.channel, "New", says("Card"), key="k3")
    assert stage.server.world.active() == [
        stage.server.world.channels[str(opened.conversation.thread_id)]
    ]
    with pytest.raises(RateLimitedError) as full:
        await adapter.open_thread(stage.channel, "Newer", says("Card"), key="k4")
    assert full.value.retry_after == FULL_REST_SECONDS


async def test_a_customers_thread_that_exists_is_used(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    asked = stage.server.world.say(CHANNEL, CUSTOMER, f"<@{BOT}>?")
    place = in_guild(GUILD, CHANNEL, asked["id"])
    stage.server.fail("start_thread", Fault(kind="commit_then_drop"))
    with pytest.raises(ConnectionLostError):
        await adapter.send(place, says("Hello."), key="k1")
    await adapter.send(place, says("Hello."), key="k1")
    assert [seen.text for seen in stage.seen(place)] == ["Hello."]


@pytest.mark.parametrize(
    "place",
    [
        direct("999"),
        direct(CHANNEL),
        in_guild("101", CHANNEL, "5"),
        in_guild(GUILD, DIRECT, "5"),
        in_guild(GUILD, CHANNEL, "5"),
    ],
    ids=str,
)
async def test_a_place_that_is_not_what_it_claims_is_refused(
    adapter: DiscordAdapter, place: object
) -> None:
    with pytest.raises(DeliveryError):
        await adapter.send(place, says("Lost."), key="k1")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("channel_id", ["999", DIRECT])
async def test_a_desk_that_can_not_be_is_refused(adapter: DiscordAdapter, channel_id: str) -> None:
    with pytest.raises(ConfigurationError, match="desk.channel"):
        await adapter.locate(channel_id)
