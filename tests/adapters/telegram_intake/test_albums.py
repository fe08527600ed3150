"""An album in a group is meant for the bot as a whole, though only one of its files names the bot."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.engine.shared_keys import adapter_section
from bot.vocabulary.messages import Platform
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.stage import (
    TelegramStage,
    TelegramUnderTest,
    an_adapter,
    entities_of,
    running,
)
from tests.platforms.telegram.world import BOT

FRIENDS = -1001234560007
OTHERS = -1001234560008
CAPTION = "@relevo_bot is this the right one?"


@pytest.fixture
def groups(stage: TelegramStage) -> TelegramStage:
    for chat in (FRIENDS, OTHERS):
        stage.server.world.add_group(chat, forum=False)
    return stage


def part(
    stage: TelegramStage, name: str, *, caption: str = "", album: str = "A1", chat: int = FRIENDS
) -> dict[str, Any]:
    """One file of an album."""
    file_id = stage.server.keep_file(name.encode())
    document = {"file_id": file_id, "file_unique_id": file_id, "file_name": name}
    content: dict[str, Any] = {"document": document, "media_group_id": album}
    if caption:
        found = entities_of(caption).get("entities", [])
        content |= {"caption": caption, "caption_entities": found}
    return stage.server.world.put(chat, stage.user(None), **content)


def files(intake: RecordingIntake) -> list[str]:
    return [attachment.name for message in intake.handed for attachment in message.attachments]


@pytest.mark.parametrize("captioned", [0, 1, 2])
async def test_all_files_of_a_batch_are_taken_wherever_the_words_are(
    groups: TelegramStage, redis_client: Redis, captioned: int
) -> None:
    for number in range(3):
        caption = CAPTION if number == captioned else ""
        await groups.server.emit(message=part(groups, f"{number}.txt", caption=caption))
    adapter, intake = an_adapter(groups, redis_client), RecordingIntake()
    async with running(adapter, intake):
        await TelegramUnderTest(adapter, intake, groups).until_handed(3)
    assert files(intake) == ["0.txt", "1.txt", "2.txt"]
    assert all(message.is_mention for message in intake.handed)
    words = [message.text for message in intake.handed if message.text]
    assert words == ["is this the right one?"]


async def test_files_that_come_later_are_taken_also_by_another_process(
    called: TelegramUnderTest, redis_client: Redis
) -> None:
    stage = called.stage
    stage.server.world.add_group(FRIENDS, forum=False)
    later = part(stage, "later.txt")
    for number, caption in enumerate(("", CAPTION, "")):
        message = part(stage, f"{number}.txt", caption=caption)
        assert await stage.server.deliver({"update_id": number + 1, "message": message}) == 200
    assert files(called.intake) == ["1.txt", "2.txt"], "what came before the words is not known"
    adapter, intake = an_adapter(stage, redis_client), RecordingIntake()
    async with running(adapter, intake):
        await stage.ready()
        await stage.server.emit(message=later)
        await TelegramUnderTest(adapter, intake, stage).until_handed(1)
    assert files(intake) == ["later.txt"]


async def test_an_album_that_can_not_be_noted_comes_again(
    groups: TelegramStage, redis_client: Redis
) -> None:
    """The store fails while it is noted that the album is meant: nothing passes it."""
    adapter, intake = an_adapter(groups, redis_client), RecordingIntake()
    key = adapter_section(Platform.TELEGRAM, f"albums:{BOT['id']}")
    await redis_client.set(key, "no hash")
    async with running(adapter, intake):
        await groups.server.emit(message=part(groups, "0.txt"))
        await groups.server.emit(message=part(groups, "1.txt", caption=CAPTION))
        await asyncio.sleep(0.2)
        assert files(intake) == []
        await redis_client.delete(key)
        await TelegramUnderTest(adapter, intake, groups).until_handed(2)
    assert files(intake) == ["0.txt", "1.txt"]


async def test_other_albums_and_groups_are_none_of_its_business(
    groups: TelegramStage, redis_client: Redis
) -> None:
    parts = (
        part(groups, "ours.txt", caption=CAPTION),
        part(groups, "other_album.txt", album="A2", caption="look"),
        part(groups, "other_group.txt", chat=OTHERS),
        part(groups, "other_album_too.txt", album="A2"),
        part(groups, "ours_too.txt"),
    )
    for message in parts:
        await groups.server.emit(message=message)
    await groups.server.emit(checked=False, message={"media_group_id": "A1", "chat": 5})
    await groups.write(groups.conversation, "after")
    adapter, intake = an_adapter(groups, redis_client), RecordingIntake()
    async with running(adapter, intake):
        await TelegramUnderTest(adapter, intake, groups).until_handed(3)
    assert files(intake) == ["ours.txt", "ours_too.txt"]
