"""Groups, the desk and its topics, files and menus."""

import asyncio

from redis.asyncio import Redis

from bot.vocabulary.messages import OutgoingMessage
from tests.adapters.telegram_intake.kit import RATED, texts, write
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.stage import (
    TelegramStage,
    TelegramUnderTest,
    an_adapter,
    place,
    running,
)
from tests.platforms.telegram.world import BOT, GROUP


async def test_groups_and_the_desk(there: TelegramUnderTest) -> None:
    opened = await there.adapter.open_thread(there.channel, "R-1", RATED, key="k1")
    agent = there.stage.agent
    await there.stage.write(opened.conversation, "not yet known as the desk", who=agent)
    assert (await there.adapter.locate(str(GROUP))) == there.channel
    await there.stage.write(opened.conversation, "plain talk", who=agent)
    await there.stage.write(there.channel, "in the general topic", who=agent)
    there.server.world.add_group(-1007, forum=False)
    await there.stage.write(place(-1007), "among friends")
    await there.stage.write(place(-1007), "@relevo_bot a question")
    await there.until_handed(2)
    assert texts(there.intake) == ["plain talk", "a question"]
    assert there.intake.handed[0].conversation == opened.conversation


async def test_a_group_that_tells_that_it_moves_is_followed(there: TelegramUnderTest) -> None:
    world = there.server.world
    world.add_group(-77, forum=False)
    message = world.put(-77, there.stage.user(None), migrate_to_chat_id=GROUP)
    await there.server.emit(message=message)
    await write(there, "after")
    await there.until_handed(1)
    await there.adapter.send(place(-77), OutgoingMessage(text="Hi."), key="k1")
    assert await there.shown(there.channel) == ["Hi."]


async def test_files_of_people_can_be_fetched(there: TelegramUnderTest) -> None:
    await there.stage.write(there.conversation, "see", files=[("a.txt", b"one"), ("b.txt", b"two")])
    await there.until_handed(2)
    first, second = there.intake.handed
    assert (first.text, second.text) == ("see", "")
    [attachment] = second.attachments
    file = await there.adapter.download(attachment, most_bytes=100)
    assert (file.name, file.content) == ("b.txt", b"two")


async def test_menus_are_set_once_in_both_languages(
    stage: TelegramStage, redis_client: Redis
) -> None:
    adapter = an_adapter(stage, redis_client)
    await adapter.locate(str(GROUP))
    async with running(adapter, RecordingIntake()):
        async with asyncio.timeout(2):
            await stage.server.until_called("setMyCommands", times=4)
    scopes = [
        (call["scope"]["type"], call.get("language_code"))
        for call in stage.server.called("setMyCommands")
    ]
    assert scopes == [
        ("all_private_chats", None),
        ("all_private_chats", "es"),
        ("chat", None),
        ("chat", "es"),
    ]
    again = an_adapter(stage, redis_client)
    await again.locate(str(GROUP))
    async with running(again, RecordingIntake()):
        await stage.ready()
    assert len(stage.server.called("setMyCommands")) == 4


def test_the_stage_has_a_bot() -> None:
    assert BOT["is_bot"]
