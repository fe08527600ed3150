"""The admins' command in use: one line in private, whatever Discord's menu and forms make of it."""

import pytest
from redis.asyncio import Redis

from adapters.discord.actions import Actions
from adapters.discord.parse import direct
from bot.vocabulary.commands import COMMANDS, ArgumentKind, read
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import MessageKind
from tests.adapters.discord_interactions.kit import last, opened
from tests.adapters.discord_steering.kit import IN_CHANNEL, simple, told
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import running
from tests.platforms.discord.stage import DiscordStage, DiscordUnderTest
from tests.platforms.discord.steering import fill, form_of, steer
from tests.platforms.discord.world import AGENT, BOT, CHANNEL, CUSTOMER, DIRECT, FORUM, GUILD

TEXT = 'Hello "{name}",\n\nyour parcel = on its way.\\'


async def test_each_command_of_the_table_arrives(platform: DiscordUnderTest) -> None:
    stage, world = platform.stage, platform.stage.server.world
    for number, command in enumerate(COMMANDS, start=1):
        values = {one.name: simple(one) for one in command.arguments}
        steer(stage, IN_CHANNEL, command.words, values, stage.customer)
        event = await last(platform, number)
        found = read(event.text)
        assert found is not None
        assert found.command is command
        assert dict(found.values) == {one.name: told(one, simple(one)) for one in command.arguments}
        assert event.kind is MessageKind.NEW
        assert event.conversation == direct(DIRECT)
        assert (event.is_direct, event.author.user_id) == (True, CUSTOMER)
    await until(lambda: len(world.callbacks) == 2 * len(COMMANDS))
    assert world.callbacks[0] == {"type": 5, "data": {"flags": 64}}
    assert "mensaje directo" in world.callbacks[-1]["content"]
    assert len({event.event_key for event in platform.intake.handed}) == len(COMMANDS)


async def test_no_menu_has_it_twice(stage: DiscordStage, redis_client: Redis) -> None:
    async with running(stage, redis_client) as platform:
        await platform.settle()
    world = stage.server.world
    assert world.offered("relevo", None) is world.offered("relevo", GUILD)
    async with running(stage, redis_client, desk=FORUM) as platform:
        await platform.settle()
    private, desk = world.offered("relevo", None), world.offered("relevo", GUILD)
    assert private["contexts"] == [1]
    assert private["options"] == desk["options"]


async def test_in_direct_messages_it_is_noted(platform: DiscordUnderTest) -> None:
    stage, world = platform.stage, platform.stage.server.world
    steer(stage, platform.conversation, ["status"], {}, stage.customer)
    event = await last(platform)
    assert (event.text, event.conversation) == ("/status", platform.conversation)
    await until(lambda: len(world.callbacks) == 2)
    assert world.callbacks[1]["content"] == "Gracias, anotado."


@pytest.mark.parametrize(
    ("name", "is_restarted"), [("hello", False), ("a name with = and blanks " * 8, True)]
)
async def test_a_form_asks_for_a_long_text(
    stage: DiscordStage, redis_client: Redis, name: str, *, is_restarted: bool
) -> None:
    values = {"name": name, "language": "en"}
    async with running(stage, redis_client) as platform:
        await platform.settle()
        token = steer(stage, IN_CHANNEL, ["canned", "set"], values, stage.customer)
        form = await form_of(stage, token)
        assert form["title"] == "Escribir o cambiar una plantilla"
        assert form["components"][0]["label"] == "El texto"
        assert platform.intake.handed == []
        if not is_restarted:
            await fill(stage, IN_CHANNEL, token, TEXT, stage.customer)
            await last(platform)
    if is_restarted:
        async with running(stage, redis_client) as platform:
            await fill(stage, IN_CHANNEL, token, TEXT, stage.customer)
            await last(platform)
    [event] = platform.intake.handed
    found = read(event.text)
    assert found is not None
    assert dict(found.values) == {"name": name.strip(), "language": "en", "text": TEXT}
    assert (event.kind, event.conversation) == (MessageKind.NEW, direct(DIRECT))


async def test_a_sent_form_is_confirmed_in_private(platform: DiscordUnderTest) -> None:
    stage, world = platform.stage, platform.stage.server.world
    token = steer(stage, IN_CHANNEL, ["tone"], {}, stage.customer)
    await fill(stage, IN_CHANNEL, token, "Short and warm", stage.customer)
    assert (await last(platform)).text == '/tone text="Short and warm"'
    await until(lambda: len(world.callbacks) == 3)
    assert world.callbacks[1] == {"type": 5, "data": {"flags": 64}}
    assert "mensaje directo" in world.callbacks[2]["content"]


async def test_a_form_is_confirmed_in_a_case_of_the_desk_too(platform: DiscordUnderTest) -> None:
    stage, world = platform.stage, platform.stage.server.world
    place, _card = await opened(platform)
    token = steer(stage, place, ["tone"], {}, stage.agent)
    await fill(stage, place, token, "Short and warm", stage.agent)
    assert (await last(platform)).text == '/tone text="Short and warm"'
    await until(lambda: len(world.callbacks) == 3)
    assert "mensaje directo" in world.callbacks[2]["content"]


async def test_what_may_be_left_out_may_stay_empty_in_the_form(platform: DiscordUnderTest) -> None:
    stage = platform.stage
    token = steer(stage, IN_CHANNEL, ["tone"], {}, stage.customer)
    [shown] = (await form_of(stage, token))["components"]
    assert shown["description"] == "Déjalo vacío para ver lo que vale ahora."
    await fill(stage, IN_CHANNEL, token, "", stage.customer)
    assert (await last(platform)).text == "/tone"


async def test_what_is_left_out_to_see_it_opens_no_form(platform: DiscordUnderTest) -> None:
    steer(platform.stage, IN_CHANNEL, ["hours"], {"team": "Billing"}, platform.stage.customer)
    assert (await last(platform)).text == "/hours team=Billing"


async def test_a_form_that_can_not_be_kept_is_told(
    platform: DiscordUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_given: object) -> None:
        raise StateUnavailableError("Redis is away.")

    stage, world = platform.stage, platform.stage.server.world
    values = {"name": "x" * 200, "language": "en"}
    with monkeypatch.context() as patch:
        patch.setattr(Actions, "keep", fail)
        steer(stage, IN_CHANNEL, ["canned", "set"], values, stage.customer)
        await until(lambda: world.callbacks)
    [answer] = world.callbacks
    assert (answer["type"], answer["data"]["flags"]) == (4, 64)
    assert answer["data"]["content"].startswith("Ahora mismo no se ha podido guardar.")


async def test_a_command_of_another_version_holds_nobody_up(platform: DiscordUnderTest) -> None:
    stage, world = platform.stage, platform.stage.server.world
    data = {"id": "1", "name": "relevo", "type": 1, "options": [{"type": 1, "name": "explode"}]}
    stage.interact(IN_CHANNEL, 2, data, stage.customer)
    await stage.write(platform.conversation, "after")
    assert (await last(platform)).text == "after"
    await until(lambda: len(world.callbacks) == 2)
    assert world.callbacks[1]["content"].startswith("Ahora mismo no se ha podido guardar.")


async def test_a_typed_command_goes_on_in_private(platform: DiscordUnderTest) -> None:
    world = platform.stage.server.world
    written = world.say(CHANNEL, CUSTOMER, f"<@{BOT}> /relevo settings show")["id"]
    event = await last(platform)
    assert (event.text, event.conversation) == ("/relevo settings show", direct(DIRECT))
    assert event.is_direct
    world.change(written, f"<@{BOT}> /relevo settings show desk")
    assert (await last(platform, 2)).conversation == direct(DIRECT)
    asked = platform.stage.server.called("open_direct")
    assert len(asked) == 1, "Discord lets few be opened"
    world.say(CHANNEL, CUSTOMER, f"<@{BOT}> how are you?")
    assert (await last(platform, 3)).conversation.tenant_id == GUILD


async def test_an_agents_verb_in_a_case_is_no_command(platform: DiscordUnderTest) -> None:
    place, _card = await opened(platform)
    world = platform.stage.server.world
    for number, text in enumerate(("/claim", "/canned hello"), start=1):
        world.say(str(place.thread_id), AGENT, text)
        assert (await last(platform, number)).conversation == place
    world.say(str(place.thread_id), AGENT, "/settings show")
    assert (await last(platform, 3)).conversation.tenant_id == "dm"


def test_the_long_text_of_a_command_is_its_last_argument() -> None:
    """What a form asks for: one thing, and the last."""
    for command in COMMANDS:
        long = [one for one in command.arguments if one.kind is ArgumentKind.LONG_TEXT]
        assert long in ([], [*command.arguments[-1:]])
