"""Buttons, forms and reactions: answered in time and truthfully, and heard by the core once."""

import pytest
from redis.asyncio import Redis

from adapters.discord.parse import in_guild
from bot.vocabulary.messages import Button, MessageKind, OutgoingMessage
from tests.adapters.discord_interactions.kit import last, opened, sent
from tests.contracts.kit import RecordingIntake
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import running
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import DiscordStage, DiscordUnderTest
from tests.platforms.discord.world import BOT, CHANNEL, CUSTOMER, GUILD


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


@pytest.mark.parametrize("asks", [False, True])
async def test_nothing_looks_done_before_it_is_stored(
    platform: DiscordUnderTest, *, asks: bool
) -> None:
    world, agent = platform.stage.server.world, platform.stage.agent
    place, card = await opened(platform, Button(action="reply:7", label="Reply", asks=asks))
    platform.intake.failing = True
    await platform.stage.press(place, card, "reply:7", who=agent, text="Hello")
    await until(lambda: len(world.callbacks) == 1 + asks)
    assert world.callbacks[-1] == {"type": 5, "data": {"flags": 64}}
    assert platform.intake.handed == []
    platform.intake.failing = False
    assert (await last(platform)).action == "reply:7"
    await until(lambda: len(world.callbacks) == 2 + asks)
    assert world.callbacks[-1]["content"] == "Gracias, anotado."
    assert [seen.text for seen in platform.stage.seen(place)] == ["The card."]


async def test_a_pressed_message_that_is_taken_back_is_no_deletion_of_who_pressed(
    platform: DiscordUnderTest,
) -> None:
    message_id = await sent(platform, Button(action="human", label="Talk to a person"))
    await platform.stage.press(platform.conversation, message_id, "human")
    await last(platform)
    await platform.adapter.retract(platform.conversation, key="k1")
    await platform.settle()
    await platform.stage.write(platform.conversation, "after")
    assert (await last(platform, 2)).text == "after"


async def test_a_press_that_can_not_be_read_is_told(platform: DiscordUnderTest) -> None:
    world = platform.stage.server.world
    message_id = await sent(platform, Button(action="human", label="Talk to a person"))
    broken = {key: raw for key, raw in world.messages[message_id].items() if key != "id"}
    data = {"custom_id": "b:human", "component_type": 2}
    platform.stage.interact(platform.conversation, 3, data, platform.stage.customer, message=broken)
    await until(lambda: world.callbacks)
    [answer] = world.callbacks
    assert (answer["type"], answer["data"]["flags"]) == (4, 64)
    assert answer["data"]["content"].startswith("Ahora mismo no se ha podido guardar.")


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


async def test_an_answer_that_stands_in_the_channel_belongs_to_its_question(
    platform: DiscordUnderTest,
) -> None:
    stage, world = platform.stage, platform.stage.server.world
    stage.server.fail("start_thread", *[Fault(kind="status", status=403, code=50013)] * 3)
    asked = world.say(CHANNEL, CUSTOMER, f"<@{BOT}> a question")["id"]
    place = (await last(platform)).conversation
    human = Button(action="human", label="Talk to a person")
    await platform.adapter.preview(place, "An answer", key="k1")
    for key in ("k1", "k2"):
        answer = OutgoingMessage(text="An answer.", buttons=(human,))
        message_id = (await platform.adapter.send(place, answer, key=key)).message_id
        assert world.messages[message_id]["channel_id"] == CHANNEL
        await stage.press(in_guild(GUILD, CHANNEL, CHANNEL), message_id, "human")
        stage.react_with(message_id, "👍", stage.customer)
        answered = world.messages[message_id]
        world.say(CHANNEL, CUSTOMER, "and on", type=19, referenced_message=answered)
    await last(platform, 7)
    heard = [(event.action, event.conversation.thread_id) for event in platform.intake.handed[1:]]
    assert heard == [("human", asked), ("rate:up", asked), (None, asked)] * 2


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


async def test_a_thumb_that_is_set_again_counts_again(platform: DiscordUnderTest) -> None:
    message_id = await sent(platform)
    for emoji in ("👍", "👎", "👍"):
        platform.stage.react_with(message_id, emoji, platform.stage.customer)
    await last(platform, 3)
    actions = [event.action for event in platform.intake.handed]
    assert actions == ["rate:up", "rate:down", "rate:up"]
    assert len({event.event_key for event in platform.intake.handed}) == 3


async def test_a_replayed_thumb_is_the_same_event(platform: DiscordUnderTest) -> None:
    message_id = await sent(platform)
    gateway = platform.stage.server.gateway
    platform.stage.react_with(message_id, "👍", platform.stage.customer)
    await last(platform)
    [session] = gateway.sessions.values()
    line = session.line
    assert line is not None
    session.sent -= 1
    line.news.set()
    await last(platform, 2)
    assert len({event.event_key for event in platform.intake.handed}) == 1


async def test_other_reactions_say_nothing(platform: DiscordUnderTest) -> None:
    message_id = await sent(platform)
    written = await platform.stage.write(platform.conversation, "mine")
    platform.stage.react_with(message_id, "🤔", platform.stage.customer)
    platform.stage.react_with(message_id, "relevo", platform.stage.customer)
    platform.stage.react_with(written, "👍", platform.stage.customer)
    await platform.stage.write(platform.conversation, "after")
    assert (await last(platform, 2)).text == "after"
