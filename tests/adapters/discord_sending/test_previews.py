"""What is being written is seen, and becomes the reply."""

import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from adapters.discord.parse import direct, in_guild
from bot.vocabulary.messages import Button, File, OutgoingMessage
from tests.adapters.discord_sending.kit import COMMITTED, NOT_COMMITTED, shown
from tests.contracts.kit import says
from tests.platforms.discord.kit import adapter_for
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.discord.world import BOT, CHANNEL, CUSTOMER, GUILD


@pytest.mark.parametrize("fault", [None, *COMMITTED[:2], NOT_COMMITTED[0]], ids=str)
@pytest.mark.parametrize("text", ["It is @every", "It is here."])
async def test_a_preview_becomes_the_reply(
    stage: DiscordStage, adapter: DiscordAdapter, fault: Fault | None, text: str
) -> None:
    if fault:
        stage.server.fail("create_message", fault)
    await adapter.preview(stage.conversation, text, key="k1")
    file = File(name="a.txt", content_type="text/plain", content=b"abc")
    buttons = (Button(action="human", label="Talk to a person"),)
    reply = OutgoingMessage(text="It is here.", buttons=buttons)
    await adapter.send(stage.conversation, reply, key="k1", files=[file])
    await adapter.preview(stage.conversation, "It is he", key="k1")
    [seen] = stage.seen(stage.conversation)
    assert seen.text == "It is here."
    assert seen.files == (("a.txt", b"abc"),)
    assert seen.actions == ("human",)
    await adapter.retract(stage.conversation, key="k1")
    assert shown(stage) == []


async def test_a_preview_starts_a_customers_thread(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    place = in_guild(GUILD, CHANNEL, stage.server.world.say(CHANNEL, CUSTOMER, f"<@{BOT}>?")["id"])
    await adapter.preview(place, "It is", key="k1")
    assert [seen.text for seen in stage.seen(place)] == ["It is"]
    await adapter.send(place, says("It is so."), key="k1")
    assert [seen.text for seen in stage.seen(place)] == ["It is so."]


async def test_a_late_preview_changes_nothing(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    await adapter.preview(stage.conversation, "It is", key="k1")
    await adapter.send(stage.conversation, says("It is here."), key="k1")
    other = adapter_for(stage, redis_client)
    await other.preview(stage.conversation, "It is", key="k1")
    await other.close()
    assert shown(stage) == ["It is here."]


async def test_a_preview_never_raises(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    stage.server.fail("create_message", Fault(kind="status", status=403, code=50013))
    await adapter.preview(stage.conversation, "It is", key="k1")
    await adapter.preview(direct("999"), "It is", key="k2")


async def test_typing_is_shown_now_and_then(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    for _ in range(5):
        await adapter.typing(stage.conversation)
    await adapter.typing(direct("999"))
    assert len(stage.server.called("typing")) == 2
