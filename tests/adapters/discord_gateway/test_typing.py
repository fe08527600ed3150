"""Who is writing is passed on where the bot takes part, as it happens, and stored nowhere."""

from redis.asyncio import Redis

from adapters.discord import parse
from bot.vocabulary.messages import Author, ConversationRef
from tests.adapters.discord_interactions.kit import opened
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import running
from tests.platforms.discord.stage import DiscordStage, DiscordUnderTest
from tests.platforms.discord.world import AGENT, BOT, CHANNEL, CUSTOMER, DIRECT, FORUM, GUILD
from tests.platforms.stage import Someone

TYPING_INTENTS = (1 << 11) | (1 << 14)


class Hearing:
    """What was told of people's writing."""

    def __init__(self) -> None:
        self.heard: list[tuple[ConversationRef, Author]] = []

    async def __call__(self, place: ConversationRef, writer: Author) -> None:
        self.heard.append((place, writer))


def types(platform: DiscordUnderTest, channel_id: str, user_id: str) -> None:
    """Let somebody begin to write, as Discord tells it."""
    place = parse.in_guild(GUILD, FORUM, channel_id)
    platform.stage.types(place, Someone(user_id=user_id, name="Somebody"))


async def test_writing_is_told_in_threads_and_direct_messages(platform: DiscordUnderTest) -> None:
    hearing = platform.adapter.on_typing = Hearing()
    await platform.stage.write(platform.conversation, "hi")
    thread, _ = await opened(platform)
    await platform.settle()
    [session] = platform.stage.server.gateway.sessions.values()
    assert session.intents & TYPING_INTENTS == TYPING_INTENTS
    for _ in range(3):
        types(platform, DIRECT, CUSTOMER)
        types(platform, str(thread.thread_id), AGENT)
    await until(lambda: len(hearing.heard) == 2)
    found = {place: writer.user_id for place, writer in hearing.heard}
    assert found == {platform.conversation: CUSTOMER, thread: AGENT}
    assert not any(writer.is_external for _, writer in hearing.heard)


async def test_other_writing_is_not_told(platform: DiscordUnderTest) -> None:
    hearing = platform.adapter.on_typing = Hearing()
    thread, _ = await opened(platform)
    await platform.settle()
    types(platform, CHANNEL, CUSTOMER)
    unseen = {"channel_id": "4242", "user_id": CUSTOMER, "guild_id": GUILD}
    platform.stage.server.world.emit("TYPING_START", unseen)
    types(platform, str(thread.thread_id), BOT)
    platform.stage.server.world.emit("TYPING_START", {"channel_id": "1"})
    types(platform, str(thread.thread_id), AGENT)
    await until(lambda: hearing.heard)
    await platform.stage.write(platform.conversation, "after")
    await platform.settle()
    assert [writer.user_id for _, writer in hearing.heard] == [AGENT]
    asked = [call.path for call in platform.stage.server.called("channel")]
    assert "/channels/4242" not in asked


async def test_writing_moves_no_event_on(stage: DiscordStage, redis_client: Redis) -> None:
    """What nobody stores must not be taken for what was stored, nor hold others up."""
    async with running(stage, redis_client, desk=FORUM) as platform:
        await platform.stage.write(platform.conversation, "one")
        types(platform, DIRECT, CUSTOMER)
        await platform.stage.write(platform.conversation, "two")
        await until(lambda: len(platform.intake.handed) == 2)
    await stage.write(stage.conversation, "three")
    async with running(stage, redis_client, desk=FORUM) as platform:
        await until(lambda: platform.intake.handed)
        assert [event.text for event in platform.intake.handed] == ["three"]
