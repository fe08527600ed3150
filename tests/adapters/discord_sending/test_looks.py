"""How a message looks, pinging nobody and previewing nothing, and how it is changed."""

import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from bot.vocabulary.messages import Button, Link, OutgoingMessage
from tests.adapters.discord_sending.kit import shown
from tests.contracts.kit import says
from tests.platforms.discord.kit import adapter_for
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.discord.world import CUSTOMER, GUILD


async def test_a_speaker_sources_and_buttons(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    message = OutgoingMessage(
        text="Use *cold* water.",
        speaker="Ana_*B*",
        buttons=(
            Button(action="rate:up", label="Helpful"),
            Button(action="human", label="Talk to a person"),
            Button(action="reply:7", label="Reply", asks=True),
        ),
        sources=(
            Link(title="Care", url="https://shop.example/care?a=(b)"),
            Link(title="shop.example", url="https://evil.example/"),
            Link(title="Script", url="javascript:alert(1)"),
        ),
    )
    await adapter.send(stage.conversation, message, key="k1")
    [seen] = stage.seen(stage.conversation)
    assert seen.text.splitlines() == [
        "Ana_*B*",
        "Use cold water.",
        "",
        "- Care",
        "- shop.example (https://evil.example/)",
        "- Script",
    ]
    assert seen.actions == ("rate:up", "human", "reply:7")
    [row] = stage.server.world.messages[seen.id]["components"]
    assert row["components"][0]["emoji"] == {"name": "👍"}


async def test_an_edit_makes_longer_and_shorter(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    long = "\n\n".join("x" * 1500 for _ in range(3))
    place = stage.conversation
    await adapter.send(place, says("Short."), key="k1")
    await adapter.edit(place, says(long), key="k1")
    assert [len(text) for text in shown(stage)] == [1500] * 3
    await adapter.edit(place, says("Short again."), key="k1")
    assert shown(stage) == ["Short again."]


async def test_a_message_that_people_removed_stays_removed(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    sent = await adapter.send(stage.conversation, says("One."), key="k1")
    stage.server.world.take_back(sent.message_id)
    await adapter.edit(stage.conversation, says("Two."), key="k1")
    await adapter.retract(stage.conversation, key="k1")
    assert shown(stage) == []


@pytest.mark.parametrize(
    "text",
    [
        "@everyone @here",
        f"<@{CUSTOMER}> <@&{GUILD}>",
        "see https://evil.example/x",
        "[x](https://evil.example)",
    ],
)
@pytest.mark.parametrize("is_literal", [True, False])
async def test_nobody_is_pinged_and_nothing_previewed(
    stage: DiscordStage, adapter: DiscordAdapter, text: str, *, is_literal: bool
) -> None:
    message = OutgoingMessage(text=text, is_literal=is_literal, speaker=text)
    await adapter.send(stage.conversation, message, key="k1")
    await adapter.edit(stage.conversation, message, key="k1")
    await adapter.open_thread(stage.channel, text, message, key="k2")
    for call in stage.server.calls:
        if call.name in {"create_message", "edit_message"}:
            assert call.body["allowed_mentions"] == {"parse": [], "replied_user": False}
            assert call.body["flags"] & 4


async def test_a_worker_that_never_ran_can_change_what_another_sent(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    await adapter.send(stage.conversation, says("One."), key="k1")
    other = adapter_for(stage, redis_client)
    await other.edit(stage.conversation, says("Two."), key="k1")
    await other.close()
    assert shown(stage) == ["Two."]
