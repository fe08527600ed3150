"""Slash commands: answered in time, heard as if typed, and shown to nobody whom they don't concern."""

import asyncio

import pytest
from redis.asyncio import Redis

from adapters.customers import COMMANDS
from adapters.discord import DiscordAdapter
from adapters.discord.parse import in_guild
from adapters.verbs import VERBS
from bot.texts import say
from bot.vocabulary.cases import Priority
from bot.vocabulary.messages import (
    MessageKind,
    Platform,
)
from tests.adapters.discord_interactions.kit import last, opened
from tests.contracts.kit import RecordingIntake, says
from tests.platforms.discord import payloads
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import running
from tests.platforms.discord.reading import visible
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import QUICK, DiscordStage, DiscordUnderTest
from tests.platforms.discord.world import (
    AGENT,
    BOT,
    CHANNEL,
    DIRECT,
    FORUM,
    GUILD,
)
from tests.tools import adapter_tools


async def test_the_commands_are_offered_once(stage: DiscordStage, redis_client: Redis) -> None:
    for _ in range(2):
        async with running(stage, redis_client, desk=FORUM) as platform:
            await platform.settle()
    [everywhere] = stage.server.called("commands")
    assert [command["name"] for command in everywhere.body] == ["ask", *COMMANDS, "relevo"]
    offered = {command["name"]: command for command in everywhere.body}
    assert [option["required"] for option in offered["link"]["options"]] == [False]
    assert "options" not in offered["forget"]
    assert offered["relevo"]["contexts"] == [1]
    [desk] = stage.server.called("guild_commands")
    named = {command["name"]: command for command in desk.body}
    verbs = [verb for verb in VERBS if verb not in COMMANDS]
    assert [*named] == [*verbs, "relevo"]
    assert "contexts" not in named["relevo"]
    assert len(named) + len(everywhere.body) <= 100
    reply = named["reply"]
    assert reply["description_localizations"]["es-ES"] == say("verbs.reply", "es")
    assert [option["required"] for option in reply["options"]] == [True]
    assert [option["required"] for option in named["resolve"]["options"]] == [False]
    assert "options" not in named["claim"]


async def test_priorities_are_chosen_from_a_list(stage: DiscordStage, redis_client: Redis) -> None:
    async with running(stage, redis_client, desk=FORUM) as platform:
        await platform.settle()
    [desk] = stage.server.called("guild_commands")
    [priority] = [command for command in desk.body if command["name"] == "priority"]
    [option] = priority["options"]
    assert [choice["value"] for choice in option["choices"]] == [*Priority]
    assert option["choices"][1]["name_localizations"]["es-ES"] == "alta"


async def test_agents_verbs_are_offered_in_the_desk_s_guild_alone(
    stage: DiscordStage, redis_client: Redis
) -> None:
    store = adapter_tools(redis_client, Platform.DISCORD).store
    async with running(stage, redis_client) as platform:
        await platform.settle()
    assert not stage.server.called("guild_commands")
    await store.put("commands", {f"{BOT}/guilds/{GUILD}": "of an earlier desk"})
    async with running(stage, redis_client) as platform:
        await platform.settle()
    [taken_back] = stage.server.called("guild_commands")
    assert taken_back.body == []
    async with running(stage, redis_client) as platform:
        await platform.settle()
    assert len(stage.server.called("guild_commands")) == 1


async def test_commands_that_discord_does_not_take_are_offered_later(
    stage: DiscordStage, redis_client: Redis
) -> None:
    stage.server.fail("commands", Fault(kind="status", status=503))
    for _ in range(2):
        async with running(stage, redis_client) as platform:
            await platform.settle()
    assert len(stage.server.called("commands")) == 2


async def test_a_customers_command_is_heard_as_if_typed(platform: DiscordUnderTest) -> None:
    await platform.stage.command(platform.conversation, "human")
    event = await last(platform)
    assert (event.kind, event.text) == (MessageKind.NEW, "/human")
    assert event.conversation == platform.conversation
    await until(lambda: len(platform.stage.server.world.callbacks) == 2)
    first, second = platform.stage.server.world.callbacks
    assert first == {"type": 5, "data": {"flags": 64}}
    assert second["content"] == "Gracias, anotado."


async def test_the_confirmation_waits_for_a_slow_first_answer(platform: DiscordUnderTest) -> None:
    platform.stage.server.fail("callback", Fault(kind="delay", seconds=0.1))
    await platform.stage.command(platform.conversation, "human")
    await until(lambda: len(platform.stage.server.world.callbacks) == 2)
    assert [call.name for call in platform.stage.server.calls][-2:] == ["callback", "edit_original"]


async def test_an_agents_command_in_a_case(platform: DiscordUnderTest) -> None:
    place, _card = await opened(platform)
    agent = platform.stage.agent
    await platform.stage.command(place, "reply", who=agent, text="Hello *there*")
    event = await last(platform)
    assert (event.text, event.conversation) == ("/reply Hello *there*", place)
    assert event.author.user_id == AGENT
    await until(lambda: len(platform.stage.server.world.callbacks) == 2)
    first, second = platform.stage.server.world.callbacks
    assert first == {"type": 5}
    assert visible(second["content"]) == "/reply Hello *there*"


@pytest.mark.parametrize("name", ["reply", "note"])
@pytest.mark.parametrize("where", ["channel", "thread", "direct"])
async def test_a_command_is_shown_to_nobody_outside_the_desk(
    platform: DiscordUnderTest, name: str, where: str
) -> None:
    world = platform.stage.server.world
    world.channels["7777"] = payloads.thread("7777", world.channels[CHANNEL], BOT, "Cleo", 1440)
    places = {
        "channel": in_guild("100", CHANNEL, CHANNEL),
        "thread": in_guild("100", CHANNEL, "7777"),
        "direct": platform.conversation,
    }
    await platform.stage.command(places[where], name, text="visit https://evil.example")
    await until(lambda: len(world.callbacks) == 2)
    assert world.callbacks[0] == {"type": 5, "data": {"flags": 64}}
    assert "evil" not in world.callbacks[1]["content"]


async def test_a_command_that_can_not_be_taken_is_told(platform: DiscordUnderTest) -> None:
    refused = Fault(kind="status", status=400, code=50007)
    platform.stage.server.fail("open_direct", refused)
    await platform.stage.command(in_guild("100", CHANNEL, CHANNEL), "ask", text="Well?")
    await until(lambda: len(platform.stage.server.world.callbacks) == 2)
    told = platform.stage.server.world.callbacks[-1]["content"]
    assert told.startswith("Ahora mismo no se ha podido guardar.")
    assert platform.intake.handed == []


async def test_a_command_in_a_channel_is_answered_directly(platform: DiscordUnderTest) -> None:
    await platform.stage.command(in_guild("100", CHANNEL, CHANNEL), "ask", text="Is it in stock?")
    event = await last(platform)
    assert event.text == "Is it in stock?"
    assert event.conversation == platform.conversation
    assert event.is_direct
    await until(lambda: len(platform.stage.server.world.callbacks) == 2)
    assert "mensaje directo" in platform.stage.server.world.callbacks[-1]["content"]
    sent = await platform.adapter.send(event.conversation, says("Yes."), key="k1")
    assert sent.conversation.channel_id == DIRECT


async def test_suggestions_complete_a_question(stage: DiscordStage, redis_client: Redis) -> None:
    tools = adapter_tools(redis_client, Platform.DISCORD)
    questions = ("How long does delivery take?", "Can I return a pan?")
    adapter = DiscordAdapter(tools, suggestions=questions, pace=QUICK, **stage.settings)
    task = asyncio.create_task(adapter.run(RecordingIntake()))
    await until(lambda: stage.server.gateway.sessions)
    options = [{"type": 3, "name": "text", "value": "DELIV", "focused": True}]
    data = {"id": "1", "name": "ask", "type": 1, "options": options}
    stage.interact(stage.conversation, 4, data, stage.customer)
    await until(lambda: stage.server.world.callbacks)
    [answer] = stage.server.world.callbacks
    assert [choice["value"] for choice in answer["data"]["choices"]] == [questions[0]]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await adapter.close()
