"""When the gateway has lost the session, what was said meanwhile is read back."""

import pytest
from redis.asyncio import Redis

from bot.vocabulary.messages import Platform
from tests.adapters.discord_gateway.kit import heard, lose
from tests.contracts.kit import says
from tests.platforms.discord import payloads
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import running
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import DiscordStage, DiscordUnderTest
from tests.platforms.discord.world import AGENT, BOT, CHANNEL, CUSTOMER, DIRECT, STRANGER
from tests.tools import adapter_tools


async def test_a_lost_session_is_read_back(platform: DiscordUnderTest) -> None:
    stage, gateway = platform.stage, platform.stage.server.gateway
    await stage.write(stage.conversation, "before")
    await heard(platform.intake, "before")
    gateway.forget_sessions()
    gateway.refuses = True
    gateway.drop()
    for number in range(3):
        await stage.write(stage.conversation, f"lost {number}")
    gateway.refuses = False
    await heard(platform.intake, "before", "lost 0", "lost 1", "lost 2")
    assert len(gateway.identifies) == 2
    await stage.write(stage.conversation, "live")
    await heard(platform.intake, "before", "lost 0", "lost 1", "lost 2", "live")


async def test_agents_words_are_read_back_with_their_standing(
    stage: DiscordStage, redis_client: Redis
) -> None:
    async with running(stage, redis_client) as platform:
        await platform.adapter.locate(stage.channel.channel_id)
        opened = await platform.adapter.open_thread(stage.channel, "Case", says("Card"), key="k")
        await stage.write(opened.conversation, "hello", who=stage.agent)
        await heard(platform.intake, "hello")
        stage.server.gateway.forget_sessions()
        stage.server.gateway.refuses = True
        stage.server.gateway.drop()
        await stage.write(opened.conversation, "/reply hi", who=stage.agent)
        stage.server.world.say(str(opened.conversation.thread_id), STRANGER, "psst")
        stage.server.gateway.refuses = False
        await heard(platform.intake, "hello", "/reply hi", "psst")
        agent, stranger = platform.intake.handed[-2:]
        assert agent.conversation == opened.conversation
        assert not agent.author.is_external
        assert stranger.author.is_external


async def test_threads_in_which_nobody_wrote_yet_are_read_back(
    platform: DiscordUnderTest,
) -> None:
    stage, world = platform.stage, platform.stage.server.world
    asked = world.say(CHANNEL, CUSTOMER, f"<@{BOT}> question")
    await heard(platform.intake, "question")
    place = platform.intake.handed[0].conversation
    await platform.adapter.send(place, says("Answer."), key="k1")
    case = await platform.adapter.open_thread(stage.channel, "Case", says("Card"), key="k2")
    stage.server.gateway.forget_sessions()
    stage.server.gateway.refuses = True
    stage.server.gateway.drop()
    world.say(asked["id"], CUSTOMER, "thanks")
    await stage.write(case.conversation, "!claim", who=stage.agent)
    stage.server.gateway.refuses = False
    await heard(platform.intake, "question", "!claim", "thanks")


async def test_a_thread_that_is_gone_is_looked_for_once(platform: DiscordUnderTest) -> None:
    stage, world = platform.stage, platform.stage.server.world
    case = await platform.adapter.open_thread(stage.channel, "Case", says("Card"), key="k")
    await stage.write(case.conversation, "hello", who=stage.agent)
    thread_id = str(case.conversation.thread_id)

    def act() -> None:
        world.channels.pop(thread_id, None)
        world.say(CHANNEL, CUSTOMER, f"<@{BOT}> lost?")

    for number in (1, 2):
        await platform.settle()
        lose(stage, act)
        await heard(platform.intake, "hello", *["lost?"] * number)
    paths = [call.path for call in stage.server.called("list_messages")]
    assert paths.count(f"/channels/{thread_id}/messages") == 1


async def test_a_mention_is_read_back_from_a_busy_channel(platform: DiscordUnderTest) -> None:
    world = platform.stage.server.world
    world.say(CHANNEL, CUSTOMER, f"<@{BOT}> first")
    await heard(platform.intake, "first")
    for number in range(600):
        world.say(CHANNEL, AGENT, f"small talk {number}")
    await platform.settle()
    lose(platform.stage, lambda: world.say(CHANNEL, CUSTOMER, f"<@{BOT}> lost?"))
    await heard(platform.intake, "first", "lost?")


async def test_a_mention_is_read_back_where_nobody_spoke_to_the_bot_before(
    platform: DiscordUnderTest,
) -> None:
    world = platform.stage.server.world
    lose(platform.stage, lambda: world.say(CHANNEL, CUSTOMER, f"<@{BOT}> lost?"))
    await heard(platform.intake, "lost?")


async def test_a_mention_is_read_back_from_a_thread_of_others(platform: DiscordUnderTest) -> None:
    world = platform.stage.server.world
    for thread_id in ("7777", "8888"):
        thread = payloads.thread(thread_id, world.channels[CHANNEL], CUSTOMER, "Pans", 1440)
        world.channels[thread_id] = thread
    world.say("7777", CUSTOMER, "not for the bot")
    await platform.settle()

    def act() -> None:
        world.say("7777", CUSTOMER, f"<@{BOT}> lost?")
        world.say("7777", CUSTOMER, "and this?")

    lose(platform.stage, act)
    await heard(platform.intake, "lost?", "and this?")
    paths = [call.path for call in platform.stage.server.called("list_messages")]
    assert "/channels/8888/messages" not in paths


async def test_a_thread_that_was_started_in_the_gap_is_read_back(
    platform: DiscordUnderTest,
) -> None:
    world = platform.stage.server.world

    def act() -> None:
        asked = world.say(CHANNEL, CUSTOMER, f"<@{BOT}> lost?")["id"]
        thread = payloads.thread(asked, world.channels[CHANNEL], CUSTOMER, "Me", 1440)
        world.channels[asked] = thread
        world.say(asked, CUSTOMER, "and this?")

    lose(platform.stage, act)
    await heard(platform.intake, "lost?", "and this?")


async def test_the_place_from_which_to_read_back_outlives_the_process(
    stage: DiscordStage, redis_client: Redis
) -> None:
    world = stage.server.world
    async with running(stage, redis_client) as platform:
        world.say(CHANNEL, CUSTOMER, "small talk")
        await platform.settle()
    stage.server.gateway.forget_sessions()
    world.say(CHANNEL, CUSTOMER, f"<@{BOT}> lost?")
    async with running(stage, redis_client) as platform:
        await heard(platform.intake, "lost?")


async def test_what_is_too_much_to_be_read_back_is_told(
    platform: DiscordUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    world = platform.stage.server.world

    def act() -> None:
        for number in range(501):
            world.say(CHANNEL, AGENT, f"small talk {number}")
        world.say(CHANNEL, CUSTOMER, f"<@{BOT}> lost")

    lose(platform.stage, act)
    await until(lambda: "not read back to its end" in caplog.text)
    assert not platform.intake.handed


async def test_reading_back_rests_as_long_as_discord_asks(platform: DiscordUnderTest) -> None:
    stage, gateway = platform.stage, platform.stage.server.gateway
    await stage.write(stage.conversation, "before")
    await heard(platform.intake, "before")
    limited = Fault(kind="status", status=429, retry_after=0.05)
    stage.server.fail("list_messages", limited, Fault(kind="status", status=503), limited)
    gateway.forget_sessions()
    gateway.drop()
    await stage.write(stage.conversation, "lost")
    await heard(platform.intake, "before", "lost")
    paths = [call.path for call in stage.server.called("list_messages")]
    assert paths.count(f"/channels/{DIRECT}/messages") == 4


async def test_a_session_that_is_never_taken_is_given_up(
    stage: DiscordStage, redis_client: Redis
) -> None:
    store = adapter_tools(redis_client, Platform.DISCORD).store
    unreachable = {"id": "gone", "url": "ws://127.0.0.1:9/", "sequence": "7"}
    await store.put("session", unreachable)
    async with running(stage, redis_client) as platform:
        await stage.write(stage.conversation, "hello")
        await heard(platform.intake, "hello")
