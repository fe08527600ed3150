"""Buttons, forms, slash commands and reactions: answered in time, and heard by the core once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from adapters.discord.parse import in_guild
from bot.vocabulary.messages import (
    Button,
    ConversationRef,
    IncomingMessage,
    MessageKind,
    OutgoingMessage,
    Platform,
)
from tests.contracts.kit import RecordingIntake, says
from tests.platforms.discord import payloads
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import running
from tests.platforms.discord.reading import visible
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import QUICK, DiscordStage, DiscordUnderTest, discord_stage
from tests.platforms.discord.world import (
    AGENT,
    BOT,
    CHANNEL,
    CUSTOMER,
    DIRECT,
    FORUM,
    STRANGER,
    World,
)
from tests.tools import adapter_tools


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with discord_stage() as stage:
        yield stage


@pytest.fixture
async def platform(stage: DiscordStage, redis_client: Redis) -> AsyncIterator[DiscordUnderTest]:
    async with running(stage, redis_client) as platform:
        await platform.adapter.locate(stage.channel.channel_id)
        await platform.settle()
        yield platform


async def last(platform: DiscordUnderTest, count: int = 1) -> IncomingMessage:
    """Wait until the core has heard so many events, and return the last."""
    await until(lambda: len(platform.intake.handed) >= count)
    assert len(platform.intake.handed) == count
    return platform.intake.handed[-1]


async def sent(platform: DiscordUnderTest, *buttons: Button) -> str:
    message = OutgoingMessage(text="Well?", buttons=buttons)
    return (await platform.adapter.send(platform.conversation, message, key="k1")).message_id


async def opened(platform: DiscordUnderTest, *buttons: Button) -> tuple[ConversationRef, str]:
    """A case's thread with a card."""
    card = OutgoingMessage(text="The card.", buttons=buttons)
    found = await platform.adapter.open_thread(platform.channel, "A case", card, key="case")
    return found.conversation, found.message_id


# Buttons and forms


async def test_a_button_is_deferred_and_heard(platform: DiscordUnderTest) -> None:
    message_id = await sent(platform, Button(action="human", label="Talk to a person"))
    await platform.stage.press(platform.conversation, message_id, "human")
    event = await last(platform)
    assert (event.kind, event.action, event.id) == (MessageKind.PRESSED, "human", message_id)
    assert event.text == ""
    assert event.author.user_id == CUSTOMER
    assert event.author.locale == "es-ES"
    await until(lambda: platform.stage.server.world.callbacks)
    assert platform.stage.server.world.callbacks == [{"type": 6}]


async def test_a_button_is_answered_while_nothing_can_be_stored(platform: DiscordUnderTest) -> None:
    message_id = await sent(platform, Button(action="human", label="Talk to a person"))
    platform.intake.failing = True
    await platform.stage.press(platform.conversation, message_id, "human")
    await until(lambda: platform.stage.server.world.callbacks)
    assert platform.intake.handed == []
    platform.intake.failing = False
    assert (await last(platform)).action == "human"


async def test_a_form_opens_and_only_its_sending_is_heard(platform: DiscordUnderTest) -> None:
    place, card = await opened(platform, Button(action="reply:7", label="Reply", asks=True))
    agent = platform.stage.agent
    await platform.stage.press(place, card, "reply:7", who=agent, text="Hello *there*")
    event = await last(platform)
    assert (event.action, event.text, event.id) == ("reply:7", "Hello *there*", card)
    assert event.conversation == place
    assert not event.author.is_external
    await until(lambda: len(platform.stage.server.world.callbacks) == 2)
    form, deferred = platform.stage.server.world.callbacks
    assert form["data"]["title"] == "Reply"
    assert form["data"]["components"][0]["label"] == "¿Qué debe leer el cliente?"
    assert deferred == {"type": 6}


async def test_an_answer_that_discord_refuses_is_no_harm(platform: DiscordUnderTest) -> None:
    message_id = await sent(platform, Button(action="human", label="Talk to a person"))
    platform.stage.server.fail("callback", Fault(kind="status", status=404, code=10062))
    await platform.stage.press(platform.conversation, message_id, "human")
    assert (await last(platform)).action == "human"


async def test_buttons_work_after_a_restart(stage: DiscordStage, redis_client: Redis) -> None:
    async with running(stage, redis_client) as platform:
        message_id = await sent(platform, Button(action="human", label="Talk to a person"))
    await stage.press(stage.conversation, message_id, "human")
    intake = RecordingIntake()
    async with running(stage, redis_client, intake=intake):
        await until(lambda: intake.handed)
        assert intake.handed[-1].action == "human"


# Slash commands


async def test_the_commands_are_offered_once(stage: DiscordStage, redis_client: Redis) -> None:
    for _ in range(2):
        async with running(stage, redis_client) as platform:
            await platform.settle()
    [call] = stage.server.called("commands")
    names = [command["name"] for command in call.body]
    assert names == [
        "ask",
        "human",
        "bot",
        "help",
        "claim",
        "release",
        "resolve",
        "return",
        "reply",
        "note",
    ]
    reply = next(command for command in call.body if command["name"] == "reply")
    assert reply["description_localizations"]["es-ES"] == "Escribe al cliente de este caso"


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


# Reactions


@pytest.mark.parametrize(
    ("emoji", "action"),
    [
        ("👍", "rate:up"),
        ("👍🏽", "rate:up"),
        ("❤️", "rate:up"),
        ("🎉", "rate:up"),
        ("✅", "rate:up"),
        ("👎", "rate:down"),
        ("😡", "rate:down"),
        ("😕", "rate:down"),
    ],
)
async def test_a_thumb_rates_an_answer(platform: DiscordUnderTest, emoji: str, action: str) -> None:
    message_id = await sent(platform)
    platform.stage.react_with(message_id, emoji, platform.stage.customer)
    event = await last(platform)
    assert (event.kind, event.action, event.id) == (MessageKind.PRESSED, action, message_id)
    assert event.conversation == platform.conversation


async def test_other_reactions_say_nothing(platform: DiscordUnderTest) -> None:
    message_id = await sent(platform)
    written = await platform.stage.write(platform.conversation, "mine")
    platform.stage.react_with(message_id, "🤔", platform.stage.customer)
    platform.stage.react_with(message_id, "relevo", platform.stage.customer)
    platform.stage.react_with(written, "👍", platform.stage.customer)
    await platform.stage.write(platform.conversation, "after")
    assert (await last(platform, 2)).text == "after"


# Who is who


async def test_only_full_members_are_no_externals(platform: DiscordUnderTest) -> None:
    world = platform.stage.server.world
    world.members[AGENT]["nick"] = "Ana (Support)"
    for writer in (CUSTOMER, AGENT, STRANGER):
        world.say(CHANNEL, writer, f"<@{BOT}> hello")
    await last(platform, 3)
    externals = [message.author.is_external for message in platform.intake.handed]
    names = [message.author.display_name for message in platform.intake.handed]
    assert externals == [False, False, True]
    assert names == ["Cleo", "Ana (Support)", "Sam"]
    world.members[CUSTOMER]["pending"] = True
    world.say(CHANNEL, CUSTOMER, f"<@{BOT}> again")
    assert (await last(platform, 4)).author.is_external


async def test_agents_talk_in_a_case_without_a_mention(platform: DiscordUnderTest) -> None:
    place, _card = await opened(platform)
    await platform.stage.write(place, "who knows this one?", who=platform.stage.agent)
    event = await last(platform)
    assert event.conversation == place
    assert not event.is_direct


async def test_a_post_that_an_agent_opens_in_the_desk_is_heard(platform: DiscordUnderTest) -> None:
    world = platform.stage.server.world
    world.channels["8888"] = payloads.thread("8888", world.channels[FORUM], AGENT, "Hm", 1440)
    world.say("8888", AGENT, "shall we?")
    assert (await last(platform)).conversation == in_guild("100", FORUM, "8888")


async def test_a_thread_of_others_is_joined_by_a_mention(platform: DiscordUnderTest) -> None:
    world = platform.stage.server.world
    thread = payloads.thread("7777", world.channels[CHANNEL], CUSTOMER, "Pans", 1440)
    world.channels["7777"] = thread
    world.say("7777", CUSTOMER, "not for the bot")
    world.say("7777", CUSTOMER, f"<@{BOT}> for the bot")
    world.say("7777", CUSTOMER, "and on")
    await last(platform, 2)
    assert [message.text for message in platform.intake.handed] == ["for the bot", "and on"]
    assert platform.intake.handed[0].conversation == in_guild("100", CHANNEL, "7777")


# What is no text


def forward_to_bot(world: World, text: str) -> None:
    forwarded: dict[str, object] = {"message": {"content": text, "attachments": [], "embeds": [], "mentions": [],
        "mention_roles": [], "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None,
        "flags": 0, "components": [], "type": 0}}  # fmt: skip
    reference = {"type": 0, "channel_id": "5", "message_id": "6"}
    world.say(DIRECT, CUSTOMER, "", message_snapshots=[forwarded], message_reference=reference)


async def test_nothing_is_passed_over_in_silence(platform: DiscordUnderTest) -> None:
    world = platform.stage.server.world
    world.say(DIRECT, CUSTOMER, "", sticker_items=[{"id": "1", "name": "Wave", "format_type": 1}])
    forward_to_bot(world, "read this")
    await last(platform, 2)
    sticker, forward = platform.intake.handed
    assert [item.name for item in sticker.attachments] == ["sticker: Wave"]
    assert forward.text == "read this"
    assert [item.name for item in forward.attachments] == ["forwarded message"]


async def test_forwarded_words_command_nothing(platform: DiscordUnderTest) -> None:
    for text in ("!reply all is refunded", "/human"):
        forward_to_bot(platform.stage.server.world, text)
    await last(platform, 2)
    told = [message.text for message in platform.intake.handed]
    assert told == ["» !reply all is refunded", "» /human"]


async def test_what_discord_makes_of_words_is_undone(platform: DiscordUnderTest) -> None:
    text = f"<@{BOT}> <:pan:55> </ask:7> <t:1700000000:R> <@{AGENT}> \ud83d end"
    platform.stage.server.world.say(DIRECT, CUSTOMER, text)
    event = await last(platform)
    assert event.text == ":pan: /ask 2023-11-14 22:13 UTC @Ana \ufffd end"
