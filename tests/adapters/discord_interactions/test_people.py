"""Who is who, where they speak to the bot, and what is no plain text."""

from adapters.discord.parse import in_guild
from tests.adapters.discord_interactions.kit import last, opened
from tests.contracts.kit import says
from tests.platforms.discord import payloads
from tests.platforms.discord.stage import DiscordUnderTest
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


async def test_a_thread_that_the_customer_starts_from_their_question_goes_on(
    platform: DiscordUnderTest,
) -> None:
    world = platform.stage.server.world
    asked = world.say(CHANNEL, CUSTOMER, f"<@{BOT}> a question")["id"]
    world.channels[asked] = payloads.thread(asked, world.channels[CHANNEL], CUSTOMER, "Me", 1440)
    world.emit("THREAD_CREATE", world.channels[asked])
    place = (await last(platform)).conversation
    await platform.adapter.send(place, says("An answer."), key="k1")
    assert await platform.shown(place) == ["An answer."]
    world.say(asked, CUSTOMER, "thanks, one more thing")
    event = await last(platform, 2)
    assert (event.text, event.conversation) == ("thanks, one more thing", place)


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


async def test_a_command_lets_no_thread_of_the_bot_be_forgotten(platform: DiscordUnderTest) -> None:
    world = platform.stage.server.world
    world.channels["7777"] = payloads.thread("7777", world.channels[CHANNEL], BOT, "Cleo", 1440)
    place = in_guild("100", CHANNEL, "7777")
    await platform.stage.command(place, "human")
    assert (await last(platform)).conversation == place
    await platform.stage.write(place, "and on")
    assert (await last(platform, 2)).text == "and on"
