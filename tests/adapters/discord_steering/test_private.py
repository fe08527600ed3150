"""Admins' buttons are answered in private wherever they stand; what direct messages refuse is not lost."""

import time

import pytest
from redis.asyncio import Redis

from adapters.discord.asides import SECTION, TOKEN_SECONDS
from bot.vocabulary.errors import ConnectionLostError, DeliveryError
from bot.vocabulary.messages import Button, MessageKind, OutgoingMessage
from tests.adapters.discord_interactions.kit import last, opened, sent
from tests.adapters.discord_steering.kit import IN_CHANNEL, looking
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import running
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import DiscordStage, DiscordUnderTest
from tests.platforms.discord.steering import steer
from tests.platforms.discord.world import AGENT, BOT, CHANNEL, CUSTOMER, DIRECT

SHORT = "admin:/mode mode=canary topic=shipping"
LONG = "admin:/settings set setting=escalation.answer_above value=" + "0.5 or so " * 12
CONFIRM = Button(action=SHORT, label="Try it")
ANSWER = OutgoingMessage(text="It is **done**.\n\n" + "And more. " * 300, buttons=(CONFIRM,))


@pytest.mark.parametrize("action", [SHORT, LONG])
async def test_a_button_in_the_desk_is_answered_in_private(
    platform: DiscordUnderTest, action: str
) -> None:
    stage, world = platform.stage, platform.stage.server.world
    place, card = await opened(platform, Button(action=action, label="Do it"))
    [custom_id] = [
        one["custom_id"] for row in world.messages[card]["components"] for one in row["components"]
    ]
    assert len(custom_id) <= 100
    stage.interact(
        place,
        3,
        {"custom_id": custom_id, "component_type": 2},
        stage.agent,
        message=world.messages[card],
    )
    event = await last(platform)
    assert (event.kind, event.action, event.text) == (MessageKind.PRESSED, action, "")
    assert (event.conversation.tenant_id, event.is_direct) == ("dm", True)
    assert event.author.user_id == AGENT
    direct = world.channels[event.conversation.channel_id]
    assert [person["id"] for person in direct["recipients"]] == [AGENT]
    await until(lambda: world.callbacks)
    [answer] = world.callbacks
    assert (answer["type"], answer["data"]["flags"]) == (4, 64)
    assert "mensaje directo" in answer["data"]["content"]


async def test_a_button_in_direct_messages_needs_no_sign(platform: DiscordUnderTest) -> None:
    world = platform.stage.server.world
    message_id = await sent(platform, CONFIRM)
    await platform.stage.press(platform.conversation, message_id, SHORT)
    event = await last(platform)
    assert (event.action, event.conversation) == (SHORT, platform.conversation)
    await until(lambda: world.callbacks)
    assert world.callbacks == [{"type": 6}]


@pytest.mark.parametrize("asks", [False, True])
async def test_long_actions_work_after_a_restart(
    stage: DiscordStage, redis_client: Redis, *, asks: bool
) -> None:
    button = Button(action=LONG, label="Do it", asks=asks, prefill="0.5" if asks else "")
    async with running(stage, redis_client) as platform:
        message_id = await sent(platform, button)
    world = stage.server.world
    [row] = world.messages[message_id]["components"]
    data = {"custom_id": row["components"][0]["custom_id"], "component_type": 2}
    async with running(stage, redis_client) as platform:
        token = stage.interact(
            stage.conversation, 3, data, stage.customer, message=world.messages[message_id]
        )
        if asks:
            await until(lambda: token in world.answered)
            form = world.answered[token]["data"]
            assert form["components"][0]["component"]["value"] == "0.5"
            filled = {
                "custom_id": form["custom_id"],
                "components": [{"type": 4, "id": 1, "custom_id": "text", "value": "0.6"}],
            }
            stage.interact(
                stage.conversation, 5, filled, stage.customer, message=world.messages[message_id]
            )
        event = await last(platform)
    assert (event.action, event.text) == (LONG, "0.6" if asks else "")


async def test_an_answer_that_direct_messages_refuse_is_shown_beside_the_command(
    platform: DiscordUnderTest, redis_client: Redis
) -> None:
    stage, world = platform.stage, platform.stage.server.world
    world.takes_none.add(CUSTOMER)
    steer(stage, IN_CHANNEL, ["status"], {}, stage.customer)
    event = await last(platform)
    await until(lambda: len(world.callbacks) == 2)
    async with looking(stage, redis_client) as worker:
        for _ in range(2):
            await worker.send(event.conversation, ANSWER, key="answer")
    assert world.in_channel(DIRECT) == []
    assert len(world.asides) == 2
    assert all(aside["flags"] == 64 | 4 for aside in world.asides)
    assert world.asides[0]["content"].startswith("It is **done**.")
    [row] = world.asides[-1]["components"]
    assert [one["custom_id"] for one in row["components"]] == [f"b:{SHORT}"]


async def test_an_answer_beside_a_command_is_tried_again(
    platform: DiscordUnderTest,
) -> None:
    stage, world = platform.stage, platform.stage.server.world
    world.takes_none.add(CUSTOMER)
    steer(stage, IN_CHANNEL, ["status"], {}, stage.customer)
    event = await last(platform)
    await until(lambda: len(world.callbacks) == 2)
    stage.server.fail("follow_up", Fault(kind="drop_before"))
    answer = OutgoingMessage(text="Done.")
    with pytest.raises(ConnectionLostError):
        await platform.adapter.send(event.conversation, answer, key="answer")
    await platform.adapter.send(event.conversation, answer, key="answer")
    assert [aside["content"] for aside in world.asides] == ["Done."]


@pytest.mark.parametrize("is_old", [False, True])
async def test_without_a_fresh_interaction_the_refusal_stands(
    platform: DiscordUnderTest, *, is_old: bool
) -> None:
    world = platform.stage.server.world
    world.takes_none.add(CUSTOMER)
    if is_old:
        moment = time.time() - TOKEN_SECONDS - 1
        await platform.tools.store.put(SECTION, {DIRECT: f"{moment:.3f} 900/token"})
    with pytest.raises(DeliveryError, match="takes no direct messages"):
        await platform.adapter.send(platform.conversation, ANSWER, key="answer")
    assert world.asides == []


async def test_who_typed_it_among_others_is_told_no_more_than_that(
    platform: DiscordUnderTest,
) -> None:
    world = platform.stage.server.world
    world.takes_none.add(CUSTOMER)
    world.say(CHANNEL, CUSTOMER, f"<@{BOT}> /status")
    event = await last(platform)
    for _ in range(2):
        await platform.adapter.send(event.conversation, ANSWER, key="answer")
    [told] = world.by_bot(CHANNEL)
    assert "direct message" in told["content"]
    assert "done" not in told["content"]
    assert world.asides == []
